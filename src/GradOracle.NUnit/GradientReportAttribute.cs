using NUnit.Framework;
using NUnit.Framework.Interfaces;

namespace GradOracle.NUnit;

/// <summary>
/// Completes the report of failing cases when the tests of an assembly have ended: <c>[assembly: GradientReport]</c>. Without it the
/// report is completed when the process exits, and a test runner that is in a hurry (<c>dotnet test</c> waits a tenth of a second)
/// may leave out the later half of very many failures.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class GradientReportAttribute : Attribute, ITestAction
{
    /// <inheritdoc/>
    public ActionTargets Targets => ActionTargets.Suite;

    /// <inheritdoc/>
    public void BeforeTest(ITest test)
    {
        // There is nothing to report yet.
    }

    /// <inheritdoc/>
    public void AfterTest(ITest test) => GradientAssert.CompleteReport();
}
