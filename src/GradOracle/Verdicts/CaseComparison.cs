namespace GradOracle.Verdicts;

/// <summary>One case: its verdict, and what every tensor contributed to it.</summary>
/// <param name="Case">The case, a batch of one.</param>
/// <param name="Verdict">The worst verdict of its tensors.</param>
/// <param name="Forward">The outputs; where they do not agree the gradients are not compared.</param>
/// <param name="Tensors">The gradients, all of them, in the network's order; empty where the outputs do not
/// agree.</param>
internal sealed record CaseComparison(
    CaseStack Case, Verdict Verdict, TensorComparison Forward, IReadOnlyList<TensorComparison> Tensors)
{
    /// <summary>Who agrees with whom, where other oracles were asked; null otherwise.</summary>
    public CrossCheck? CrossCheck { get; init; }

    /// <summary>Why an exact case is held to the rounding bound; null where it is not.</summary>
    public string? Detour { get; init; }

    /// <summary>
    /// The gradients of named values that were handed in, on the way back: the last value of the forward first. Empty
    /// where none was, or the outputs do not agree.
    /// </summary>
    public IReadOnlyList<TensorComparison> OnTheWayBack { get; init; } = [];

    /// <summary>
    /// The first value on the way back whose gradient is wrong: the mistake is between it and the one before, or the
    /// loss. Null where none handed in is.
    /// </summary>
    public string? FirstWrong => OnTheWayBack.FirstOrDefault(t => t.Verdict == Verdict.Disagrees)?.Name;

    /// <summary>
    /// The last value on the way back before the first wrong one whose gradient was handed in and agrees; null where
    /// there is none.
    /// </summary>
    public string? LastRight =>
        OnTheWayBack.TakeWhile(
            t => t.Verdict != Verdict.Disagrees).LastOrDefault(t => t.Verdict == Verdict.Agrees)?.Name;

    private IEnumerable<TensorComparison> All => Tensors.Concat(OnTheWayBack).Prepend(Forward);

    /// <summary>The name of the case.</summary>
    public string Name => Case.NameOf(0);

    /// <summary>Whether somebody is wrong: something does not agree, and not only because the numbers leave the element
    /// type on both sides.</summary>
    public bool HasGenuineMismatch =>
        Verdict >= Verdict.Disagrees && !All.All(t => t.Verdict < Verdict.Disagrees || t.Overflows);

    /// <summary>The gradients that do not agree.</summary>
    public IEnumerable<TensorComparison> Failing => Tensors.Where(t => t.Verdict != Verdict.Agrees);

    /// <summary>Whether nothing is wrong but how the values came about: inputs that were changed, neighbours in the
    /// batch.</summary>
    public bool IsMisconduct =>
        Verdict == Verdict.NotComparable && All.All(t => t.Verdict <= Verdict.Inconclusive || t.IsMisconduct);

    /// <summary>How many entries the compared gradients have in all: small cases make better reports.</summary>
    public int Size => Tensors.Sum(t => t.Sizes.Length);

    /// <summary>How hard it is to check in the head: small whole numbers, whole numbers, reals, reals of other
    /// scales.</summary>
    public int Difficulty => Case.Kind == CaseKind.Exact
        ? Case.LargestMagnitude() <= 9 ? 0 : 1
        : Case.Values is null ? 2 : 3;
}
