using System.Numerics.Tensors;
using GradOracle.Torch;
using TorchSharp;

namespace GradOracle.Graphs;

/// <summary>Numbers that are the same in every case.</summary>
/// <param name="sizes">The sizes.</param>
/// <param name="values">The entries, row by row; one stands for all.</param>
internal sealed class Constant(Sizes sizes, params IReadOnlyList<double> values) : Operation
{
    public static Node Of(Sizes sizes, params IReadOnlyList<double> values) => new(new Constant(sizes, values));

    public override Sizes SizesOf(IReadOnlyList<Node> x) => sizes;

    public override void Value<T>(Node node, T[][] x, T[] y, int count)
    {
        for (var j = 0; j < y.Length; j++)
        {
            y[j] = T.CreateTruncating(values[values.Count == 1 ? 0 : j % sizes.Length]);
        }
    }

    // One for all cases: it broadcasts.
    public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => TorchMemory.Of(
        [.. Enumerable.Range(0, sizes.Length).Select(j => values[values.Count == 1 ? 0 : j])],
        sizes.Batched(1), ElementType.Float64);

    public override bool Error(
        Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count) => false;

    public override void Magnitude(Node node, double[][] x, double[] y, int count)
    {
        Value(node, x, y, count);
        TensorPrimitives.Abs<double>(y, y);
    }

    public override bool Noise(Node node, double[][] x, double[] y, double[] result, int count) => false;

    public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) => [];

    public override TermCount Count(Node node, IReadOnlyList<TermCount> x) =>
        new(0, values.All(double.IsInteger) ? 0 : -1, 0);

    public override string? OnForeign(Node node, ForeignGraph there, string[] x) => there.Constant(sizes, values);

    public override string Text(Node node, IReadOnlyList<string> x) =>
        values.Count == 1 ? FormattableString.Invariant($"{values[0]}") : "[…]";

    public override Node Majorant(Node node, IReadOnlyList<Node> x, bool undamped) =>
        Of(sizes, [.. values.Select(v => undamped ? Math.Max(1, Math.Abs(v)) : Math.Abs(v))]);

    public override double Uniform(Node node, ReadOnlySpan<double> x) => values.Count == 1 ? values[0] : double.NaN;
}
