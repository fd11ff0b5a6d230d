namespace GradOracle.TorchFunctions;

/// <summary>
/// Every entry of the Jacobian: one backward pass an output entry, three pairs of forward passes an input entry.
/// </summary>
internal sealed class FullCheck
{
    private readonly TorchSubject _subject;
    private readonly AnalyticPass _pass;
    private readonly MovedInputs _moved;
    private readonly double[] _centre;
    private readonly double[] _largest;
    private readonly List<(int Output, int Entry)> _rows = [];

    public FullCheck(TorchSubject subject, AnalyticPass pass)
    {
        (_subject, _pass) = (subject, pass);
        _moved = new(subject, pass.Selected);
        _centre = [.. pass.Values.SelectMany(v => v)];
        _largest = [.. pass.Values.Select(v => Entries.Largest(v))];
        for (var k = 0; k < pass.Values.Length; k++)
        {
            for (var e = 0; e < pass.Values[k].Length; e++)
            {
                _rows.Add((k, e));
            }
        }
    }

    /// <summary>How many entries there are.</summary>
    public static long Size(TorchSubject subject, AnalyticPass pass) =>
        subject.Leaves.Sum(l => (long)l.Values.Length) * pass.Values.Sum(v => (long)v.Length);

    /// <summary>Compares them.</summary>
    public Comparisons Run()
    {
        var result = new Comparisons();
        var rows = Rows();
        for (var j = 0; j < _subject.Leaves.Count; j++)
        {
            var leaf = _subject.Leaves[j];
            var (place, given) = (j, Sizes(rows, j, []));
            var columns =
                Enumerable.Range(0, leaf.Values.Length).Select(e => Column(leaf, e, rows, place, given)).ToArray();
            var before = result.Wrong;
            var sizes = Sizes(rows, j, columns);
            for (var r = 0; r < _rows.Count; r++)
            {
                var (k, entry) = _rows[r];
                for (var e = 0; e < columns.Length; e++)
                {
                    var at = e;
                    result.Add(() => Where(k, entry, leaf, at), rows[r][j][e], columns[e][r], sizes[k]);
                }
            }

            if (result.Wrong > before && Hint.Of(leaf.Name, leaf.Sizes, Given(rows, j), Measured(columns)) is { } hint)
            {
                result.Hints.Add(hint);
            }
        }

        return result;
    }

    private static double[][] Given(double[][][] rows, int j) => [.. rows.Select(r => r[j])];

    private double[][] Measured(Slope[][] columns) =>
        [.. Enumerable.Range(0, _rows.Count).Select(r => columns.Select(c => c[r].Value).ToArray())];

    private string Where(int k, int entry, Variable leaf, int at) =>
        $"{_subject.OutputWord} {_pass.Selected[k]}{Entries.Index(_pass.Sizes[k], entry)} by {leaf.Name}{Entries.Index(leaf.Sizes, at)}";

    // The upstream gradient is 2 or −2 at one entry, never 1: one that is forgotten shows, and dividing it out rounds
    // nothing.
    private double[][][] Rows()
    {
        var rows = new double[_rows.Count][][];
        for (var r = 0; r < rows.Length; r++)
        {
            var upstream = _pass.Values.Select(v => new double[v.Length]).ToArray();
            var factor = r % 2 == 0 ? 2.0 : -2.0;
            upstream[_rows[r].Output][_rows[r].Entry] = factor;
            var gradients = Conduct.Demand(_subject.Leaves, _pass.Backward(upstream));
            rows[r] = [.. gradients.Select(g => g.Select(v => v / factor).ToArray())];
        }

        return rows;
    }

    // The entries of an output come out of sums of terms of one size, whatever is left of them: what rounding does is
    // measured by the largest. All outputs move with one entry. One look; a second, careful one where that does not end
    // in agreement.
    private Slope[] Column(Variable leaf, int entry, double[][][] rows, int j, double[] sizes)
    {
        var magnitudes = new double[_rows.Count];
        for (var r = 0; r < magnitudes.Length; r++)
        {
            magnitudes[r] = _largest[_rows[r].Output] + Math.Abs(leaf.Values[entry] * rows[r][j][entry]);
        }

        var table = new DifferenceTable(t => _moved.Moved(leaf, entry, t * leaf.Scale), _centre, magnitudes);
        var slopes = table.Quick();
        for (var r = 0; r < slopes.Length; r++)
        {
            var given = rows[r][j][entry];
            if (!Mismatch.IsSettled(given * leaf.Scale, slopes[r], sizes[_rows[r].Output] * leaf.Scale))
            {
                slopes = table.Careful();
                break;
            }
        }

        return [.. slopes.Select(s => s.PerUnit(leaf.Scale))];
    }

    // The largest slope of each output by one leaf: what an error must be small beside.
    private double[] Sizes(double[][][] rows, int j, Slope[][] columns)
    {
        var sizes = new double[_pass.Values.Length];
        for (var r = 0; r < _rows.Count; r++)
        {
            var k = _rows[r].Output;
            sizes[k] = Math.Max(sizes[k], Entries.Largest(rows[r][j]));
            foreach (var column in columns)
            {
                sizes[k] = Math.Max(sizes[k], Math.Abs(column[r].Value));
            }
        }

        return sizes;
    }
}
