using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>Mistakes made with a gradient after it was right: transposed, exchanged, permuted, clipped, or wrong in
/// some entries only.</summary>
internal static class TensorEdits
{
    /// <summary>The order of what is said of parts of a gradient.</summary>
    public const int OrderOfParts = 50;

    private const double Rounding = 1e-12;
    private const double MostOfRegion = 0.8;
    private const int LeastSeen = 3;

    private delegate bool Region(int row, int column, int rows, int columns);

    public static IEnumerable<Edit> Of(BackwardPass pass)
    {
        foreach (var tensor in pass.Gradients.Keys)
        {
            Edit Whole(int order, string words, Func<Node, Node> change) =>
                new(
                    order,
                    new Finding($"{{P}} {words}", Place.Gradient(tensor)),
                    false,
                    p => Changes.OfGradient(tensor, change(p.Scenario.ResultOf(tensor))));

            yield return Whole(40, "is transposed", g => g.Transposed());
            if (pass.Gradients[tensor].Sizes.Count == 2)
            {
                // The same numbers, row by row and column by column.
                yield return Whole(
                    45, "is laid out by columns and read by rows", g => g.Transposed().Reshaped(g.Sizes));
                yield return Whole(
                    45,
                    "is laid out by rows and read by columns",
                    g => g.Reshaped(new([g.Sizes.Columns, g.Sizes.Rows])).Transposed());
            }

            yield return Whole(41, "has 0 where it should be negative", g => g.Relu());
            yield return Whole(41, "has 0 where it should be positive", g => g.Scaled(-1).Relu().Scaled(-1));
            yield return Whole(41, "has lost its signs", g => g.Abs());
            yield return Whole(41, "has lost its sizes: only its signs are left", g => g.Sign());
            yield return Whole(41, "is squared", g => g.Hadamard(g));
            yield return Whole(42, "has its rows in reverse order", g => g.OfRows(i => g.Sizes[0] - 1 - i));
            yield return Whole(42, "has its columns in reverse order", g => g.OfColumns(j => g.Sizes.Columns - 1 - j));
            yield return Whole(43, "has its rows shifted by one", g => g.OfRows(i => (i + 1) % g.Sizes[0]));
            yield return Whole(
                43, "has its rows shifted back by one", g => g.OfRows(i => (i + g.Sizes[0] - 1) % g.Sizes[0]));
            yield return Whole(43, "has its columns shifted by one", g => g.OfColumns(j => (j + 1) % g.Sizes.Columns));
            yield return Whole(
                43,
                "has its columns shifted back by one",
                g => g.OfColumns(j => (j + g.Sizes.Columns - 1) % g.Sizes.Columns));

            foreach (var by in (int[])[1, -1])
            {
                int Shifted(int at, int size) => at + by >= 0 && at + by < size ? at + by : -1;
                yield return Whole(
                    43,
                    $"has its rows shifted by one, and 0 in the {(by > 0 ? "last" : "first")}",
                    g => g.OfRows(i => Shifted(i, g.Sizes[0])));
                yield return Whole(
                    43,
                    $"has its columns shifted by one, and 0 in the {(by > 0 ? "last" : "first")}",
                    g => g.OfColumns(j => Shifted(j, g.Sizes.Columns)));
            }

            foreach (var axis in Enumerable.Range(0, Math.Min(2, pass.Gradients[tensor].Sizes.Count)))
            {
                var lines = axis == 0 ? "rows" : "columns";
                foreach (var count in s_parts)
                {
                    foreach (var order in PartOrder.Of(count))
                    {
                        yield return Whole(
                            44, $"has its {count} blocks of {lines} in {order.Words}", g => order.Of(g, axis, count));
                    }
                }

                // As many as a size says: heads.
                foreach (var size in Dividing(pass, pass.Gradients[tensor].Sizes[axis]))
                {
                    foreach (var order in PartOrder.OfAny)
                    {
                        yield return new(
                            46,
                            new Finding(
                                $"{{P}} has its {size} blocks of {lines} in {order.Words}", Place.Gradient(tensor)),
                            false,
                            p => Changes.OfGradient(
                                tensor, order.Of(p.Scenario.ResultOf(tensor), axis, p.Case.Shape[size])));
                    }
                }
            }

            foreach (var other in pass.Gradients.Keys.Where(k => k != tensor))
            {
                var (here, there) = (Place.Gradient(tensor), Place.Gradient(other));
                yield return new(
                    39,
                    new Finding("{0} stands in place of {P}", here, there.ToString()),
                    false,
                    p => Changes.OfGradient(tensor, p.Scenario.ResultOf(other)));
                if (string.CompareOrdinal(tensor, other) < 0)
                {
                    yield return new(38, new Finding("the gradients of {0} and {1} are exchanged", null, tensor, other), false, p =>
                    {
                        var changes = Changes.OfGradient(tensor, p.Scenario.ResultOf(other));
                        changes.Gradients.Add(other, p.Scenario.ResultOf(tensor));
                        return changes;
                    });
                }
            }
        }
    }

    // Two, three or four gates.
    private static readonly int[] s_parts = [2, 3, 4];

