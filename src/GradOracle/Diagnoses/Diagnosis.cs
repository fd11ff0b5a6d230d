namespace GradOracle.Diagnoses;

/// <summary>What a wrong derivation does wrong, as far as that can be known.</summary>
/// <param name="Explanations">The mistakes found, each with the gradients it accounts for.</param>
/// <param name="Unexplained">What was found about gradients that no known mistake accounts for: a sentence each.</param>
/// <param name="Tried">How many mistakes were considered.</param>
public sealed record Diagnosis(IReadOnlyList<Explanation> Explanations, IReadOnlyList<string> Unexplained, int Tried);

/// <summary>A mistake that gives exactly the wrong gradients that were received, in every case tried.</summary>
/// <param name="Sentences">The mistake in words; several where they cannot be told apart.</param>
/// <param name="Tensors">The gradients it accounts for.</param>
/// <param name="Residual">The largest difference left, relative to the largest entry: 0 on exact cases, unless the mistake itself rounds.</param>
/// <param name="Cases">In how many cases it was seen.</param>
public sealed record Explanation(IReadOnlyList<string> Sentences, IReadOnlyList<string> Tensors, double Residual, int Cases)
{
    /// <summary>The mistake, or the mistakes it may be, as one sentence.</summary>
    public string Sentence => Sentences.Count == 1 ? Sentences[0] : $"either {string.Join(", or ", Sentences)}";
}
