namespace GradOracle;

/// <summary>A function of parameters and inputs: its forward, stated once. Everything else is read off it.</summary>
/// <remarks>
/// In a matrix columns are examples, unless a network says otherwise. Backward passes, rounding bounds, exact ranges,
/// formulas and oracles are interpretations of the forward's graph.
/// </remarks>
public abstract partial class Network
{
    /// <summary>The name in case names and commands: lower case, words joined by hyphens.</summary>
    public abstract string Name { get; }

    /// <summary>The network in one line of mathematics.</summary>
    public abstract string Summary { get; }

    /// <summary>The names of the dimensions, in the order in which case names write them.</summary>
    public abstract IReadOnlyList<string> Dimensions { get; }

    /// <summary>
    /// Whether the rows of a matrix are its examples, as in batch-first code: then the last axis of the output holds
    /// its classes or features. By default its columns are, and the first axis holds them. In an output of any other
    /// rank, <c>[b,t,c]</c>, the last axis always does.
    /// </summary>
    public virtual bool RowsAreExamples => false;

    /// <summary>
    /// The input that the output is compared with, where the network is to give it back: the target of an autoencoder.
    /// Null where the target is a tensor of its own.
    /// </summary>
    public virtual string? TargetInput => null;

    /// <summary>Losses of its own that case names may say, beside those that are built in.</summary>
    public virtual IReadOnlyList<Loss> Losses => [];

    /// <summary>
    /// The smallest size of a dimension that random shapes draw, where smaller ones say nothing: a norm over one entry
    /// is constant.
    /// </summary>
    public virtual int SmallestDrawn(string dimension) => 1;

    /// <summary>The largest size of a dimension that random shapes draw, where larger ones make no sense: entries would
    /// overflow.</summary>
    public virtual int LargestDrawn(string dimension) => Shape.MaxSize;

    /// <summary>The largest size of a dimension where all others are small: a few shapes have one, to show blocks of
    /// 16, 32 or 64, and what is cut off after some steps.</summary>
    public virtual int LargestAlone(string dimension) => LargestDrawn(dimension);

    /// <summary>The parameters, inputs and constants at a shape, in a fixed order: the order of the random
    /// streams.</summary>
    public abstract IReadOnlyList<TensorSpec> Tensors(Shape shape);

    /// <summary>The output, as a node.</summary>
    public abstract Node Forward(Inputs x);

    /// <summary>
    /// The same network for code that differentiates some of its parameters and inputs only:
    /// <c>network.Differentiates("W1", "b1")</c>. The others are given and never compared; cases and their names stay.
    /// </summary>
    /// <param name="names">The parameters and inputs whose gradients the code gives. A name that is none of them is
    /// refused by the check, with a <see cref="BadInputException"/>.</param>
    public Network Differentiates(params IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names.Count > 0
            ? new Networks.NetworkInPart(this, names)
            : throw new BadInputException(
                (Sentence)$"Differentiates() of {Name} names no tensor: name those whose gradients the code gives.");
    }

    /// <summary>A network in one expression, its tensors declared where they are used.</summary>
    /// <param name="name">The name in case names: lower case, words joined by hyphens.</param>
    /// <param name="dimensions">The names of the dimensions, in the order in which case names write them.</param>
    /// <param name="forward">The output; the tensors are those it declares, in this order.</param>
    /// <param name="smallest">The smallest sizes that are drawn, where 1 says nothing: <c>[("d", 2)]</c>.</param>
    /// <param name="rowsAreExamples">See <see cref="RowsAreExamples"/>.</param>
    /// <param name="targetInput">See <see cref="TargetInput"/>.</param>
    /// <param name="losses">See <see cref="Losses"/>.</param>
    /// <param name="largest">The largest sizes that are drawn, where larger ones take long and say no more:
    /// <c>[("heads", 4)]</c>.</param>
    /// <example><code>Network.Define("linear", ["n", "m", "B"], x => x.Parameter("W", "m", "n") * x.Input("X", "n",
    /// "B"))</code></example>
    public static Network Define(
        string name,
        IReadOnlyList<string> dimensions,
        Func<Inputs, Node> forward,
        IReadOnlyList<(string Dimension, int Size)>? smallest = null,
        bool rowsAreExamples = false,
        string? targetInput = null,
        IReadOnlyList<Loss>? losses = null,
        IReadOnlyList<(string Dimension, int Size)>? largest = null)
    {
        RequireName(name);
        ArgumentNullException.ThrowIfNull(forward);
        RequireDimensions(name, dimensions, smallest ?? [], largest ?? []);
        return new Defined(name, dimensions, forward, smallest ?? [])
        {
            AreRowsExamples = rowsAreExamples,
            Reconstructed = targetInput,
            OwnLosses = losses ?? [],
            Largest = largest ?? [],
        };
    }

