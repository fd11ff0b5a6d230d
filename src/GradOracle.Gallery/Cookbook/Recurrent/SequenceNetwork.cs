namespace GradOracle.Gallery;

/// <summary>A network through T steps, stated in one expression: inputs X1 … XT of n×B, states of h×B, outputs beside
/// each other.</summary>
/// <param name="name">The name.</param>
/// <param name="summary">It in one line of mathematics.</param>
/// <param name="tensors">Its tensors at a shape, but for X1 … XT, which come last.</param>
/// <param name="forward">The output.</param>
/// <param name="hasOutputs">Whether the outputs have m rows and are no states.</param>
internal sealed class SequenceNetwork(
    string name, string summary, Func<Shape, IEnumerable<TensorSpec>> tensors, Func<Inputs, Node> forward, bool hasOutputs = false) : Network
{
    private const int MostSteps = 20;

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override string Summary => summary;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Dimensions { get; } = hasOutputs
        ? ["T", "n", "h", "m", "B"]
        : ["T", "n", "h", "B"];

    /// <inheritdoc/>
    public override int LargestDrawn(string dimension) => dimension == "T" ? MostSteps : base.LargestDrawn(dimension);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorSpec> Tensors(Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return
        [
            .. tensors(shape),
            .. Enumerable.Range(1, shape["T"]).Select(t => State("X", t, shape["n"], shape["B"])),
        ];
    }

    /// <inheritdoc/>
    public override Node Forward(Inputs x) => forward(x);

    /// <summary>An input that belongs to a step: x_t, or a state from which to start.</summary>
    public static TensorSpec State(string series, int step, int rows, int columns) =>
        new(FormattableString.Invariant($"{series}{step}"), TensorRole.Input, rows, columns) { Step = step };
}
