using GradOracle.Oracles;

namespace GradOracle;

/// <summary>What a check draws: so many cases for each loss, kind and element type.</summary>
public sealed record CheckOptions
{
    /// <summary>The most cases one suite may draw.</summary>
    public const int MaxCases = 100_000_000;

    private static readonly IReadOnlyList<ElementType> s_float64 = [ElementType.Float64];

    /// <summary>The losses; all that are built in unless said otherwise.</summary>
    public IReadOnlyList<Loss> Losses { get; init; } = Loss.All;

    /// <summary>The kinds of case; both unless said otherwise.</summary>
    public IReadOnlyList<CaseKind> Kinds { get; init; } = [CaseKind.Exact, CaseKind.Real];

    /// <summary>The element types; unless said otherwise float64, and float32 for code that takes or gives
    /// floats.</summary>
    public IReadOnlyList<ElementType> Types { get; init; } = s_float64;

    /// <summary>Cases for each loss, kind and element type.</summary>
    public int Cases { get; init; } = 100;

    /// <summary>The seed of the first case of every suite; the next ones follow by one.</summary>
    public ulong Seed { get; init; } = 2020;

    /// <summary>The largest size drawn for any dimension.</summary>
    public int MaxSize { get; init; } = 12;

    /// <summary>How many shapes one suite draws at most; more cases than that share shapes.</summary>
    public int MaxShapes { get; init; } = 250;

    /// <summary>The shapes to check, in place of drawn ones; null draws them.</summary>
    public IReadOnlyList<Shape>? Shapes { get; init; }

    /// <summary>How many findings (cases that do not agree) a result keeps in full, the smallest first.</summary>
    public int FindingsKept { get; init; } = 3;

    /// <summary>How many batches are in work at once. It changes no result.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether inconclusive cases, of which neither the theorem nor the estimate can tell anything, count as
    /// agreeing.</summary>
    public bool AllowInconclusive { get; init; }

    /// <summary>
    /// The gradients that are zero by mathematics, whatever the values: a key's bias in attention, a bias before a
    /// normalisation. They are held to zero within rounding and are no reason for a warning or an inconclusive case.
    /// One that turns out not to be zero is refused.
    /// </summary>
    public IReadOnlyList<string> KnownZero { get; init; } = [];

    /// <summary>Whether the element types were said.</summary>
    internal bool AreTypesGiven => !ReferenceEquals(Types, s_float64);

    /// <summary>Whether a verdict is good enough.</summary>
    internal bool Accepts(Verdict verdict) =>
        verdict == Verdict.Agrees || (AllowInconclusive && verdict == Verdict.Inconclusive);

    /// <summary>Oracles that are asked about every case beside autograd, which decides; those that go entry by entry
    /// are slow.</summary>
    internal IReadOnlyList<IOracle> Oracles { get; init; } = [];

    /// <summary>Told the share of the work that is done, 0 to 1.</summary>
    public IProgress<double>? Progress { get; init; }

    /// <summary>Checks that every number is in range.</summary>
    /// <exception cref="BadInputException">One is not.</exception>
    public void Validate()
    {
        if (Cases is < 1 or > MaxCases)
        {
            throw new BadInputException(
                FormattableString.Invariant($"The number of cases is {Cases}: it must be from 1 to {MaxCases}."));
        }

        if (Missing() is { } missing)
        {
            throw new BadInputException(
                $"{nameof(CheckOptions)}.{missing} is null, or holds null: leave it out for what it is by default.");
        }

        if (Kinds.Any(kind => !Enum.IsDefined(kind)))
        {
            throw new BadInputException("A kind of case is Exact or Real: there is no other.");
        }

        if (Shapes is { Count: 0 })
        {
            throw new BadInputException("Shapes names no shape: leave it out, and shapes are drawn.");
        }

        if (NotOneEach() is { } list)
        {
            throw new BadInputException(
                $"{nameof(CheckOptions)}.{list} is empty, or names something twice: name each one once.");
        }

        if (MaxShapes < 1)
        {
            throw new BadInputException(
                FormattableString.Invariant($"The largest number of shapes is {MaxShapes}: it must be from 1 up."));
        }

        if (FindingsKept < 0)
        {
            throw new BadInputException(FormattableString.Invariant(
                $"The number of findings kept is {FindingsKept}: it must be from 0 up."));
        }

        if (Threads < 1)
        {
            throw new BadInputException(
                FormattableString.Invariant($"The number of threads is {Threads}: it must be from 1 up."));
        }

        if (MaxSize is < 1 or > Shape.MaxSize)
        {
            throw new BadInputException(
                FormattableString.Invariant($"The largest size is {MaxSize}: it must be from 1 to {Shape.MaxSize}."));
        }
    }

    private string? NotOneEach()
    {
        static bool IsOneEach<T>(IReadOnlyList<T> all) => all.Count > 0 && all.Distinct().Count() == all.Count;
        return !IsOneEach([.. Losses.Select(loss => loss.Name)]) ? nameof(Losses)
            : !IsOneEach(Kinds) ? nameof(Kinds)
            : !IsOneEach(Types) ? nameof(Types)
            : null;
    }

    private string? Missing() => Losses is null || Losses.Contains(null!) ? nameof(Losses)
        : Kinds is null ? nameof(Kinds)
        : Types is null || Types.Contains(null!) ? nameof(Types)
        : KnownZero is null || KnownZero.Contains(null!) ? nameof(KnownZero)
        : Shapes?.Contains(null!) == true ? nameof(Shapes)
        : null;
}
