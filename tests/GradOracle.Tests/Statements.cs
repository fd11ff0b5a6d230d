using GradOracle.Graphs;

namespace GradOracle.Tests;

/// <summary>One or more operations on three leaves A, B, C of some sizes: what every interpretation is held against the
/// others on.</summary>
internal sealed record Statement(Sizes[] Sizes, Func<Node, Node, Node, Node> Of)
{
    // Where autograd's gradient means nothing at some integer: a pole, a square root of 0, and TorchSharp's second
    // derivative of Huber's function at 1, which is not that of its first.
    private static readonly string[] s_undefinedAtIntegers = ["huber", "reciprocal", "number over", "inverse root", "real power", "negative power", "log", "square root", "broadcast quotient"];

    private static readonly Sizes s_indices = new(2, 3);

    private static readonly Dictionary<string, Statement> s_all =
        Matrices().Concat(Tensors()).Concat(Random()).ToDictionary();

    public static IEnumerable<string> Names => s_all.Keys;

    /// <summary>Those that have a gradient at integers, zeros and ties among them.</summary>
    public static IEnumerable<string> NamesWithTies =>
        Names.Where(name => !s_undefinedAtIntegers.Any(word => name.StartsWith(word, StringComparison.Ordinal)));

    public static Statement Named(string name) => s_all[name];

    private static Node Indices(params double[] values) => Constant.Of(s_indices, values);

