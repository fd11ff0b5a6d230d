using GradOracle.Graphs;

namespace GradOracle.Tests.AsItIs;

/// <summary>The networks of the code that is checked as it is.</summary>
internal static class AsItIsNetworks
{
    /// <summary>Columns as examples: Ŷ = W X.</summary>
    public static Network Linear { get; } = Network.Define(
        "linear", ["n", "m", "B"], x => x.Parameter("W", "m", "n") * x.Input("X", "n", "B"));

    /// <summary>Rows as examples: out = inp weightᵀ + bias.</summary>
    public static Network Matmul { get; } = new InRows(
        "matmul",
        ["B", "C", "OC"],
        s => [new("inp", TensorRole.Input, s["B"], s["C"]), new("weight", TensorRole.Parameter, s["OC"], s["C"]), new("bias", TensorRole.Parameter, 1, s["OC"])],
        x => Plus(x["inp"] * x["weight"].Transposed(), x["bias"]));

    /// <summary>Rows as examples: scores = tanh(X W1 + b1) W2 + b2.</summary>
    public static Network Perceptron { get; } = new InRows(
        "perceptron",
        ["B", "n", "h", "m"],
        s =>
        [
            new("W1", TensorRole.Parameter, s["n"], s["h"]), new("b1", TensorRole.Parameter, 1, s["h"]),
            new("W2", TensorRole.Parameter, s["h"], s["m"]), new("b2", TensorRole.Parameter, 1, s["m"]),
            new("X", TensorRole.Input, s["B"], s["n"]),
        ],
        x => Plus(Plus(x["X"] * x["W1"], x["b1"]).Tanh() * x["W2"], x["b2"]));

    /// <summary>Entry by entry: out = (inp + inp ∘ tanh(s (inp + 0.044715 inp³))) / 2.</summary>
    public static Network Gelu { get; } = Network.Define("gelu", ["B", "C"], x =>
    {
        var inp = x.Input("inp", "B", "C");
        var u = (inp + inp.Squared().Hadamard(inp).Scaled(0.044715f)).Scaled(Kernels.GeluScale);
        return (inp + inp.Hadamard(u.Tanh())).Scaled(0.5);
    });

    /// <summary>Rows as examples: each normalised, times a weight and a bias added.</summary>
    public static Network LayerNorm { get; } = new InRows(
        "layer-norm-in-rows",
        ["B", "C"],
        s => [new("inp", TensorRole.Input, s["B"], s["C"]), new("weight", TensorRole.Parameter, 1, s["C"]), new("bias", TensorRole.Parameter, 1, s["C"])],
        x =>
        {
            var (inp, C) = (x["inp"], x.Shape["C"]);
            var centred = inp - inp.SumOver(1).Scaled(1.0 / C).Broadcast(inp.Sizes);
            var variance = centred.Squared().SumOver(1).Scaled(1.0 / C);
            var deviation = (variance + Constant.Of(variance.Sizes, Kernels.Epsilon)).Sqrt();
            return Plus(
                (centred / deviation.Broadcast(inp.Sizes)).Hadamard(x["weight"].Broadcast(inp.Sizes)), x["bias"]);
        });

    private static Node Plus(Node matrix, Node row) => matrix + row.Broadcast(matrix.Sizes);

    private sealed class InRows(
        string name, IReadOnlyList<string> dimensions, Func<Shape, IReadOnlyList<TensorSpec>> tensors, Func<Inputs, Node> forward) : Network
    {
        public override string Name => name;

        public override string Summary => "rows as examples";

        public override IReadOnlyList<string> Dimensions => dimensions;

        public override IReadOnlyList<TensorSpec> Tensors(Shape shape) => tensors(shape);

        public override Node Forward(Inputs x) => forward(x);
    }
}
