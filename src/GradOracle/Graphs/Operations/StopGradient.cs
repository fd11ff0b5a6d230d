using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The same value, taken as a constant: nothing flows back through it.</summary>
        public Node StopGradient() => new(new StopGradient(), this);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>The value of its operand, which gets nothing back.</summary>
    internal sealed class StopGradient : Alias
    {
        public override bool PassesAdjointOn => false;

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].detach();

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) => [null];

        public override string Text(Node node, IReadOnlyList<string> x) => $"stop_gradient({x[0]})";
    }
}