    // A and B are 3×4, C is 4×2.
    private static IEnumerable<KeyValuePair<string, Statement>> Matrices()
    {
        (string, Func<Node, Node, Node, Node>)[] all =
        [
            ("product", (A, _, C) => A * C),
            ("sum", (A, B, _) => A + B),
            ("difference", (A, B, _) => A - B),
            ("entrywise product", (A, B, _) => A.Hadamard(B)),
            ("square", (A, _, _) => A.Squared()),
            ("quotient", (A, B, _) => A / (B.Squared() + 1)),
            ("scaled", (A, _, _) => A.Scaled(-0.3)),
            ("negated", (A, B, _) => -A.Hadamard(B)),
            ("times a number", (A, B, _) => 3 * A + B * 0.5),
            ("over a number", (A, B, _) => A / 3 + B / 4),
            ("plus a number", (A, B, _) => (A + 1e-5).Hadamard(B - 0.5)),
            ("number minus", (A, B, _) => (1 - A).Hadamard(2 + B)),
            ("number over", (A, B, _) => 2 / (A.Squared() + 1) + 1 / (B.Squared() + 0.5)),
            ("transposed", (A, B, _) => A.Transposed() * B),
            ("broadcast", (A, B, _) => A.AddBias(B.Slice(1, 1, 1))),
            ("number", (A, B, _) => A.Times(B.Slice(0, 1, 1).Slice(1, 2, 1))),
            ("sum over columns", (A, _, _) => A.SumOver(1)),
            ("sum over all", (A, _, _) => A.SumOver(0, 1)),
            ("concatenated", (A, B, _) => A.Concat(B).Squared()),
            ("slice", (A, _, _) => A.Slice(1, 1, 2)),
            ("slice backwards", (A, B, _) => A.Slice(-1, 3, 2, -2).Hadamard(B.Slice(1, 0, 2, 3))),
            ("taken", (A, _, _) => A.Take(0, [2, -1, 0])),
            ("use", (A, B, _) => new Node(new Use("twice"), A) + A.Hadamard(B)),
            ("absolute value", (A, _, _) => A.Abs()),
            ("sign", (A, B, _) => A.Sign().Hadamard(B)),
            ("rectifier", (A, _, _) => A.Relu()),
            ("leaky rectifier", (A, B, _) => A.LeakyRelu() + B.LeakyRelu(0.25)),
            ("step", (A, B, _) => A.Step().Hadamard(B)),
            ("huber", (A, _, _) => A.Huber()),
            ("clamp", (A, _, _) => A.Clamp(-1, 1)),
            ("clamp beyond 0", (A, B, _) => A.Clamp(0.5, 1.25).Hadamard(B.Clamp(-2, 0))),
            ("inside", (A, B, _) => new Node(new Inside(-1, 0.5), A).Hadamard(B)),
            ("tanh", (A, _, _) => A.Tanh()),
            ("logistic", (A, _, _) => A.Sigmoid()),
            ("exp", (A, _, _) => A.Exp()),
            ("log", (A, B, _) => (A.Squared() + B.Squared()).Log()),
            ("square root", (A, B, _) => (A.Squared() + B.Squared()).Sqrt()),
            ("inverse root", (A, B, _) => (A.Squared() + B.Squared()).Rsqrt()),
            ("reciprocal", (A, B, _) => (A.Squared() + B.Squared()).Reciprocal()),
            ("integer power", (A, B, _) => A.Pow(3) + B.Pow(1).Hadamard(A.Pow(0))),
            ("negative power", (A, B, _) => (A.Squared() + 1).Pow(-3) + (A.Squared() + B.Squared() + 1).Pow(-20)),
            ("real power", (A, B, _) => (A.Squared() + 0.5).Pow(1.7) + (B.Squared() + 0.5).Pow(-0.3)),
            ("sine", (A, B, _) => A.Sin().Hadamard(B)),
            ("cosine", (A, B, _) => A.Cos().Hadamard(B)),
            ("softplus", (A, B, _) => A.Softplus() + B.Scaled(20).Softplus()),
            ("error function", (A, B, _) => A.Erf() + B.Scaled(3).Erf()),
            ("gelu", (A, _, _) => A.Gelu()),
            ("gelu with tanh", (A, _, _) => A.GeluTanh()),
            ("silu", (A, _, _) => A.Silu()),
            ("maximum of two", (A, B, _) => A.Maximum(B)),
            ("minimum of two", (A, B, _) => A.Minimum(B).Hadamard(A)),
            ("greater", (A, B, _) => new Node(new Greater(), A, B).Hadamard(A)),
            ("where", (A, B, _) => A.Where(B.Step(), B.Squared())),
            ("where a number", (A, B, _) => A.Hadamard(B).Where(Constant.Of(new Sizes(3, 1), 1, 0, 1), -2)),
            (
                "constant",
                (A, _, _) => A.Hadamard(Constant.Of(A.Sizes, [.. Enumerable.Range(1, 12).Select(i => (double)i)]))),
            ("constant in a product", (A, _, _) => Constant.Of(new Sizes(2, 3), 1, 2, 3, 4, 5, 6) * A),
            ("log-softmax", (A, _, _) => A.LogSoftmax(-2)),
            (
                "masked softmax",
                (A, B, _) => A.Where(
                    Constant.Of(A.Sizes, 1, 0, 1, 1, 1, 1, 0, 1, 0, 1, 0, 0),
                    double.NegativeInfinity).Softmax(1).Hadamard(B)),
            ("first largest", (A, B, _) => new Node(new FirstLargest(1), A).Hadamard(B)),
            (
                "cumulative sum from the end",
                (A, B, _) => new Node(new CumulativeSum(0, isFromTheEnd: true), A).Hadamard(B)),
            (
                "gather",
                (A, B, _) => new Node(
                    new Gather(new Sizes(2, 3), [4, -1, 0, 4, 11, 4]), A).Hadamard(B.Slice(0, 1, 2).Slice(1, 0, 3))),
            (
                "scatter-add",
                (A, B, _) =>
                    new Node(new ScatterAdd(new Sizes(2, 2), [0, 1, 2, 3, -1, 1, 1, 2, 0, 1, 2, -1]), A).Squared()),
            ("stopped gradient", (A, B, _) => A.Hadamard((A + B).StopGradient())),
            ("stopped gradient of a factor", (A, B, _) => (A.Hadamard(B) - A.Squared().StopGradient()).Squared()),
        ];
        foreach (var (name, of) in all)
        {
            yield return new(name, new([new(3, 4), new(3, 4), new(4, 2)], of));
        }
    }

