using System.Reflection;
using GradOracle.MSTest;
using TorchSharp;

namespace GradOracle.Tests;

[TestClass]
public sealed class GradientAssertTests
{
    private static string Project { get; } = typeof(GradientAssertTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "GradOracle.ProjectDirectory").Value!;

    [AssemblyCleanup]
    public static void Complete() => GradientAssert.CompleteReport();

    [TestMethod]
    public void Right_gradients_pass() => GradientAssert.Agrees(OnTrial.Linear, OnTrial.Right, OnTrial.Few);

    [TestMethod]
    public void Wrong_ones_fail_in_the_frameworks_own_way_and_name_mistake_and_test()
    {
        var failure = Assert.ThrowsExactly<AssertFailedException>(
            () => GradientAssert.Agrees(OnTrial.Linear, OnTrial.Wrong, OnTrial.Few));

        Assert.Contains("the gradient of X has the wrong sign", failure.Message);
        Assert.Contains(
            "dotnet test --filter \"FullyQualifiedName~GradOracle.Tests.GradientAssertTests."
            + $"{nameof(Wrong_ones_fail_in_the_frameworks_own_way_and_name_mistake_and_test)}\" -e \"GRADORACLE_CASE=linear/",
            failure.Message);
    }

    [TestMethod]
    public void A_failure_leaves_a_report()
    {
        Assert.ThrowsExactly<AssertFailedException>(
            () => GradientAssert.Agrees(OnTrial.Linear, OnTrial.Wrong, OnTrial.Few));

        var report = Path.Combine(Project, "TestResults", "gradoracle", "GradOracle.MSTest.Tests.html");
        Assert.Contains(nameof(A_failure_leaves_a_report), File.ReadAllText(report));
    }

    [TestMethod]
    public void Approved_gradients_pass() =>
        GradientAssert.Approved(OnTrial.RightDerivation, OnTrial.Case, "../Shared/fixtures");

    [TestMethod]
    public void Gradients_that_nobody_approved_fail_and_leave_what_was_received()
    {
        var folder = Directory.CreateTempSubdirectory("gradoracle-").FullName;
        var failure = Assert.ThrowsExactly<AssertFailedException>(
            () => GradientAssert.Approved(OnTrial.RightDerivation, OnTrial.Case, folder));

        Assert.Contains("No gradients are approved yet", failure.Message);
        Assert.ContainsSingle(Directory.GetFiles(folder, "*.received.json", SearchOption.AllDirectories));
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void An_exception_in_a_backward_is_a_failure() => Assert.Contains(
        "not yet",
        Assert.ThrowsExactly<AssertFailedException>(
            () => GradientAssert.Backward<OnTrial.Throwing>(torch.rand(2, 3))).Message);

    [TestMethod]
    public void A_backward_that_ends_its_process_is_a_failure_and_no_end() => Assert.Contains(
        "a child process died in place of this one",
        Assert.ThrowsExactly<AssertFailedException>(
            () => GradientAssert.Backward<OnTrial.Fatal>(torch.rand(2, 3))).Message);
}
