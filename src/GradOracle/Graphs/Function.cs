using TorchSharp;

namespace GradOracle.Graphs;

/// <summary>A function that is stated by a body of operations and has a name, a formula and a TorchSharp call of its
/// own.</summary>
/// <remarks>The first operand is the body, the others are the arguments: TorchSharp gets the arguments, every other
/// interpretation takes the body.</remarks>
internal abstract class Function : Alias
{
    public override IReadOnlyList<Node> OperandsOnTorch(Node node) => [.. node.Operands.Skip(1)];

    /// <summary>The value on TorchSharp, of the arguments.</summary>
    public abstract override torch.Tensor OnTorch(Node node, torch.Tensor[] x);

    public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => x[0];

    public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) =>
        [D, .. x.Skip(1).Select(_ => (Node?)null)];
}