    private static IEnumerable<KeyValuePair<string, Statement>> Tensors()
    {
        (string, Sizes, Sizes, Func<Node, Node, Node>)[] all =
        [
            ("batched product", new(2, 3, 4), new(2, 4, 2), (A, B) => A * B),
            ("batched product, leading axes broadcast", new(2, 1, 3, 2), new(4, 2, 3), (A, B) => A * B),
            ("matrix times a batch", new(3, 4), new(2, 4, 2), (A, B) => A * B),
            ("transposed batch", new(2, 3, 4), new(2, 3, 2), (A, B) => A.Transposed() * B),
            ("broadcast sum", new(3, 4), new(4), (A, B) => (A + B).Squared()),
            ("broadcast difference", new(2, 1, 4), new(3, 1), (A, B) => (A - B).Squared()),
            ("broadcast entrywise product", new(4), new(2, 3, 1), (A, B) => A.Hadamard(B)),
            ("broadcast quotient", new(1, 4), new(3, 4), (A, B) => A / (B.Squared() + 0.5)),
            ("broadcast maximum", new(3, 1), new(2, 1, 4), (A, B) => A.Maximum(B)),
            ("broadcast where", new(3, 1), new(4), (A, B) => A.Where(B.Step(), B)),
            ("largest over two axes", new(2, 3, 4), new(3), (A, B) => A.Max([0, 2]).Hadamard(B)),
            ("mean over two axes", new(2, 3, 4), new(3), (A, B) => A.Mean([0, -1]).Hadamard(B)),
            (
                "logsumexp over two axes",
                new(2, 3, 4),
                new(3, 1),
                (A, B) => A.LogSumExp([-1, 0], keepDims: true).Hadamard(B)),
            ("sum to a number", new(2, 3), new(3), (A, B) => A.Squared().Sum([0, 1]) + B),
            ("rows of a table", new(4, 3), new(3, 1), (A, B) => A.Rows(Indices(1, 3, 1, 0, 1, 3)).Hadamard(B)),
            (
                "rows added in a table",
                new(2, 3, 2),
                new(4, 2),
                (A, B) => new Node(new AddRows(new Sizes(4, 2)), A, Indices(1, 3, 1, 0, 1, 3)).Hadamard(B)),
            ("entries of a table", new(4), new(2, 3), (A, B) => A.Rows(Indices(2, 2, 1, 0, 3, 3)).Hadamard(B)),
            (
                "one-hot",
                new(2, 3, 4),
                new(1),
                (A, B) => A.LogSoftmax(-1).Hadamard(Indices(0, 3, 1, 1, 2, 0).OneHot(4)) + B),
            (
                "one-hot along an axis within",
                new(2, 4, 3),
                new(1),
                (A, B) => A.Hadamard(Indices(0, 3, 1, 1, 2, 0).OneHot(4, 1)) + B),
            ("convolution", new(2, 3, 7), new(4, 3, 3), (A, B) => A.Conv1d(B)),
            ("convolution without examples, strided", new(2, 9), new(3, 2, 2), (A, B) => A.Conv1d(B, stride: 2)),
            (
                "convolution padded, dilated, in groups",
                new(2, 4, 6),
                new(2, 2, 3),
                (A, B) => A.Conv1d(B, padding: 2, dilation: 2, groups: 2)),
            ("convolution in two directions", new(2, 2, 4, 5), new(3, 2, 2, 3), (A, B) => A.Conv2d(B)),
            (
                "convolution in two directions, everything else",
                new(1, 4, 6, 5),
                new(4, 2, 3, 2),
                (A, B) => A.Conv2d(B, stride: 2, padding: 1, groups: 2)),
            (
                "convolution in two directions, dilated",
                new(2, 5, 6),
                new(2, 2, 2, 3),
                (A, B) => A.Conv2d(B, dilation: 2)),
            (
                "windows as columns",
                new(2, 5),
                new(3, 1),
                (A, B) => new Node(new Windows(new(1, 2, 1, 1), [3], isForColumns: true), A).Hadamard(B)),
            (
                "windows as rows",
                new(2, 4, 4),
                new(1),
                (A, B) => new Node(new Windows(new(2, 1, 0, 2), [2, 2], isForColumns: false), A).Squared() + B),
            ("maximum pooling", new(2, 3, 7), new(3), (A, B) => A.MaxPool1d(3, 2) + B),
            ("maximum pooling padded", new(2, 5), new(3), (A, B) => A.MaxPool1d(3, 2, 1).Hadamard(B)),
            ("maximum pooling in two directions", new(2, 4, 5), new(2), (A, B) => A.MaxPool2d(2).Hadamard(B)),
            (
                "maximum pooling in two directions, overlapping",
                new(4, 5),
                new(1),
                (A, B) => A.MaxPool2d(3, 1, 1).Hadamard(B)),
            ("mean pooling", new(2, 6), new(3), (A, B) => A.MeanPool1d(2).Hadamard(B)),
            ("mean pooling in two directions", new(2, 5, 4), new(3, 1), (A, B) => A.MeanPool2d(3, 2, 1) + B),
        ];
        foreach (var (name, a, b, of) in all)
        {
            yield return new(name, new([a, b, new(1)], (A, B, _) => of(A, B)));
        }
    }

