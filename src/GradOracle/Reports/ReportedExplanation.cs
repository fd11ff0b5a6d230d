namespace GradOracle.Reports;

/// <summary>A mistake in words.</summary>
/// <param name="Sentence">The mistake.</param>
/// <param name="Gradients">The gradients it accounts for.</param>
/// <param name="Residual">The largest difference left, relative to the largest entry.</param>
/// <param name="Cases">In how many cases it was seen.</param>
internal sealed record ReportedExplanation(string Sentence, IReadOnlyList<string> Gradients, double Residual, int Cases)
{
    /// <summary>The places it speaks of, as values.</summary>
    public IReadOnlyList<ReportedPlace> Places { get; init; } = [];
}

/// <summary>A place in the backward pass that a diagnosis speaks of.</summary>
/// <param name="Kind">gradient, contribution or adjoint.</param>
/// <param name="Name">The tensor, or the value whose adjoint it is.</param>
/// <param name="Use">Which use of the tensor; empty where it is no contribution.</param>
/// <param name="Said">What is said of it: <c>is missing</c>; empty where the sentence says more.</param>
internal sealed record ReportedPlace(string Kind, string Name, string Use, string Said);