    // What case names can say: else nothing could be replayed.
    private static void RequireName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0 || !name.All(c => char.IsLetterOrDigit(c) || c is '-' or '_'))
        {
            throw new BadInputException(
                (Sentence)$"\"{name}\" is no name of a network: write it with letters, digits, hyphens and underscores.");
        }
    }

    // What is misspelt would be ignored.
    private static void RequireDimensions(
        string name,
        IReadOnlyList<string> dimensions,
        IReadOnlyList<(string Dimension, int Size)> smallest,
        IReadOnlyList<(string Dimension, int Size)> largest)
    {
        ArgumentNullException.ThrowIfNull(dimensions);
        if (dimensions.Count == 0)
        {
            throw new BadInputException(
                (Sentence)$"{name} has no dimensions: name at least one, such as \"B\", from which shapes are drawn.");
        }

        _ = new Shape(dimensions.Select(d => (d, 1))); // refuses what is no name, and a name that is there twice
        foreach (var (dimension, size) in smallest.Concat(largest))
        {
            if (!dimensions.Contains(dimension))
            {
                throw new BadInputException(
                    (Sentence)$"{dimension} is no dimension of {name}: it has {string.Join(", ", dimensions)}.");
            }

            if (size is < 1 or > Shape.MaxSize)
            {
                throw new BadInputException(FormattableString.Invariant(
                    $"Size {dimension}={size} is out of range: a size is a whole number from 1 to {Shape.MaxSize}."));
            }
        }

        foreach (var (dimension, least) in smallest)
        {
            if (largest.FirstOrDefault(l => l.Dimension == dimension) is { Size: > 0 and var most } && most < least)
            {
                throw new BadInputException(FormattableString.Invariant(
                    $"{dimension} of {name} is at least {least} and at most {most}: exchange them."));
            }
        }
    }

    /// <summary>A shape with every size at the smallest that is drawn.</summary>
    internal Shape SmallestShape() => new(Dimensions.Select(d => (d, SmallestDrawn(d))));


    private sealed class Defined(
        string name,
        IReadOnlyList<string> dimensions,
        Func<Inputs, Node> forward,
        IReadOnlyList<(string Dimension, int Size)> smallest) : Network
    {
        public bool AreRowsExamples { get; init; }

        public string? Reconstructed { get; init; }

        public IReadOnlyList<Loss> OwnLosses { get; init; } = [];

        public IReadOnlyList<(string Dimension, int Size)> Largest { get; init; } = [];

        public override string Name => name;

        public override bool RowsAreExamples => AreRowsExamples;

        public override string? TargetInput => Reconstructed;

        public override IReadOnlyList<Loss> Losses => OwnLosses;

        public override int SmallestDrawn(string dimension) =>
            smallest.Where(s => s.Dimension == dimension).Select(s => s.Size).DefaultIfEmpty(1).Max();

        public override int LargestDrawn(string dimension) =>
            Largest.Where(s => s.Dimension == dimension).Select(s => s.Size).DefaultIfEmpty(Shape.MaxSize).Min();

        public override string Summary => $"Ŷ = {Graphs.Formula.Of(Forward(new Inputs(new Shape(dimensions.Select((d, i) => (d, Math.Max(i + 2, SmallestDrawn(d))))))))}";

        public override IReadOnlyList<string> Dimensions => dimensions;

        public override IReadOnlyList<TensorSpec> Tensors(Shape shape)
        {
            var inputs = new Inputs(shape);
            forward(inputs);
            return inputs.Specs;
        }

        public override Node Forward(Inputs x) => forward(x);
    }
}
