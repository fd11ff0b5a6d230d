namespace GradOracle.Graphs;

/// <summary>An operation that moves entries and computes nothing: values and errors take the same way.</summary>
internal abstract class Structural : Operation
{
    /// <summary>Moves the entries of the operands to where they belong.</summary>
    protected abstract void Move<T>(Node node, T[][] x, T[] y, int count)
        where T : struct;

    public override void Value<T>(Node node, T[][] x, T[] y, int count) => Move(node, x, y, count);

    public override bool Error(Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
    {
        if (Array.TrueForAll(e, error => error is null))
        {
            return false;
        }

        Move(node, [.. e.Select((error, i) => error ?? new double[x[i].Length])], result, count);
        return true;
    }

    public override bool Noise(Node node, double[][] x, double[] y, double[] result, int count) => false;

    public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => x.Aggregate((a, b) => a.Or(b));

    public override double Uniform(Node node, ReadOnlySpan<double> x) => x.ContainsAnyExcept(x[0]) ? double.NaN : x[0];
}

/// <summary>The value of its operand under another name, or in a place of its own.</summary>
internal class Alias : Structural
{
    public override bool IsAlias => true;

    public override Sizes SizesOf(IReadOnlyList<Node> x) => x[0].Sizes;

    public override TorchSharp.torch.Tensor OnTorch(Node node, TorchSharp.torch.Tensor[] x) => x[0];

    public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) => [D];

    public override string Text(Node node, IReadOnlyList<string> x) => x[0];

    protected override void Move<T>(Node node, T[][] x, T[] y, int count) => x[0].CopyTo(y, 0);
}
