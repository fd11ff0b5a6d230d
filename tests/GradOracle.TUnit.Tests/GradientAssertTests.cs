using GradOracle.TUnit;
using TorchSharp;
using TUnit.Assertions.Exceptions;

namespace GradOracle.Tests;

public sealed class GradientAssertTests
{
    [Test]
    public void Right_gradients_pass() => GradientAssert.Agrees(OnTrial.Linear, OnTrial.Right, OnTrial.Few);

    [Test]
    public async Task Wrong_ones_fail_in_the_frameworks_own_way_and_name_mistake_and_test()
    {
        var failure = Failure(() => GradientAssert.Agrees(OnTrial.Linear, OnTrial.Wrong, OnTrial.Few));

        await Assert.That(failure).Contains("the gradient of X has the wrong sign");
        await Assert.That(failure).Contains(
            "--treenode-filter \"/*/*/GradientAssertTests/"
            + $"{nameof(Wrong_ones_fail_in_the_frameworks_own_way_and_name_mistake_and_test)}*\"");
    }

    [Test]
    public async Task A_failure_leaves_a_report_and_attaches_it()
    {
        _ = Failure(() => GradientAssert.Agrees(OnTrial.Linear, OnTrial.Wrong, OnTrial.Few));

        var report = TestContext.Current!.Output.Artifacts.Single().File.FullName;
        await Assert.That(report).EndsWith("GradOracle.TUnit.Tests.html");
        await Assert.That(File.ReadAllText(report)).Contains(nameof(A_failure_leaves_a_report_and_attaches_it));
    }

    [Test]
    public void Approved_gradients_pass() =>
        GradientAssert.Approved(OnTrial.RightDerivation, OnTrial.Case, "../Shared/fixtures");

    [Test]
    public async Task Gradients_that_nobody_approved_fail_and_leave_what_was_received()
    {
        var folder = Directory.CreateTempSubdirectory("gradoracle-").FullName;
        var failure = Failure(() => GradientAssert.Approved(OnTrial.RightDerivation, OnTrial.Case, folder));

        await Assert.That(failure).Contains("No gradients are approved yet");
        await Assert.That(Directory.GetFiles(folder, "*.received.json", SearchOption.AllDirectories)).HasSingleItem();
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task An_exception_in_a_backward_is_a_failure() =>
        await Assert.That(
            Failure(() => GradientAssert.Backward<OnTrial.Throwing>(torch.rand(2, 3)))).Contains("not yet");

    [Test]
    public async Task A_backward_that_ends_its_process_is_a_failure_and_no_end() =>
        await Assert.That(Failure(() => GradientAssert.Backward<OnTrial.Fatal>(torch.rand(2, 3))))
            .Contains("a child process died in place of this one");

    private static string Failure(Action assertion)
    {
        try
        {
            assertion();
        }
        catch (AssertionException failure)
        {
            return failure.Message;
        }

        return "it passes";
    }
}
