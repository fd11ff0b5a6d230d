using GradOracle.Cli;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>On GitHub the checks that tests run must not fill the summary of the job.</summary>
[SetUpFixture]
internal sealed class NoJobSummary
{
    [OneTimeSetUp]
    public void Forget() => Environment.SetEnvironmentVariable(ReportTargets.SummaryVariable, null);
}
