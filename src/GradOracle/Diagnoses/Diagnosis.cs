namespace GradOracle.Diagnoses;

/// <summary>What a wrong derivation does wrong, as far as that can be known.</summary>
/// <param name="Explanations">The mistakes found, each with the gradients it accounts for.</param>
/// <param name="Unexplained">What was found about gradients that no known mistake accounts for: a sentence
/// each.</param>
internal sealed record Diagnosis(IReadOnlyList<Explanation> Explanations, IReadOnlyList<string> Unexplained)
{
    /// <summary>Where what stays unexplained must be.</summary>
    public IReadOnlyList<Finding> Places { get; init; } = [];

    /// <summary>Whether it says where the mistake is, and not what it is.</summary>
    public bool IsPlaceOnly => Explanations.Count == 0 && Places.Count > 0;

    /// <summary>A diagnosis that is one sentence.</summary>
    public static Diagnosis Of(string sentence) => new([], [sentence]);
}

/// <summary>A mistake that gives exactly the wrong gradients that were received, in every case tried.</summary>
/// <param name="Alternatives">The mistake; several where they cannot be told apart.</param>
/// <param name="Tensors">The gradients it accounts for.</param>
/// <param name="Residual">The largest difference left, relative to the largest entry: 0 on exact cases, unless the
/// mistake itself rounds.</param>
/// <param name="Cases">In how many cases it was seen.</param>
internal sealed record Explanation(
    IReadOnlyList<Alternative> Alternatives, IReadOnlyList<string> Tensors, double Residual, int Cases)
{
    /// <summary>The mistake, or the mistakes it may be, as one sentence.</summary>
    public string Sentence =>
        Alternatives.Select(a => a.ToString()).Distinct().ToList() is var sentences && sentences.Count == 1
        ? sentences[0]
        : $"either {string.Join(", or ", sentences)}";
}

/// <summary>One mistake that an explanation may be.</summary>
/// <param name="Findings">The mistake: one place, or several at once.</param>
/// <param name="OnlyIn">The gradients that alone use what is wrong; empty where all that lies behind it does.</param>
internal sealed record Alternative(IReadOnlyList<Finding> Findings, IReadOnlyList<string> OnlyIn)
{
    /// <summary>The mistake in words.</summary>
    public override string ToString() => string.Concat(
        string.Join(", and ", Findings),
        OnlyIn.Count == 0 ? "" : $", as {string.Join(" and ", OnlyIn.Select(t => $"∂{t}"))} uses it");
}
