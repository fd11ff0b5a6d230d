namespace GradOracle.Verdicts;

/// <summary>Where the numbers of a case first leave its element type.</summary>
internal static class Overflow
{
    /// <summary>
    /// The first value of the forward pass that is not finite, or else the first adjoint of the backward pass:
    /// <c>t=17</c>, or its name where the network has no steps; null where there is none with a name.
    /// </summary>
    /// <param name="batch">A batch of one case.</param>
    public static string? Of(CaseStack batch) => batch.Type == ElementType.Float32
        ? Of<float>(batch, v => (float)v, float.IsFinite)
        : Of<double>(batch, v => v, double.IsFinite);

    private static string? Of<T>(CaseStack batch, Converter<double, T> into, Predicate<T> isFinite)
        where T : struct, System.Numerics.INumberBase<T>
    {
        var (scenario, backward) = (batch.Scenario, batch.Scenario.Backward);
        var values = scenario.Gradients.Evaluate(
            1, node => batch.ValuesOf(node) is { } given ? Array.ConvertAll(given, into) : null);
        List<Node> named = [.. backward.Forward.Nodes.Where(n => n.Name is not null && n.Operands.Count > 0)];
        bool Leaves(Node? node) => node is not null && values.Has(node) && !Array.TrueForAll(values[node], isFinite);
        return named.Find(Leaves) is { } value ? value == scenario.Output ? "the output" : PlaceOf(value)
            : named.FindLast(n => Leaves(backward.AdjointOf(n))) is { } back ? $"{PlaceOf(back)} on the way back"
            : null;
    }

    // The value at step 17 of a sequence is that of t = 17.
    private static string PlaceOf(Node node) =>
        node.Place is var (_, step) ? FormattableString.Invariant($"t={step}") : node.Name!;
}
