namespace GradOracle.TorchFunctions;

/// <summary>Every entry of the Jacobian: one backward pass an output entry, three pairs of forward passes an input entry.</summary>
internal sealed class FullCheck
{
    private readonly TorchSubject _subject;
    private readonly AnalyticPass _pass;
    private readonly Probe _probe;
    private readonly double[] _centre;
    private readonly List<(int Output, int Entry)> _rows = [];

    public FullCheck(TorchSubject subject, AnalyticPass pass)
    {
        (_subject, _pass) = (subject, pass);
        _probe = new(subject, pass.Selected);
        _centre = [.. pass.Values.SelectMany(v => v)];
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
            var columns = Enumerable.Range(0, leaf.Values.Length).Select(e => Column(leaf, e, rows, j)).ToArray();
            var before = result.Wrong;
            foreach (var (row, size) in _rows.Index().Zip(Sizes(rows, j, columns)))
            {
                for (var e = 0; e < columns.Length; e++)
                {
                    var (k, entry) = row.Item;
                    var (r, at) = (row.Index, e);
                    result.Add(() => Where(k, entry, leaf, at), rows[r][j][e], columns[e][r], size);
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

    private double[][] Measured(Slope[][] columns) => [.. Enumerable.Range(0, _rows.Count).Select(r => columns.Select(c => c[r].Value).ToArray())];

    private string Where(int k, int entry, Leaf leaf, int at) =>
        $"{_subject.OutputWord} {_pass.Selected[k]}{Entries.Index(_pass.Sizes[k], entry)} by {leaf.Name}{Entries.Index(leaf.Sizes, at)}";

    // The upstream gradient is 2 or −2 at one entry, never 1: one that is forgotten shows, and dividing it out rounds nothing.
    private double[][][] Rows()
    {
        var rows = new double[_rows.Count][][];
        for (var r = 0; r < rows.Length; r++)
        {
            var upstream = _pass.Values.Select(v => new double[v.Length]).ToArray();
            var factor = r % 2 == 0 ? 2.0 : -2.0;
            upstream[_rows[r].Output][_rows[r].Entry] = factor;
            rows[r] = [.. _pass.Backward(upstream).Select((g, j) => Conduct.Demand(_subject.Leaves[j], g).Select(v => v / factor).ToArray())];
        }

        return rows;
    }

    // All outputs move with one entry. One look; a second, careful one where that does not end in agreement.
    private Slope[] Column(Leaf leaf, int entry, double[][][] rows, int j)
    {
        var magnitudes = new double[_rows.Count];
        for (var r = 0; r < magnitudes.Length; r++)
        {
            magnitudes[r] = Math.Abs(_centre[r]) + Math.Abs(leaf.Values[entry] * rows[r][j][entry]);
        }

        var table = new DifferenceTable(t => _probe.Moved(leaf, entry, t * leaf.Scale), _centre, magnitudes);
        var slopes = table.Quick();
        for (var r = 0; r < slopes.Length; r++)
        {
            var given = rows[r][j][entry];
            if (Mismatch.Judge(given * leaf.Scale, slopes[r], Math.Abs(given * leaf.Scale)) != Verdict.Agrees)
            {
                slopes = table.Careful();
                break;
            }
        }

        return [.. slopes.Select(s => s.PerUnit(leaf.Scale))];
    }

    // The largest slope of an output's row by one leaf: what an error must be small beside.
    private IEnumerable<double> Sizes(double[][][] rows, int j, Slope[][] columns)
    {
        for (var r = 0; r < _rows.Count; r++)
        {
            var size = Entries.Largest(rows[r][j]);
            foreach (var column in columns)
            {
                size = Math.Max(size, Math.Abs(column[r].Value));
            }

            yield return size;
        }
    }
}
