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