    // Each at random sizes, of random rank, along a random axis.
    private static IEnumerable<KeyValuePair<string, Statement>> Random()
    {
        (string, Func<Node, Node, int, Node>)[] all =
        [
            ("sum along", (A, _, axis) => A.Sum(axis).Squared()),
            ("sum kept", (A, B, axis) => B.Hadamard(A.Sum(axis, keepDims: true))),
            ("mean along", (A, _, axis) => A.Mean(axis).Squared()),
            ("mean kept", (A, B, axis) => A - B.Mean(axis, keepDims: true)),
            ("largest along", (A, _, axis) => A.Max(axis).Squared()),
            ("largest kept", (A, B, axis) => B.Hadamard(A.Max(axis, keepDims: true))),
            ("smallest along", (A, _, axis) => A.Min(axis).Squared()),
            ("logsumexp along", (A, _, axis) => A.LogSumExp(axis)),
            ("softmax along", (A, B, axis) => A.Softmax(axis).Hadamard(B)),
            ("log-softmax along", (A, B, axis) => A.LogSoftmax(axis).Hadamard(B)),
            ("cumulative sum along", (A, B, axis) => A.CumulativeSum(axis).Hadamard(B)),
            ("concatenation along", (A, B, axis) => Node.Concat(axis, A, B, A.Hadamard(B)).Squared()),
            ("stack along", (A, B, axis) => Node.Stack(axis, A, B, A.Hadamard(B)).Squared()),
            ("padding along", (A, B, axis) => A.Pad(axis, 2, 1).Hadamard(B.Pad(axis, 0, 3))),
            ("axis to the front", (A, B, axis) => A.Transposed(0, axis).Hadamard(B.Transposed(axis, 0)).Squared()),
            (
                "axes reversed",
                (A, B, _) => A.Permute([.. Enumerable.Range(0, A.Sizes.Count).Reverse()]).Squared()
                    + B.Reshape(-1).Slice(0, 0, 1)),
            (
                "axes rolled",
                (A, B, _) =>
                    A.Permute([.. Enumerable.Range(1, A.Sizes.Count - 1), 0]).Squared() + B.Reshape(-1).Slice(0, 0, 1)),
            ("reshaped", (A, B, axis) => A.Reshape(-1).Hadamard(B.Unsqueeze(axis).Reshape(-1))),
        ];
        var random = new Random(20);
        foreach (var (name, of) in all)
        {
            for (var rank = 1; rank <= 4; rank++)
            {
                Sizes sizes = new([.. Enumerable.Range(0, rank).Select(_ => random.Next(1, 5))]);
                var axis = random.Next(-rank, rank);
                yield return new(
                    $"{name} axis {axis} of {sizes}", new([sizes, sizes, new(2)], (A, B, _) => of(A, B, axis)));
            }
        }
    }
}
