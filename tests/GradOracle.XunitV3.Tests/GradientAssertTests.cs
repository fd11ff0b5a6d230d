using GradOracle.XunitV3;
using TorchSharp;
using Xunit;
using Xunit.Sdk;

namespace GradOracle.Tests;

public sealed class GradientAssertTests
{
    [Fact]
    public void Right_gradients_pass() => GradientAssert.Agrees(OnTrial.Linear, OnTrial.Right, OnTrial.Few);

    [Fact]
    public void Wrong_ones_fail_in_the_frameworks_own_way_and_name_mistake_and_test()
    {
        var failure = Assert.Throws<FailException>(
            () => GradientAssert.Agrees(OnTrial.Linear, OnTrial.Wrong, OnTrial.Few));

        Assert.Contains("the gradient of X has the wrong sign", failure.Message);
        Assert.Contains(
            "dotnet test --filter \"FullyQualifiedName~GradOracle.Tests.GradientAssertTests."
            + $"{nameof(Wrong_ones_fail_in_the_frameworks_own_way_and_name_mistake_and_test)}\" -e \"GRADORACLE_CASE=linear/",
            failure.Message);
    }

    [Fact]
    public void A_failure_leaves_a_report_and_attaches_its_address()
    {
        Assert.Throws<FailException>(() => GradientAssert.Agrees(OnTrial.Linear, OnTrial.Wrong, OnTrial.Few));

        var address = Assert.Single(TestContext.Current.Attachments!).Value.AsString();
        Assert.EndsWith("TestResults/gradoracle/GradOracle.XunitV3.Tests.html", address);
        Assert.Contains(
            nameof(A_failure_leaves_a_report_and_attaches_its_address), File.ReadAllText(new Uri(address).LocalPath));
    }

    [Fact]
    public void Approved_gradients_pass() =>
        GradientAssert.Approved(OnTrial.RightDerivation, OnTrial.Case, "../Shared/fixtures");

    [Fact]
    public void Gradients_that_nobody_approved_fail_and_leave_what_was_received()
    {
        var folder = Directory.CreateTempSubdirectory("gradoracle-").FullName;
        var failure = Assert.Throws<FailException>(
            () => GradientAssert.Approved(OnTrial.RightDerivation, OnTrial.Case, folder));

        Assert.Contains("No gradients are approved yet", failure.Message);
        Assert.Single(Directory.GetFiles(folder, "*.received.json", SearchOption.AllDirectories));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void An_exception_in_a_backward_is_a_failure() => Assert.Contains(
        "not yet",
        Assert.Throws<FailException>(() => GradientAssert.Backward<OnTrial.Throwing>(torch.rand(2, 3))).Message);

    [Fact]
    public void A_backward_that_ends_its_process_is_a_failure_and_no_end() => Assert.Contains(
        "a child process died in place of this one",
        Assert.Throws<FailException>(() => GradientAssert.Backward<OnTrial.Fatal>(torch.rand(2, 3))).Message);
}
