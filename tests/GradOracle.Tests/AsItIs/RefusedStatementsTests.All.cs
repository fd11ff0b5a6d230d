using TorchSharp;

namespace GradOracle.Tests.AsItIs;

/// <content>What is refused, and how it is told.</content>
public sealed partial class RefusedStatementsTests
{
    private static readonly CheckOptions s_few = new() { Cases = 2, MaxSize = 3, Losses = [Samples.SquaredError] };

    private static readonly (string What, Func<object> Work, string Sentence)[] s_refused =
    [
        (
            "no dimension",
            () => Network.Of("a", [], x => x.Input("X", "2")),
            "a has no dimensions: name at least one, such as \"B\", from which shapes are drawn."),
        (
            "null for one",
            () => Network.Define("a", ["n", null!], x => x.Input("X", "n")),
            "\"\" is no name of a dimension: write it with letters, digits and underscores, a digit not "
            + "first."),
        (
            "one twice",
            () => Network.Of("a", ["n", "n"], x => x.Input("X", "n")),
            "Dimension n is given twice: name each dimension once."),
        (
            "no name",
            () => Network.Define("", ["n"], x => x.Input("X", "n")),
            "\"\" is no name of a network: write it with letters, digits, hyphens and underscores."),
        (
            "misspelt smallest",
            () => Network.Of("a", ["n"], x => x.Input("X", "n"), smallest: [("q", 2)]),
            "q is no dimension of a: it has n."),
        (
            "numbers only",
            () => Network.Of(torch.nn.Linear(3, 2), "2", "3"),
            "Network.Of(linear, …) names no dimension of its input: say its sizes, such as \"B\", \"3\"."),
        (
            "no module",
            () => Checked(Network.Of("a", ["B"], _ => (torch.nn.Module<torch.Tensor, torch.Tensor>)null!, (m, x) => m.call(x.Input("X", "B")))),
            "There is no module of a at B=1: the function that makes it gives null."),
        (
            "no CPU",
            () => Checked(OnTorch(X => X.to(torch.META))),
            "The forward of a gives a tensor on META at n=1: give a dense one on the CPU."),
        (
            "sparse",
            () => Checked(OnTorch(X => X.to_sparse())),
            "The forward of a gives a tensor that is sparse at n=1: give a dense one on the CPU."),
        (
            "empty",
            () => Checked(OnTorch(X => X.narrow(0, 0, 0))),
            "The forward of a gives a tensor without entries at n=1."),
        (
            "no tensor",
            () => Checked(Network.Of("a", ["n"], _ => torch.ones(3, torch.float64))),
            "a has no parameter or input to differentiate: declare those that the gradients are of."),
        (
            "two sizes",
            () => Checked(Defined(x => x.Input("X", "n").Hadamard(x.Input("X", "2", "n").Sum(0)))),
            "X is declared twice, as an input of 1 and as an input of 2×1: give one of them another name."),
        (
            "two roles",
            () => Checked(Defined(x => x.Input("X", "n").Hadamard(x.Parameter("X", "n")))),
            "X is declared twice, as an input of 1 and as a parameter of 1: give one of them another name."),
        (
            "no name of a tensor",
            () => Checked(Defined(x => x.Input("X 1", "n").Squared())),
            "\"X 1\" is no name of a tensor: write it with letters, digits and underscores, a digit not "
            + "first."),
        (
            "that of the output",
            () => Checked(Defined(x => x.Input("Ŷ", "n").Squared())),
            "\"Ŷ\" is no name of a tensor: write it with letters, digits and underscores, a digit not first."),
        (
            "NaN",
            () => Checked(Defined(x => x.Input("X", "n") * double.NaN)),
            "The forward of a with squared-error fails at n=1: NaN is no number to compute with: a network's "
            + "constants are finite, in RefusedStatementsTests"),
        (
            "over 0",
            () => Checked(Defined(x => x.Input("X", "n") / 0.0)),
            "The forward of a with squared-error fails at n=1: Nothing can be divided by 0, in "
            + "RefusedStatementsTests"),
        (
            "numbers as indices",
            () => Checked(Defined(x => x.Parameter("E", "n", "2").Rows(x.Input("ids", "n")))),
            "The forward of a with squared-error fails at n=1: ids [1] holds numbers: declare it with "
            + "Holds.Indices(below: …), in RefusedStatementsTests"),
        (
            "NaN that is fixed",
            () => Checked(Defined(x => x.Input("X", "n").Hadamard(x.Input("M", ["n"], Holds.Fixed(double.NaN))))),
            "The fixed entry [0] of a tensor of 1 is NaN: say what it is."),
        (
            "what fails to be fixed",
            () => Checked(Defined(x => x.Input("X", "n").Hadamard(x.Input("M", ["n"], Holds.Fixed(at => at[3] > 0 ? throw new InvalidOperationException() : 1))))),
            "The fixed entry [0] fails: ArgumentOutOfRangeException: "),
        (
            "null for a node",
            () => Checked(Defined(x => x.Input("X", "n").Hadamard(null!))),
            "The forward of a with squared-error fails at n=1: X [1] cannot be combined with null entry by entry, in "
            + "RefusedStatementsTests"),
        (
            "null for a summand",
            () => Checked(Defined(x => x.Input("X", "n") + null!)),
            "The forward of a with squared-error fails at n=1: X [1] cannot be combined with null entry by entry, in "
            + "RefusedStatementsTests"),
        (
            "null for axes",
            () => Checked(Defined(x => x.Input("X", "n").Sum((IReadOnlyList<int>)null!))),
            "The forward of a with squared-error fails at n=1: null was given to Node.Sum, in "
            + "RefusedStatementsTests"),
        (
            "null for a name",
            () => Checked(Defined(x => x[null!])),
            "The forward of a with squared-error fails at n=1: null was given to Inputs[…], in "
            + "RefusedStatementsTests"),
        (
            "too far",
            () => Checked(Defined(x => x.Input("X", "n").Pad(0, int.MaxValue, 1))),
            "The forward of a with squared-error fails at n=1: a number out of range was given to Node.Pad, "
            + "in RefusedStatementsTests"),
        (
            "another tensor",
            () => GradientCheck.Run(Linear.StatedBy(x => x.Parameter("V", "m", "n").mm(x["X"])), s_few),
            "V is no tensor of this network: it has W, X."),
        (
            "one dimension more",
            () => GradientCheck.Run(Linear, (x, g) => { }, s_few with { Shapes = [new(("n", 1), ("m", 1), ("B", 1), ("q", 2))] }),
            "The shape n=1 m=1 B=1 q=2 is none of linear, which has n m B, in this order."),
        (
            "another order",
            () => new CaseId(Linear, Samples.SquaredError, new(("m", 1), ("n", 1), ("B", 1)), CaseKind.Real, ElementType.Float64, 1),
            "The shape m=1 n=1 B=1 is none of linear, which has n m B, in this order."),
        (
            "real and k",
            () => new CaseId(Linear, Samples.SquaredError, new(("n", 1), ("m", 1), ("B", 1)), CaseKind.Real, ElementType.Float64, 1, 4),
            "A case is exact, with or without a largest integer k from 1 up, or real and without one."),
        (
            "empty name of a derivation",
            () => Derivation.Of(Linear, (x, g) => { }, " "),
            "The derivation of linear has an empty name: leave it out, and it is the network's."),
        (
            "null for a batch",
            () => BackwardCheck.Of((torch.Tensor x) => x.tanh(), torch.ones(2), new() { Batch = null! }),
            "BackwardOptions.Batch is null: leave it out where no input is a batch."),
        (
            "a loss twice",
            () => GradientCheck.Run(Linear, (x, g) => { }, s_few with { Losses = [Samples.SquaredError, Samples.SquaredError] }),
            "CheckOptions.Losses is empty, or names something twice: name each one once."),
        (
            "no kind",
            () => GradientCheck.Run(Linear, (x, g) => { }, s_few with { Kinds = [] }),
            "CheckOptions.Kinds is empty, or names something twice: name each one once."),
        (
            "no shapes",
            () => GradientCheck.Run(Linear, (x, g) => { }, s_few with { MaxShapes = 0 }),
            "The largest number of shapes is 0: it must be from 1 up."),
        (
            "fewer than none",
            () => GradientCheck.Run(Linear, (x, g) => { }, s_few with { FindingsKept = -1 }),
            "The number of findings kept is -1: it must be from 0 up."),
        (
            "no thread",
            () => GradientCheck.Run(Linear, (x, g) => { }, s_few with { Threads = 0 }),
            "The number of threads is 0: it must be from 1 up."),
    ];

    private static Network Linear => AsItIsNetworks.Linear;
}
