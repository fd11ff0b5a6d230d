using NUnit.Framework;
using TorchSharp;

namespace GradOracle.Tests.AsItIs;

/// <summary>What cannot be checked is refused with one sentence that says what, where, and what to do.</summary>
public sealed class RefusedTests
{
    private static readonly CheckOptions s_few = new() { Cases = 4, MaxSize = 4, Losses = [Samples.SquaredError] };

    private static readonly (CheckOptions Options, string Sentence)[] s_options =
    [
        (s_few with { Losses = null! }, IsNull("Losses")),
        (s_few with { Losses = [null!] }, IsNull("Losses")),
        (s_few with { Kinds = null! }, IsNull("Kinds")),
        (s_few with { Types = null! }, IsNull("Types")),
        (s_few with { KnownZero = null! }, IsNull("KnownZero")),
        (s_few with { Shapes = [null!] }, IsNull("Shapes")),
        (s_few with { Shapes = [] }, "Shapes names no shape: leave it out, and shapes are drawn."),
        (s_few with { Kinds = [(CaseKind)7] }, "A kind of case is Exact or Real: there is no other."),
    ];

    [TestCaseSource(nameof(Numbers))]
    public void Options_that_are_none_are_refused(int number) => Assert.That(
        Refusal(() => GradientCheck.Run(AsItIsNetworks.Linear, Right, s_options[number].Options)),
        Is.EqualTo(s_options[number].Sentence));

    [Test]
    public void Dimensions_and_sizes_that_say_nothing_are_refused()
    {
        static Network Defined(string[] names, (string, int)[] smallest, (string, int)[] largest) => Network.Define(
            "layer", names, x => x.Input("X", "n").Squared(), smallest: smallest, largest: largest);

        Assert.That(Refusal(() => Defined([], [], [])), Does.StartWith("layer has no dimensions: name at least one"));
        Assert.That(Refusal(() => Defined(["n"], [("N", 2)], [])), Is.EqualTo("N is no dimension of layer: it has n."));
        Assert.That(Refusal(() => Defined(["n"], [("n", -2)], [])), Does.StartWith("Size n=-2 is out of range"));
        Assert.That(
            Refusal(() => Defined(["n"], [("n", 5)], [("n", 2)])),
            Is.EqualTo("n of layer is at least 5 and at most 2: exchange them."));
        Assert.That(Defined(["n"], [("n", 2)], [("n", 5)]).SmallestDrawn("n"), Is.EqualTo(2));
    }

    [Test]
    public void A_forward_that_gives_nothing_is_refused_and_so_is_differentiating_nothing()
    {
        var nothing = Network.Define("nothing", ["n"], x => null!);

        Assert.That(
            Refusal(() => GradientCheck.Run(nothing, Right, s_few)),
            Does.Match(@"^The forward of nothing gives null at n=\d+: return the output\.$"));
        Assert.That(
            Refusal(() => AsItIsNetworks.Linear.Differentiates()),
            Is.EqualTo("Differentiates() of linear names no tensor: name those whose gradients the code gives."));
    }

    [Test]
    public void Code_that_nobody_waits_for_is_refused() => Assert.That(
        Refusal(() => GradientCheck.Run(
            AsItIsNetworks.Linear,
            async (x, g) =>
            {
                await Task.Yield();
                Right(x, g);
            },
            s_few)),
        Does.StartWith("The code for linear is async, and a check does not wait for it"));

    [TestCase("meta", "it is on the device meta, where tensors have sizes and no entries")]
    [TestCase("sparse", "it is sparse: give to_dense()")]
    [TestCase("null row", "one of its rows is null")]
    public void A_gradient_without_entries_that_can_be_read_says_why(string form, string reason)
    {
        var result = GradientCheck.Run(
            AsItIsNetworks.Linear,
            (x, g) =>
            {
                Right(x, g);
                long[] sizes = [x.Shape["m"], x.Shape["n"]];
                g["W"] = form switch
                {
                    "meta" => torch.zeros(sizes, torch.float64, torch.META),
                    "sparse" => torch.zeros(sizes, torch.float64).to_sparse(),
                    _ => new double[][] { null! },
                };
            },
            s_few);

        Assert.That(result.ToString(), Does.Contain($"the derivation's gradient cannot be read: {reason}"));
    }

    [Test]
    public void Tensors_without_entries_have_no_backward_to_check()
    {
        Assert.That(
            Refusal(() => BackwardCheck.Of((torch.Tensor x) => x.tanh(), torch.ones(2, device: torch.META))),
            Is.EqualTo("Input 0 is on the device meta, where tensors have sizes and no entries: give one on the CPU."));
        Assert.That(
            Refusal(() => BackwardCheck.Of((torch.Tensor x) => x.tanh(), torch.ones(0))),
            Is.EqualTo("No input has an entry: there is nothing to differentiate."));
    }

    private static string IsNull(string option) =>
        $"CheckOptions.{option} is null, or holds null: leave it out for what it is by default.";

    private static IEnumerable<int> Numbers() => Enumerable.Range(0, s_options.Length);

    private static string Refusal(Func<object> work) => Assert.Throws<BadInputException>(() => work())!.Message;

    private static void Right(ArrayCase x, ArrayGradients g)
    {
        torch.Tensor W = x["W"], X = x["X"];
        torch.Tensor G = x.OutputGradient(W.mm(X));
        (g["W"], g["X"]) = (G.mm(X.t()), W.t().mm(G));
    }
}
