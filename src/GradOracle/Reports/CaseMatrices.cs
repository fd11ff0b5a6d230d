using GradOracle.Diagnoses;
using GradOracle.Verdicts;

namespace GradOracle.Reports;

/// <summary>The matrices behind a reported case: where they differ, and what the chain rule puts there.</summary>
/// <param name="comparison">The comparison of a batch of one case.</param>
/// <param name="terms">What the chain rule puts there.</param>
/// <param name="diagnosis">What is known to be wrong: the terms it speaks of are always shown.</param>
internal sealed class CaseMatrices(Comparison comparison, ChainTerms terms, Diagnosis? diagnosis)
{
    private const int MostTerms = 12;

    private readonly HashSet<Place?> _spokenOf =
        [.. (diagnosis?.Explanations ?? []).SelectMany(e => e.Alternatives).SelectMany(a => a.Findings).Concat(diagnosis?.Places ?? []).SelectMany(f => f.Places)];

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

        var worst = entryAt(first.Row * tensor.Columns + first.Column);
        var all = Grid(0, tensor.Rows).Worst(worst);
        var rows = tensor.Axes.Rows;
        var map = Panels.Join(Panels.Shown(tensor, all).Select(panel => Grid(panel * rows, rows).Map()));
        var zoom = Grid(worst.Row / rows * rows, rows).Zoom(worst);
        return tensor with { Worst = all, Map = map, Zoom = zoom, Formula = Formula(tensor.Name, map) };

        EntryGrid Grid(int top, int count) =>
            new(top, count, tensor.Columns, (row, column) => entryAt(row * tensor.Columns + column));
    }

    private List<ReportedTerm> Formula(string tensor, ReportedMap? map)
    {
        var (all, addUp) = terms[tensor];
        var shown = Shown(all);
        var known = addUp ? map : null;
        List<ReportedTerm> reported =
            [.. shown.Select(t => new ReportedTerm(t.Use, t.Text, At(known, t.Contribution)) { Adjoint = AdjointOf(t) })];
        var rest = all.Except(shown).ToList();
        return rest.Count == 0
            ? reported
            : [.. reported, new("", FormattableString.Invariant($"({rest.Count} more)"), At(known, ChainTerms.Sum(rest)))];
    }

    // What is made of an adjoint that the diagnosis speaks of is marked for it, however far back.
    private string AdjointOf(ChainTerm term) => _spokenOf.Contains(term.Adjoint) ? term.Adjoint.Name
        : _spokenOf.OfType<Place>().FirstOrDefault(
            p => p.Kind == PlaceKind.Adjoint && term.Through.Contains(p.Name))?.Name ?? term.Adjoint.Name;

    // The largest contributions matter most; a long sequence has too many to be read.
    private List<ChainTerm> Shown(IReadOnlyList<ChainTerm> all)
    {
        var kept = all
            .OrderByDescending(t => _spokenOf.Contains(t.Place) || _spokenOf.Contains(t.Adjoint))
            .ThenByDescending(t => ChainTerms.Largest(t.Contribution.Values))
            .Take(all.Count > MostTerms ? MostTerms - 1 : MostTerms).ToHashSet();
        return [.. all.Where(kept.Contains)];
    }

    private static IReadOnlyList<IReadOnlyList<double>>? At(ReportedMap? map, TensorStack values) =>
        map is null ? null :
    [
        .. map.Entries.Select(
            row => (IReadOnlyList<double>)[.. row.Select(e => values.Values[e.Row * values.Columns + e.Column])]),
    ];
}
