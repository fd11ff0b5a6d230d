using TorchSharp;

namespace GradOracle.Graphs;

/// <summary>A parameter, an input or a target: its values are given from outside, as is how far they may be
/// off.</summary>
/// <param name="name">Its name.</param>
/// <param name="sizes">Its sizes.</param>
/// <param name="isRounded">Whether entries are numbers that a person has rounded: an index or a mask is what it
/// is.</param>
internal sealed class Leaf(string name, Sizes sizes, bool isRounded) : Operation
{
    /// <summary>Whether its entries are any numbers, and no indices.</summary>
    public bool HoldsNumbers => isRounded;

    public override Sizes SizesOf(IReadOnlyList<Node> x) => sizes;

    public override void Value<T>(Node node, T[][] x, T[] y, int count) => throw Unbound();

    public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => throw Unbound();

    public override bool Error(
        Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count) => false;

    public override bool Noise(Node node, double[][] x, double[] y, double[] result, int count) =>
        isRounded && base.Noise(node, x, y, result, count);

    public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) => [];

    public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => new(0, 0, 1);

    public override string Text(Node node, IReadOnlyList<string> x) => name;

    public override Node Majorant(Node node, IReadOnlyList<Node> x, bool undamped) => node;

    private InvalidOperationException Unbound() => new($"{name} has no value: a leaf takes it from a case.");
}
