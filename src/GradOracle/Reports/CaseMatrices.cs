using GradOracle.Cases;
using GradOracle.Diagnoses;
using GradOracle.Verdicts;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Reports;

/// <summary>The matrices behind a reported case: where they differ, and what the chain rule puts there.</summary>
/// <param name="batch">A batch of one case.</param>
/// <param name="comparison">Its comparison.</param>
/// <param name="diagnosis">What is known to be wrong: the terms it speaks of are always shown.</param>
internal sealed class CaseMatrices(CaseBatch batch, Comparison comparison, IReadOnlyList<string> diagnosis)
{
    private const int MostTerms = 12;

    // Reports show what is right, whatever the element type rounds.
    private readonly Lazy<(BackwardPass Pass, GradientBatch Autograd)> _right = new(() =>
    {
        var exact = batch with { Type = ElementType.Float64 };
        return (new BackwardPass(exact), Oracles.Autograd.Differentiate(exact));
    });

    /// <summary>The case with matrices and formulas for every tensor that does not agree.</summary>
    public ReportedCase Fill(ReportedCase reported) => reported with
    {
        Forward = Fill(reported.Forward),
        Gradients = [.. reported.Gradients.Select(Fill)],
    };

    private ReportedTensor Fill(ReportedTensor tensor)
    {
        if (tensor.Verdict == Verdict.Agrees)
        {
            return tensor;
        }

        if (comparison.EntriesOf(0, tensor.Name) is not { } entryAt || tensor.Worst is not [var first, ..])
        {
            return tensor with { Formula = Formula(tensor.Name, null) };
        }

        var grid = new EntryGrid(tensor.Rows, tensor.Columns, entryAt);
        var worst = entryAt(first.Row, first.Column);
        var map = grid.Map();
        return tensor with { Worst = grid.Worst(worst), Map = map, Zoom = grid.Zoom(worst), Formula = Formula(tensor.Name, map) };
    }

    private List<ReportedTerm> Formula(string tensor, ReportedMap? map)
    {
        if (!batch.Network.Differentiated(batch.Shape).Any(t => t.Name == tensor))
        {
            return [];
        }

        var terms = _right.Value.Pass.TermsOf(tensor);
        var shown = Shown(terms);
        var known = AddUp(tensor, terms) ? map : null;
        var reported = shown.Select(t => new ReportedTerm(t.Use, t.Text, At(known, t.Contribution))).ToList();
        var rest = terms.Except(shown).ToList();
        return rest.Count == 0 ? reported : [.. reported, new("", FormattableString.Invariant($"({rest.Count} more)"), At(known, rest.Select(t => t.Contribution).Aggregate((a, b) => a + b)))];
    }

    // The largest contributions matter most; a long sequence has too many to be read.
    private List<ChainTerm> Shown(IReadOnlyList<ChainTerm> terms)
    {
        var kept = terms.OrderByDescending(t => diagnosis.Any(d => d.Contains(t.Place, StringComparison.Ordinal))).ThenByDescending(t => Largest(t.Contribution)).Take(terms.Count > MostTerms ? MostTerms - 1 : MostTerms).ToHashSet();
        return [.. terms.Where(kept.Contains)];
    }

    // Contributions come from the hand-written ∂L/∂Ŷ of the loss; only what adds up to autograd's gradient is shown.
    private bool AddUp(string tensor, IReadOnlyList<ChainTerm> terms)
    {
        var difference = terms.Aggregate(-_right.Value.Autograd[tensor].ToMatrix<double>(0), (sum, t) => sum + t.Contribution);
        return terms.Count > 0 && Largest(difference) <= 1e-9 * terms.Max(t => Largest(t.Contribution));
    }

    private static double Largest(Matrix<double> matrix) => matrix.Enumerate().Max(v => double.IsNaN(v) ? double.PositiveInfinity : Math.Abs(v));

    private static IReadOnlyList<IReadOnlyList<double>>? At(ReportedMap? map, Matrix<double> values) =>
        map is null ? null : [.. map.Entries.Select(row => (IReadOnlyList<double>)[.. row.Select(e => values[e.Row, e.Column])])];
}
