using System.Numerics;
using GradOracle.Networks;

namespace GradOracle;

/// <summary>A loss L = ℓ(Ŷ, T), a sum over entries: as a graph, and by hand with its gradient at the output.</summary>
public abstract class Loss
{
    /// <summary>The losses that are built in, the squared error first.</summary>
    public static IReadOnlyList<Loss> All { get; } =
    [
        new SquaredError(), new MeanSquaredError(), new AbsoluteError(), new HuberLoss(), new SoftmaxCrossEntropy(), new Projection(),
    ];

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

    /// <summary>As a graph: the entries whose sum is L.</summary>
    public abstract Node Entries(Node output, Node target);
}
