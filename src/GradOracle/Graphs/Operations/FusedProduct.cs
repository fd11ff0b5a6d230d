using GradOracle.Numerics;
using TorchSharp;

namespace GradOracle.Graphs;

/// <summary>A product with a transpose, taken as it lies: a step of an evaluation, which stands in for the product
/// there and nowhere else.</summary>
internal abstract class FusedProduct : Operation
{
    public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => throw Alone();

    public override bool Error(
        Node node,
        Rounding rounding,
        double[][] x,
        double[]?[] e,
        double[] y,
        double[] result,
        int count) => throw Alone();

    public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) => throw Alone();

    public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => throw Alone();

    public override string Text(Node node, IReadOnlyList<string> x) => throw Alone();

    private static InvalidOperationException Alone() => new("A fused product has a value and nothing else.");
}

/// <summary>Aᵀ B.</summary>
internal sealed class LeftTransposedProduct : FusedProduct
{
    public override Sizes SizesOf(IReadOnlyList<Node> x) => new(x[0].Sizes.Columns, x[1].Sizes.Columns);

    public override void Value<T>(Node node, T[][] x, T[] y, int count)
    {
        var A = node.Operands[0].Sizes;
        y.AsSpan().Clear();
        RowMajor.AddTransposedProducts<T>(y, x[0], x[1], count, A.Rows, A.Columns, node.Sizes.Columns);
    }

    public override double Uniform(Node node, ReadOnlySpan<double> x) => node.Operands[0].Sizes.Rows * (x[0] * x[1]);
}

/// <summary>A Bᵀ.</summary>
internal sealed class RightTransposedProduct : FusedProduct
{
    public override Sizes SizesOf(IReadOnlyList<Node> x) => new(x[0].Sizes.Rows, x[1].Sizes.Rows);

    public override void Value<T>(Node node, T[][] x, T[] y, int count)
    {
        var A = node.Operands[0].Sizes;
        y.AsSpan().Clear();
        RowMajor.AddProductsTransposed<T>(y, x[0], x[1], count, A.Rows, A.Columns, node.Sizes.Columns);
    }

    public override double Uniform(Node node, ReadOnlySpan<double> x) => node.Operands[0].Sizes.Columns * (x[0] * x[1]);
}
