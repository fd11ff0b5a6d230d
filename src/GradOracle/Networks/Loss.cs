using System.Numerics;
using GradOracle.Networks;

namespace GradOracle;

/// <summary>
/// A loss L = ℓ(Ŷ, T), a sum over entries, stated as a graph: value and gradient at the output follow from it.
/// </summary>
/// <remarks>
/// A loss of one's own has a name and <see cref="Entries"/>; a network that lists it among its
/// <see cref="Network.Losses"/> has cases, reports and fixtures with it. The graph may see every tensor of the network,
/// as penalties on parameters do.
/// </remarks>
public abstract class Loss
{
    /// <summary>
    /// The losses of a check that does not say which: each entry of the target may be any number, so a derivation that
    /// is right for all is right for any loss.
    /// </summary>
    public static IReadOnlyList<Loss> All { get; } =
    [
        new SquaredError(), new MeanSquaredError(), new AbsoluteError(), new HuberLoss(), new FreeTargetCrossEntropy(), new Projection(),
    ];

    /// <summary>
    /// The losses that must be asked for by name: of labels, of distributions, of what the output must be.
    /// </summary>
    public static IReadOnlyList<Loss> OfTargets { get; } =
    [
        new SoftmaxCrossEntropy(), new LabelCrossEntropy(), new BinaryCrossEntropy(), new NegativeLogLikelihood(), new KullbackLeibler(), new HingeLoss(), new ContrastiveLoss(),
    ];

    /// <summary>
    /// A loss that is built in, by its name in case names. <c>-mean</c> behind it is the mean over the examples;
    /// <c>+l2</c> adds <c>½ Σ W²</c> and <c>+l1</c> adds <c>Σ |W|</c> over all parameters:
    /// <c>softmax-cross-entropy-mean+l2</c>.
    /// </summary>
    /// <exception cref="BadInputException">There is none; the message gives the nearest name.</exception>
    public static Loss Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Networks.Named.Losses.Find(name);
    }

    /// <summary>The name in case names and commands: lower case, words joined by hyphens.</summary>
    public abstract string Name { get; }

    /// <summary>The loss in one line of mathematics.</summary>
    public virtual string Summary => $"a loss of one's own: {Name}";

    /// <summary>The name of the tensor the output is compared with.</summary>
    public virtual string TargetName => "T";

    /// <summary>
    /// The fewest classes of an output (rows, where columns are examples) that can tell right from wrong: with fewer
    /// the loss is constant.
    /// </summary>
    public virtual int LeastRows => 1;

    /// <summary>As a graph: the entries whose sum is L.</summary>
    /// <param name="output">Ŷ.</param>
    /// <param name="target">The target.</param>
    /// <param name="x">All that the network has, and which axis of the output its classes are along.</param>
    public abstract Node Entries(Node output, Node target, Inputs x);

    /// <summary>The tensor that the output is compared with: by default numbers, as many as the output has.</summary>
    /// <param name="output">The sizes of the output.</param>
    /// <param name="classes">The axis of its classes or features.</param>
    public virtual TensorSpec Target(Sizes output, int classes) => new(TargetName, TensorRole.Target, output);

    /// <summary>L of one case whose columns are examples; any other is asked of its <see cref="CaseStack"/>.</summary>
    /// <param name="output">Ŷ, row after row.</param>
    /// <param name="target">The target, row after row.</param>
    /// <param name="columns">How many columns they have: the examples.</param>
    public virtual T Value<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> target, int columns)
        where T : struct, INumberBase<T> => Alone(output, target, columns).Loss;

    /// <summary>
    /// G = ∂L/∂Ŷ of one case whose columns are examples, row after row; any other is asked of its
    /// <see cref="CaseStack"/>.
    /// </summary>
    /// <param name="output">Ŷ, row after row.</param>
    /// <param name="target">The target, row after row.</param>
    /// <param name="columns">How many columns they have: the examples.</param>
    /// <param name="gradient">Receives G.</param>
    public virtual void Gradient<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> target, int columns, Span<T> gradient)
        where T : struct, INumberBase<T> => Alone(output, target, columns).Gradient.CopyTo(gradient);

    /// <summary>Whether value and gradient are written by hand for such an output.</summary>
    internal virtual bool IsByHand(Sizes output, int classes) => false;

    // A network that is its input: nothing else is there to be seen.
    private (T Loss, T[] Gradient) Alone<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> target, int columns)
        where T : struct, INumberBase<T>
    {
        var identity = Network.Define("identity", ["m", "B"], x => x.Input("Y", "m", "B"));
        var pass = new Scenario(identity, this, new Shape(("m", output.Length / columns), ("B", columns))).LossPass;
        var given = target.ToArray();
        return pass.At(output.ToArray(), _ => given);
    }
}
