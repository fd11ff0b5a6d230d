using GradOracle.Graphs;
using GradOracle.Torch;
using TorchSharp;

namespace GradOracle;

public sealed partial class Node
{
    /// <summary>GELU of every entry, with the error function: <c>½ a (1 + erf(a/√2))</c>.</summary>
    public Node Gelu() => new(
        new NamedFunction("gelu", x => x[0].gelu()),
        Scaled(0.5).Hadamard(Scaled(Math.Sqrt(0.5)).Erf() + 1),
        this);

    /// <summary>GELU of every entry, approximated with tanh: <c>½ a (1 + tanh(√(2/π) (a + 0.044715 a³)))</c>.</summary>
    public Node GeluTanh() => new(
        new NamedFunction("gelu_tanh", x => torch.nn.functional.gelu(x[0], TorchSharp.Modules.GELU.Approximate.tanh)),
        Scaled(0.5).Hadamard(
            (this + Squared().Hadamard(this).Scaled(0.044715)).Scaled(Math.Sqrt(2 / Math.PI)).Tanh() + 1),
        this);

    /// <summary>SiLU of every entry, also named swish: <c>a σ(a)</c>.</summary>
    public Node Silu() => new(new NamedFunction("silu", x => x[0].silu()), Hadamard(Sigmoid()), this);

    /// <summary>a where an entry is positive, else a multiple of it; the derivative at 0 is that of the negative side,
    /// as in TorchSharp.</summary>
    /// <param name="slope">The multiple.</param>
    public Node LeakyRelu(double slope = 0.01) => new(
        new NamedFunction(
            "leaky_relu", x => x[0].leaky_relu(TorchScalars.Of(slope)), FormattableString.Invariant($", {slope}")),
        Where(Step(), Scaled(slope)),
        this);
}
