namespace GradOracle.Fixtures;

/// <summary>A case with its approved results: self-contained, so that any language can recompute it.</summary>
/// <param name="Name">The name of the case.</param>
/// <param name="Case">Its parameters, inputs and target.</param>
/// <param name="Results">The output, the loss and the gradients that were approved.</param>
internal sealed record GradientFixture(CaseId Name, CaseStack Case, GradientStack Results)
{
    /// <summary>The schema this version reads and writes.</summary>
    public const string Schema = "gradoracle-fixture/1";

    /// <summary>Whether its file says the name as it is written today, with k.</summary>
    public bool IsNamedAsWritten { get; init; } = true;

    /// <summary>Whether the fixture's parameters, inputs and target are those of a batch of one.</summary>
    public bool HasInputsOf(CaseStack batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return Case.Tensors.Zip(batch.Tensors).All(t => t.First.Values.AsSpan().SequenceEqual(t.Second.Values));
    }

    /// <summary>The file of a case below the folder of fixtures: <c>network/loss.kind.shape.seed.verified.json</c>,
    /// without the ending.</summary>
    public static string PathOf(CaseId name)
    {
        ArgumentNullException.ThrowIfNull(name);
        // n1 of size 2 is no n12
        static string Between(string dimension) => char.IsAsciiDigit(dimension[^1]) ? "-" : "";
        var sizes = name.Shape.Dimensions.Select(
            d => FormattableString.Invariant($"{d.Name}{Between(d.Name)}{d.Size}"));
        var shape = string.Concat(sizes);
        var type = name.Type == ElementType.Float64 ? "" : $".{name.Type}";
        return FormattableString.Invariant($"{name.Network.Name}/{name.Loss.Name}.{CaseId.Word(name.Kind)}.{shape}{type}.seed{name.Seed}{(name.Values is null ? "" : $".{name.Values.Word}")}");
    }
}
