using GradOracle.Graphs;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Diagnoses;

/// <summary>Contributions with factors that do not belong there, found by least squares: missing (0), doubled (2), with
/// the wrong sign (−1), a mean for a sum.</summary>
internal static class ContributionEdits
{
    private const int ReadingsKept = 4;
    private const int ManyUses = 3;

    /// <summary>The factors on the contributions of a tensor's uses that come nearest to what was received, in all
    /// readings.</summary>
    public static IEnumerable<Edit> Of(BackwardPass pass, string tensor, TensorStack received)
    {
        List<Edge> uses = [.. pass.ContributionsOf(tensor)];
        if (uses.Count == 0
            || !received.Sizes.Equals(pass.Gradients[tensor].Sizes)
            || Fit(pass, uses, received) is not { } fitted)
        {
            yield break;
        }

        List<List<Coefficient?>> readings = [.. fitted.Select(f =>
            Coefficient.Readings(f, pass.Case.Shape)
                .Take(ReadingsKept)
                .Cast<Coefficient?>()
                .DefaultIfEmpty(null)
                .ToList())];
        foreach (var factors in Combinations(readings))
        {
            if (factors.Any(c => c is not null))
            {
                yield return new(
                    10,
                    Findings(pass, tensor, uses, factors),
                    factors.Any(c => c is { Rounds: true }),
                    p => Scaled(p, pass, uses, factors));
            }
        }
    }

    private static double[]? Fit(BackwardPass pass, List<Edge> uses, TensorStack received)
    {
        var columns = Matrix<double>.Build.DenseOfColumnArrays(
            uses.Select(use => pass.ValueOf(pass.Backward.MessageOf(use)!).Values));
        var scale = columns.ColumnNorms(double.PositiveInfinity).Max();
        var scaled = scale > 0 ? columns / scale : columns;
        return columns.RowCount < columns.ColumnCount || scaled.Rank() < columns.ColumnCount
            ? null // another case must tell them apart
            : scaled.QR().Solve(Vector<double>.Build.Dense(received.Values) / scale).ToArray();
    }

    private static Changes Scaled(
        BackwardPass p, BackwardPass pass, List<Edge> uses, IReadOnlyList<Coefficient?> factors)
    {
        var changes = new Changes();
        for (var i = 0; i < uses.Count; i++)
        {
            if (factors[i] is { } factor
                && p.Find(pass, uses[i]) is { } use
                && p.Backward.MessageOf(use) is { } message)
            {
                changes.Nodes.Add(message, message.Scaled(factor.At(p.Case.Shape)));
            }
        }

        return changes;
    }

    private static List<Finding> Findings(
        BackwardPass pass, string tensor, List<Edge> uses, IReadOnlyList<Coefficient?> factors) =>
        factors.Select(c => c?.Words).Distinct().Count() == 1
            ? [Finding.Scaled(Place.Gradient(tensor), factors[0]!)]
            : IsOneAlone(factors)
            ? [new("of all uses {0} alone counts in {P}", Place.Gradient(tensor),
                Place.Of(pass.Backward, uses.Zip(factors).First(u => u.Second is null).First).ToString())]
            : [.. uses.Zip(factors).Where(u => u.Second is not null).Select(u => Finding.Scaled(Place.Of(pass.Backward, u.First), u.Second!))];

    // Of many uses one is as it should be, and the others are missing: = where += belongs.
    private static bool IsOneAlone(IReadOnlyList<Coefficient?> factors) => factors.Count >= ManyUses
        && factors.Count(c => c is null) == 1
        && factors.All(c => c is null or { Symbol: "0" });

    private static IEnumerable<IReadOnlyList<Coefficient?>> Combinations(
        IEnumerable<IReadOnlyList<Coefficient?>> choices) =>
        choices.Aggregate<IReadOnlyList<Coefficient?>, IEnumerable<IReadOnlyList<Coefficient?>>>(
            [[]], (some, next) => from s in some from n in next select (IReadOnlyList<Coefficient?>)[.. s, n]);
}
