using GradOracle.Networks;

namespace GradOracle.Cases;

/// <summary>How the entries of a case differ from those drawn plainly: the word behind <c>values=</c> in its
/// name.</summary>
/// <remarks>
/// Every word changes the plain entries of the same seed, by the formula beside it. Constants stay as they are, and so
/// does what holds something else than numbers (<see cref="Holds"/>; positive ones are scaled, never 0) and a target
/// that is no tensor of its own.
/// <c>b(i, j)</c> is entry j of stream 2³³ + i of the seed, a whole number below 2⁵³ (see <see cref="CounterRng"/>). A
/// float32 case is changed first, and then rounded.
/// </remarks>
internal sealed class CaseValues
{
    private const double Hot = 4096;
    private const double Unit = 1.0 / (1L << 53);

    private readonly Action<CaseDraft> _change;

    private CaseValues(string word, CaseKind? kind, Action<CaseDraft> change, bool targetsOutput = false) =>
        (Word, Kind, _change, TargetsOutput) = (word, kind, change, targetsOutput);

    /// <summary>Inputs and the target times 2⁻²⁰: what is taken for 0 below some threshold.</summary>
    public static CaseValues Tiny { get; } = Scaled("tiny", 1.0 / (1 << 20));

    /// <summary>Inputs and the target times 8: where a saturating function bends.</summary>
    public static CaseValues Large { get; } = Scaled("large", 8);

    /// <summary>Inputs and the target times 100: what is clipped.</summary>
    public static CaseValues Huge { get; } = Scaled("huge", 100);

    /// <summary>Inputs and the target times 4096: near and beyond what exp overflows at.</summary>
    public static CaseValues Steep { get; } = Scaled("steep", Hot);

    /// <summary>Entry ⌊b(i, 0) 2⁻⁵³ length⌋ of every input i times 4096.</summary>
    public static CaseValues HotEntry { get; } = new("hot", CaseKind.Real, drawn =>
    {
        foreach (var (i, entries) in drawn.Where(role => role == TensorRole.Input))
        {
            entries.Span[(int)(drawn.Bits(i, 0) * Unit * entries.Length)] *= Hot;
        }
    });

    /// <summary>Half of all entries are 0: entry j of tensor i where b(i, j) is odd.</summary>
    public static CaseValues Zeros { get; } = new("zeros", CaseKind.Real, drawn =>
        drawn.ForEach((i, j, entry, _) => (drawn.Bits(i, j) & 1) == 1 ? 0 : entry));

    /// <summary>Every entry is one of four, ties everywhere: ⌊2u⌋/2 in place of u, the entry before its
    /// scale.</summary>
    public static CaseValues Ties { get; } = new("ties", CaseKind.Real, drawn =>
        drawn.ForEach((_, _, entry, scale) => scale * (Math.Floor(2 * (entry / scale)) / 2)));

    /// <summary>One tensor is 0 throughout: number ⌊b(0, 0) 2⁻⁵³ count⌋ of those that are no constants.</summary>
    public static CaseValues Blank { get; } = new("blank", CaseKind.Real, drawn =>
    {
        var tensors = drawn.Where(role => role != TensorRole.Constant);
        if (tensors.Count > 0)
        {
            tensors[(int)(drawn.Bits(0, 0) * Unit * tensors.Count)].Entries.Span.Clear();
        }
    });

    /// <summary>
    /// A quarter of all entries are denormal numbers: entry j of tensor i times 2⁻¹⁰⁴⁰ (float32: 2⁻¹³⁵) where b(i, j)
    /// is a multiple of 4.
    /// </summary>
    public static CaseValues Denormal { get; } = new("denormal", CaseKind.Real, drawn =>
    {
        var factor = Math.ScaleB(1, drawn.Type == ElementType.Float32 ? -135 : -1040);
        drawn.ForEach((i, j, entry, _) => (drawn.Bits(i, j) & 3) == 0 ? entry * factor : entry);
    });

    /// <summary>The target is 0: what is multiplied by it must be 0.</summary>
    public static CaseValues Still { get; } = new("still", null, drawn => drawn.ClearTarget()) { IsOfTheTarget = true };

    /// <summary>The target is ⌊Ŷ⌋ + r, r the target as drawn with k=2, so that differences are −2 to 2.</summary>
    public static CaseValues Near { get; } = new(
        "near", CaseKind.Exact, drawn => drawn.SetTarget(Scenario.LargestTargetDifference), targetsOutput: true)
    { IsOfTheTarget = true };

    /// <summary>The target is ⌊Ŷ⌋: nothing is left to learn, and every gradient of an error is 0.</summary>
    public static CaseValues Hit { get; } = new(
        "hit", CaseKind.Exact, drawn => drawn.SetTarget(0), targetsOutput: true)
    { IsOfTheTarget = true };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<CaseValues> All { get; } =
        [Tiny, Large, Huge, Steep, HotEntry, Zeros, Ties, Blank, Denormal, Still, Near, Hit];

    /// <summary>The word in case names.</summary>
    public string Word { get; }

    /// <summary>The kind of case it is for; null where it is for both.</summary>
    public CaseKind? Kind { get; }

    /// <summary>Whether it changes nothing but the target.</summary>
    public bool IsOfTheTarget { get; private init; }

    /// <summary>Whether the target is drawn about the output, and may be as large as that.</summary>
    public bool TargetsOutput { get; }

    /// <summary>The words for a kind of case.</summary>
    public static IEnumerable<CaseValues> For(CaseKind kind) =>
        All.Where(values => values.Kind is null || values.Kind == kind);

    /// <summary>Changes one case of a stack that was drawn plainly.</summary>
    /// <param name="scenario">The network with its loss at a shape.</param>
    /// <param name="type">The element type.</param>
    /// <param name="tensors">The stack.</param>
    /// <param name="index">Which case.</param>
    /// <param name="seed">Its seed.</param>
    public void Change(Scenario scenario, ElementType type, TensorStack[] tensors, int index, ulong seed) =>
        _change(new CaseDraft(scenario, type, tensors, index, seed));

    private static CaseValues Scaled(string word, double factor) => new(word, CaseKind.Real, drawn =>
    {
        foreach (var (_, entries) in drawn.Where(
            role => role is TensorRole.Input or TensorRole.Target, positive: true))
        {
            for (var j = 0; j < entries.Length; j++)
            {
                entries.Span[j] *= factor;
            }
        }
    });
}
