using GradOracle.Verdicts;

namespace GradOracle;

/// <summary>Cases that do not agree: as many as are kept, however many fail, and the same ones whichever batch is done
/// first.</summary>
internal sealed class Findings(int kept)
{
    private readonly Lock _lock = new();
    private List<Finding> _cases = [];

    public void Add(int batch, CaseComparison finding)
    {
        lock (_lock)
        {
            _cases.Add(new(batch, finding));
            if (_cases.Count >= 2 * kept + 100)
            {
                Trim();
            }
        }
    }

    /// <summary>The worst verdicts first, of each the smallest first, and of those the easiest to check.</summary>
    public IReadOnlyList<CaseComparison> Smallest()
    {
        Trim();
        return [.. _cases.Select(f => f.Case)];
    }

    private void Trim() => _cases =
    [
        .. _cases.OrderByDescending(f => f.Case.Verdict).ThenBy(f => f.Case.Size).ThenBy(f => f.Case.Difficulty).ThenBy(f => f.Batch).Take(kept),
    ];

    private sealed record Finding(int Batch, CaseComparison Case);
}
