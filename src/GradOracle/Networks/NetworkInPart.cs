namespace GradOracle.Networks;

/// <summary>A network of which some parameters and inputs are differentiated, and the others only given.</summary>
/// <remarks>Its cases are those of the whole network, entry for entry, and have the same names.</remarks>
/// <param name="whole">The network.</param>
/// <param name="differentiated">The names of those that are differentiated.</param>
internal sealed class NetworkInPart(Network whole, IReadOnlyCollection<string> differentiated) : Network
{
    public override string Name => whole.Name;

    public override string Summary => whole.Summary;

    public override IReadOnlyList<string> Dimensions => whole.Dimensions;

    public override bool RowsAreExamples => whole.RowsAreExamples;

    public override string? TargetInput => whole.TargetInput;

    public override IReadOnlyList<Loss> Losses => whole.Losses;

    public override int SmallestDrawn(string dimension) => whole.SmallestDrawn(dimension);

    internal override bool HasGraph => whole.HasGraph;

    public override int LargestDrawn(string dimension) => whole.LargestDrawn(dimension);

    public override int LargestAlone(string dimension) => whole.LargestAlone(dimension);

    public override IReadOnlyList<TensorSpec> Tensors(Shape shape)
    {
        var specs = whole.Tensors(shape);
        var known = specs.Where(spec => spec.IsDifferentiated).Select(spec => spec.Name).ToList();
        if (differentiated.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            throw TensorNames.Unknown(unknown, known);
        }

        return [.. specs.Select(s => differentiated.Contains(s.Name) ? s : s with { IsLeftOut = s.IsDifferentiated })];
    }

    public override Node Forward(Inputs x) => whole.Forward(x);
}
