using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Diagnoses;

/// <summary>Mistakes made with a gradient after it was right: transposed, exchanged, permuted, clipped, or wrong in some entries only.</summary>
internal static class TensorEdits
{
    private delegate bool Region(int row, int column, int rows, int columns);

    public static IEnumerable<Edit> Of(BackwardPass pass)
    {
        foreach (var tensor in pass.Gradients.Keys)
        {
            Edit Whole(int order, string words, Func<Matrix<double>, Matrix<double>> change) =>
                new(order, $"{pass.GradientOf(tensor)} {words}", false, p => With(p, tensor, change(p.Gradients[tensor])));

            yield return Whole(40, "is transposed", g => g.Transpose());
            yield return Whole(41, "has 0 where it should be negative", g => g.PointwiseMaximum(0));
            yield return Whole(41, "has 0 where it should be positive", g => g.PointwiseMinimum(0));
            yield return Whole(41, "has lost its signs", g => g.PointwiseAbs());
            yield return Whole(42, "has its rows in reverse order", g => Build(g, (i, j) => g[g.RowCount - 1 - i, j]));
            yield return Whole(42, "has its columns in reverse order", g => Build(g, (i, j) => g[i, g.ColumnCount - 1 - j]));
            yield return Whole(43, "has its rows shifted by one", g => Build(g, (i, j) => g[(i + 1) % g.RowCount, j]));
            yield return Whole(43, "has its rows shifted by one", g => Build(g, (i, j) => g[(i + g.RowCount - 1) % g.RowCount, j]));
            yield return Whole(43, "has its columns shifted by one", g => Build(g, (i, j) => g[i, (j + 1) % g.ColumnCount]));
            yield return Whole(43, "has its columns shifted by one", g => Build(g, (i, j) => g[i, (j + g.ColumnCount - 1) % g.ColumnCount]));

            foreach (var other in pass.Gradients.Keys.Where(k => k != tensor))
            {
                yield return new(39, $"{pass.GradientOf(other)} stands in place of {pass.GradientOf(tensor)}", false, p => With(p, tensor, p.Gradients[other]));
                if (string.CompareOrdinal(tensor, other) < 0)
                {
                    yield return new(38, $"the gradients of {tensor} and {other} are exchanged", false, p => With(p, tensor, p.Gradients[other], other, p.Gradients[tensor]));
                }
            }
        }
    }

    /// <summary>Part of a gradient multiplied by one factor, found from what was received.</summary>
    public static IEnumerable<Edit> Parts(BackwardPass pass, string tensor, Matrix<double> received)
    {
        var right = pass.Gradients[tensor];
        if (!BackwardPass.SameSize(right, received) || Worst(right, received) is not var (row, column) || right[row, column] == 0)
        {
            yield break;
        }

        foreach (var (words, region) in Regions(row, column, right.RowCount, right.ColumnCount))
        {
            foreach (var c in Coefficient.Readings(received[row, column] / right[row, column], pass.Case.Shape))
            {
                yield return new(50, $"{words} of {pass.GradientOf(tensor)} {c.Words}", c.Rounds, p => With(p, tensor, Build(p.Gradients[tensor], (i, j) =>
                    p.Gradients[tensor] is var g && region(i, j, g.RowCount, g.ColumnCount) ? g[i, j] * c.At(p.Case.Shape) : g[i, j])));
            }
        }
    }

    /// <summary>Where a gradient is wrong, if that is a row, a column or an entry in all cases alike.</summary>
    public static string? WhereWrong(IReadOnlyList<(Matrix<double> Right, Matrix<double> Received)> cases)
    {
        if (cases.Count == 0 || cases.Any(c => !BackwardPass.SameSize(c.Right, c.Received)) || Worst(cases[0].Right, cases[0].Received) is not var (row, column))
        {
            return null;
        }

        return Regions(row, column, cases[0].Right.RowCount, cases[0].Right.ColumnCount)
            .Where(r => cases.All(c => !OfDifferences(c.Right, c.Received).Any(d => !r.Region(d.Row, d.Column, c.Right.RowCount, c.Right.ColumnCount))))
            .Select(r => r.Words).FirstOrDefault();
    }

    // From the smallest part that holds the entry to the largest.
    private static IEnumerable<(string Words, Region Region)> Regions(int row, int column, int rows, int columns)
    {
        yield return ($"entry [{row},{column}]", (i, j, _, _) => i == row && j == column);
        if (row == rows - 1 && column == columns - 1)
        {
            yield return ("the last entry", (i, j, r, c) => i == r - 1 && j == c - 1);
        }

        if (row == rows - 1)
        {
            yield return ("the last row", (i, _, r, _) => i == r - 1);
        }

        if (column == columns - 1)
        {
            yield return ("the last column", (_, j, _, c) => j == c - 1);
        }

        yield return (row == 0 ? "the first row" : $"row {row}", (i, _, _, _) => i == row);
        yield return (column == 0 ? "the first column" : $"column {column}", (_, j, _, _) => j == column);
        yield return ("the diagonal", (i, j, _, _) => i == j);
        yield return ("the upper triangle", (i, j, _, _) => i < j);
        yield return ("the lower triangle", (i, j, _, _) => i > j);
    }

    private static IEnumerable<(int Row, int Column)> OfDifferences(Matrix<double> right, Matrix<double> received) =>
        from i in Enumerable.Range(0, right.RowCount)
        from j in Enumerable.Range(0, right.ColumnCount)
        where right[i, j] != received[i, j]
        select (i, j);

    private static (int Row, int Column)? Worst(Matrix<double> right, Matrix<double> received)
    {
        var differences = OfDifferences(right, received).ToList();
        return differences.Count == 0 ? null : differences.MaxBy(d => Math.Abs(right[d.Row, d.Column] - received[d.Row, d.Column]));
    }

    private static Dictionary<string, Matrix<double>> With(BackwardPass pass, string tensor, Matrix<double> gradient, string? second = null, Matrix<double>? gradient2 = null)
    {
        var changed = new Dictionary<string, Matrix<double>>(pass.Gradients) { [tensor] = gradient };
        if (second is not null)
        {
            changed[second] = gradient2!;
        }

        return changed;
    }

    private static Matrix<double> Build(Matrix<double> like, Func<int, int, double> entry) =>
        Matrix<double>.Build.Dense(like.RowCount, like.ColumnCount, entry);
}
