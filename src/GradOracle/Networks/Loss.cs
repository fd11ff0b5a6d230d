using System.Numerics;
using GradOracle.Oracles;

namespace GradOracle.Networks;

/// <summary>A loss L = ℓ(Ŷ, T), a sum over entries, stated twice, with its hand-written gradient at the output.</summary>
public abstract class Loss
{
    /// <summary>The name in case names and commands: lower case, words joined by hyphens.</summary>
    public abstract string Name { get; }

    /// <summary>The loss in one line of mathematics.</summary>
    public abstract string Summary { get; }

    /// <summary>The name of the tensor the output is compared with; it has the size of the output.</summary>
    public abstract string TargetName { get; }

    /// <summary>The fewest rows of an output that can tell right from wrong: with fewer the loss is constant.</summary>
    public virtual int LeastRows => 1;

    /// <summary>L of one case.</summary>
    /// <param name="output">Ŷ, row after row.</param>
    /// <param name="target">The target, row after row.</param>
    /// <param name="columns">How many columns they have: the examples.</param>
    public abstract T Value<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> target, int columns)
        where T : struct, INumberBase<T>;

    /// <summary>G = ∂L/∂Ŷ of one case, written by hand, row after row.</summary>
    /// <param name="output">Ŷ, row after row.</param>
    /// <param name="target">The target, row after row.</param>
    /// <param name="columns">How many columns they have: the examples.</param>
    /// <param name="gradient">Receives G.</param>
    public abstract void Gradient<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> target, int columns, Span<T> gradient)
        where T : struct, INumberBase<T>;

    /// <summary>On the TorchSharp tape: the entries whose sum over rows and columns is L, for every case of a batch.</summary>
    public abstract TorchMatrix Entries(TorchMatrix output, TorchMatrix target);
}
