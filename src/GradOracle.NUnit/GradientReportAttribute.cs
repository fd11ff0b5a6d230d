using NUnit.Framework;
using NUnit.Framework.Interfaces;

namespace GradOracle.NUnit;

/// <summary>
/// Completes the report of failing cases when the tests of an assembly have ended, and tells them in a few lines, one
/// for each diagnosis. The package's build gives it to every test project; <c>GradOracleReport=false</c> in one takes
/// it away, and then the report is completed when the process exits, where a runner in a hurry may cut it short.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
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
    public void AfterTest(ITest test) => GradientAssert.CompleteReport(TestContext.Error);
}
