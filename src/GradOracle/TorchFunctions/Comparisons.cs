using System.Globalization;
using GradOracle.Messages;

namespace GradOracle.TorchFunctions;

/// <summary>What a comparison of slopes came to.</summary>
internal sealed class Comparisons
{
    private readonly List<Mismatch> _mismatches = [];
    private double _worst;

    public int Count { get; private set; }

    /// <summary>How many disagree.</summary>
    public int Wrong => _mismatches.Count(m => m.Verdict == Verdict.Disagrees);

    public Verdict Verdict => _mismatches.Count == 0 ? Verdict.Agrees : _mismatches.Max(m => m.Verdict);

    /// <summary>Takes one slope in.</summary>
    /// <param name="where">Which it is.</param>
    /// <param name="given">What the backward pass gives.</param>
    /// <param name="slope">What the differences give.</param>
    /// <param name="size">The size of the slopes around it.</param>
    public void Add(Func<string> where, double given, Slope slope, double size)
    {
        Count++;
        var verdict = Mismatch.Judge(given, slope, size);
        if (verdict == Verdict.Agrees)
        {
            _worst = Math.Max(_worst, slope.Tolerance > 0 ? Math.Abs(given - slope.Value) / slope.Tolerance : 0);
        }
        else
        {
            _mismatches.Add(new(where(), given, slope, verdict));
        }
    }

    /// <summary>What wrong gradients have in common.</summary>
    public List<string> Hints { get; } = [];

    /// <summary>How many of what agree, and how near they come.</summary>
    public string Summary(string what) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Count - _mismatches.Count} of {Count} {what} agree, at most {NumberFormat.Short(_worst)} of the tolerance apart");

    /// <summary>The worst mismatch of the worst verdict.</summary>
    public Mismatch? Worst =>
        _mismatches.OrderByDescending(m => m.Verdict).ThenByDescending(m => double.IsNaN(m.Error)
            ? double.MaxValue
            : m.Error).FirstOrDefault();
}
