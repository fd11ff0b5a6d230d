namespace GradOracle.Verdicts;

/// <summary>What cases that agree are worth.</summary>
internal sealed class Evidence
{
    private readonly HashSet<string> _tested = [];
    private readonly HashSet<string> _zero = [];

    /// <summary>
    /// The widest bound beside the largest entry of its gradient, over all gradients of all cases that agree: a wrong
    /// term smaller than that may not have been seen. 0 where all are exact.
    /// </summary>
    public double WidestBound { get; private set; }

    /// <summary>How many cases agree by the estimate.</summary>
    public int Estimated { get; private set; }

    /// <summary>How many exact cases are held to the rounding bound, by the reason.</summary>
    public SortedDictionary<string, int> Detours { get; } = new(StringComparer.Ordinal);

    /// <summary>Gradients that were zero in every case, those with plain entries among them: nothing was
    /// tested.</summary>
    public IEnumerable<string> Untested => _zero.Except(_tested);

    /// <summary>Whether a gradient was other than zero in some case.</summary>
    public bool IsTested(string tensor) => _tested.Contains(tensor);

    /// <summary>Adds what was found about a gradient.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="found">What was found.</param>
    /// <param name="isPlain">Whether the entries were drawn plainly: where a tensor is blank, zero says
    /// nothing.</param>
    public void Add(string tensor, in TensorFinding found, bool isPlain)
    {
        Add(tensor, found.IsZero, isPlain);
        if (!found.IsZero && found.Verdict == Verdict.Agrees)
        {
            WidestBound = Math.Max(WidestBound, found.Statistics.Width);
        }
    }

    /// <summary>Adds a gradient of which all cases are equal.</summary>
    public void Add(string tensor, bool isZero, bool isPlain)
    {
        if (isPlain || !isZero)
        {
            (isZero ? _zero : _tested).Add(tensor);
        }
    }

    /// <summary>Adds a case.</summary>
    /// <param name="isEstimated">Whether it agrees by the estimate.</param>
    /// <param name="detour">Why it is held to the rounding bound, where it is an exact case and is.</param>
    public void Add(bool isEstimated, string? detour)
    {
        Estimated += isEstimated ? 1 : 0;
        if (detour is not null)
        {
            Detours[detour] = Detours.GetValueOrDefault(detour) + 1;
        }
    }

    /// <summary>That of all together.</summary>
    public static Evidence Of(IEnumerable<Evidence> all)
    {
        var sum = new Evidence();
        foreach (var one in all)
        {
            sum.WidestBound = Math.Max(sum.WidestBound, one.WidestBound);
            sum.Estimated += one.Estimated;
            sum._tested.UnionWith(one._tested);
            sum._zero.UnionWith(one._zero);
            foreach (var (reason, cases) in one.Detours)
            {
                sum.Detours[reason] = sum.Detours.GetValueOrDefault(reason) + cases;
            }
        }

        return sum;
    }
}
