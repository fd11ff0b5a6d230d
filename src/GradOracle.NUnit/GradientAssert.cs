using System.Diagnostics;
using GradOracle.Testing;
using NUnit.Framework;
using NUnit.Framework.Internal;

namespace GradOracle.NUnit;

/// <summary>Assertions about hand-written gradients. A failure says which gradient, where, both numbers, and how to
/// replay it.</summary>
[StackTraceHidden]
public abstract partial class GradientAssert : GradientAssertions<GradientAssert>, ITestFramework
{
    /// <summary>The test parameter that names a folder of reports, in a runsettings file or after <c>dotnet test
    /// --</c>.</summary>
    private const string ReportParameter = "GradOracle.Reports";

    private GradientAssert()
    {
    }

    // Assert.Throws and the like try code in a context of its own, whose clock never starts: what fails there is
    // expected to.
    static RunningTest? ITestFramework.Running =>
        TestExecutionContext.CurrentContext is
        { StartTicks: not 0, CurrentTest: { TypeInfo.Assembly: { } assembly } test }
            ? new(assembly, test.FullName, test.ClassName!, test.MethodName!)
            {
                ReportFolder = TestContext.Parameters.Get(ReportParameter),
                WorkFolder = TestContext.CurrentContext.WorkDirectory,
            }
            : null;

    static void ITestFramework.Fail(string message) => Assert.Fail(message);

    static void ITestFramework.Attach(string path, string description) =>
        TestContext.AddTestAttachment(path, description);

    static void ITestFramework.Write(string text) => TestContext.Out.WriteLine(text);
}