    // The sizes into as many blocks as which an axis can be cut.
    private static IEnumerable<string> Dividing(BackwardPass pass, int length) => pass.Case.Shape.Dimensions
        .Where(d => d.Size > 1 && d.Size < length && length % d.Size == 0).Select(d => d.Name);

    /// <summary>Part of a gradient multiplied by one factor, found from what was received.</summary>
    public static IEnumerable<Edit> Parts(BackwardPass pass, string tensor, TensorStack received)
    {
        var right = pass.Gradients[tensor];
        if (!right.Sizes.Equals(received.Sizes)
            || Worst(right, received) is not var (row, column)
            || right.Values[row * right.Columns + column] == 0)
        {
            yield break;
        }

        var at = row * right.Columns + column;
        foreach (var (words, region) in Regions(row, column, right.Sizes.AllRows, right.Columns)
            .Where(r => IsPart(r.Region, right.Sizes.AllRows, right.Columns)))
        {
            foreach (var c in Coefficient.Readings(received.Values[at] / right.Values[at], pass.Case.Shape))
            {
                yield return new(OrderOfParts, new Finding($"{words} of {{P}} {{F}}", Place.Gradient(tensor), c), c.Rounds, p =>
                {
                    var gradient = p.Scenario.ResultOf(tensor);
                    var (rows, columns) = (gradient.Sizes.AllRows, gradient.Sizes.Columns);
                    double[] factors = [.. Enumerable.Range(0, rows * columns).Select(j => region(j / columns, j % columns, rows, columns) ? c.At(p.Case.Shape) : 1)];
                    return Changes.OfGradient(tensor, gradient.Hadamard(Constant.Of(gradient.Sizes, factors)));
                });
            }
        }
    }

    /// <summary>Where a gradient is wrong, if that is a row, a column or an entry in all cases alike.</summary>
    public static string? WhereWrong(IReadOnlyList<(TensorStack Right, TensorStack Received)> cases)
    {
        if (cases.Count == 0
            || cases.Any(c => !c.Right.Sizes.Equals(c.Received.Sizes))
            || Worst(cases[0].Right, cases[0].Received) is not var (row, column))
        {
            return null;
        }

        return Regions(row, column, cases[0].Right.Sizes.AllRows, cases[0].Right.Columns)
            .Where(
                r => cases.All(
                    c => !OfDifferences(c.Right, c.Received).Any(
                        d => !r.Region(d.Row, d.Column, c.Right.Sizes.AllRows, c.Right.Columns))))
            .Where(r => IsSeen(r.Region, cases))
            .Select(r => r.Words).FirstOrDefault();
    }

    // By chance two or three entries are in one row, or above the diagonal: all of the part must be wrong, at several
    // sizes of which it is a part.
    private static bool IsSeen(Region region, IReadOnlyList<(TensorStack Right, TensorStack Received)> cases)
    {
        var (within, wrong) = (0, 0);
        var seen = cases.Where(c => IsPart(region, c.Right.Sizes.AllRows, c.Right.Columns)).ToList();
        foreach (var (right, received) in seen)
        {
            within += Enumerable.Range(0, right.Length).Count(
                j => region(j / right.Columns, j % right.Columns, right.Sizes.AllRows, right.Columns));
            wrong += OfDifferences(right, received).Count();
        }

        return seen.Count >= LeastSeen
            && seen.Select(c => c.Right.Sizes).Distinct().Count() > 1
            && wrong >= MostOfRegion * within;
    }

    // The only row of a tensor is no part of it.
    private static bool IsPart(Region region, int rows, int columns) =>
        Enumerable.Range(0, rows * columns).Any(j => !region(j / columns, j % columns, rows, columns));

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
        foreach (var block in (int[])[4, 8, 16])
        {
            if (row >= rows - rows % block)
            {
                yield return (
                    $"the part of the rows beyond the last multiple of {block}", (i, _, r, _) => i >= r - r % block);
            }

            if (column >= columns - columns % block)
            {
                yield return (
                    $"the part of the columns beyond the last multiple of {block}", (_, j, _, c) => j >= c - c % block);
            }
        }

        yield return ("the diagonal", (i, j, _, _) => i == j);
        yield return ("the upper triangle", (i, j, _, _) => i < j);
        yield return ("the lower triangle", (i, j, _, _) => i > j);
    }

    private static IEnumerable<(int Row, int Column)> OfDifferences(TensorStack right, TensorStack received) =>
        from j in Enumerable.Range(0, right.Length)
        where Math.Abs(right.Values[j] - received.Values[j]) > Rounding * Math.Max(
            Math.Abs(right.Values[j]), Math.Abs(received.Values[j]))
        select (j / right.Columns, j % right.Columns);

    private static (int Row, int Column)? Worst(TensorStack right, TensorStack received)
    {
        var differences = OfDifferences(right, received).ToList();
        double Difference((int Row, int Column) d) => Math.Abs(
            right.Values[d.Row * right.Columns + d.Column] - received.Values[d.Row * right.Columns + d.Column]);
        return differences.Count == 0 ? null : differences.MaxBy(Difference);
    }
}
