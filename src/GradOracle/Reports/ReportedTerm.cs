namespace GradOracle.Reports;

/// <summary>One term of a gradient: what one use of the tensor contributes.</summary>
/// <param name="Use">Which use: <c>on X1</c>; empty where there is only one, or where the term stands for
/// several.</param>
/// <param name="Text">The term: <c>∂L/∂H1 X1ᵀ</c>; of the many uses in a long sequence the smaller ones are added up in
/// one: <c>(52 more)</c>.</param>
/// <param name="Values">The contribution's values at the entries of the tensor's map; null where there is no map, or
/// they are not known.</param>
internal sealed record ReportedTerm(string Use, string Text, IReadOnlyList<IReadOnlyList<double>>? Values)
{
    /// <summary>The value whose adjoint the term is made of; empty where it stands for several.</summary>
    public string Adjoint { get; init; } = "";
}
