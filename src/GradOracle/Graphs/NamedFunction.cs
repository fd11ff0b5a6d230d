using TorchSharp;

namespace GradOracle.Graphs;

/// <summary>A function that needs nothing of its own but a name and a TorchSharp call: its value, error and adjoint are
/// those of its body.</summary>
/// <param name="name">The name, as formulas have it.</param>
/// <param name="onTorch">The TorchSharp call, of the arguments.</param>
/// <param name="settings">What stands behind the arguments in a formula: <c>, axis 1</c>.</param>
/// <param name="adjoint">What flows back to the only argument, given the node and its adjoint; through the body where
/// there is none.</param>
/// <param name="slips">What people send back to the only argument in place of that, given the node and its adjoint;
/// null for nothing.</param>
/// <param name="misread">What people read in its place on the way back, in the words of <see cref="Misreading"/>; null
/// for nothing.</param>
internal sealed class NamedFunction(
    string name, Func<torch.Tensor[], torch.Tensor> onTorch, string settings =
        "", Func<Node, Node, Node>? adjoint = null, Func<Node, Misreading>? misread = null,
    Func<Node, Node, IEnumerable<Slip>>? slips = null) : Function
{
    /// <summary>The name, as formulas have it.</summary>
    public string Name => name;

    public override IEnumerable<Misreading> Misreadings(Node node) => misread is null ? [] : [misread(node)];

    /// <summary>Whether people are known to send back something in place of what belongs.</summary>
    public bool HasSlips => slips is not null;

    public override IEnumerable<Slip> Slips(Node node, IReadOnlyList<Node> x, Node D) => slips?.Invoke(node, D) ?? [];

    public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => onTorch(x);

    public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) =>
        adjoint is null ? base.Adjoint(node, x, D) : [null, adjoint(node, D)];

    public override string Text(Node node, IReadOnlyList<string> x) =>
        $"{name}({string.Join(", ", x.Skip(1))}{settings})";
}
