using System.Globalization;

namespace GradOracle.TorchFunctions;

/// <summary>Random projections of the Jacobian, vᵀ J u: each one backward pass and three pairs of forward passes, however large it is.</summary>
internal sealed class FastCheck
{
    private const int MostEntriesNamed = 2000;

    private readonly TorchSubject _subject;
    private readonly AnalyticPass _pass;
    private readonly Probe _probe;
    private readonly BackwardOptions _options;

    public FastCheck(TorchSubject subject, AnalyticPass pass, BackwardOptions options)
    {
        (_subject, _pass, _options) = (subject, pass, options);
        _probe = new(subject, pass.Selected);
    }

    /// <summary>Compares them; what does not agree is followed down to a leaf, and to its worst entry.</summary>
    public Comparisons Run()
    {
        var result = new Comparisons();
        for (var p = 0; p < _options.Projections && result.Verdict == Verdict.Agrees; p++)
        {
            Project(p, result);
        }

        return result;
    }

    private void Project(int projection, Comparisons result)
    {
        var upstream = Upstream(projection);
        var gradients = Conduct.Demand(_subject.Leaves, _pass.Backward(upstream));
        var v = upstream.SelectMany(x => x).ToArray();
        var moves = _subject.Leaves.Select((l, j) => (l, Entries.Random(_options.Seed, Stream(projection, 500 + j), l.Values.Length))).ToList();
        if (Along(moves, gradients, v) is var (given, slope, size) && Mismatch.Judge(given, slope, size) == Verdict.Agrees)
        {
            result.Add(() => "", given, slope, size);
            return;
        }

        for (var j = 0; j < moves.Count; j++)
        {
            (given, slope, size) = Along([moves[j]], [gradients[j]], v);
            var leaf = _subject.Leaves[j];
            if (Mismatch.Judge(given, slope, size) != Verdict.Agrees && leaf.Values.Length <= MostEntriesNamed)
            {
                Follow(leaf, gradients[j], v, projection, result);
            }
            else
            {
                result.Add(() => Where(projection, leaf, ""), given, slope, size);
            }
        }

        if (result.Verdict == Verdict.Agrees) // each leaf alone does, all together do not: a kink, or a coupling of their roundings
        {
            (given, slope, size) = Along(moves, gradients, v);
            result.Add(() => Where(projection, null, ""), given, slope, size);
        }
    }

    private void Follow(Leaf leaf, double[] gradient, double[] v, int projection, Comparisons result)
    {
        var size = Entries.Largest(gradient);
        var (before, measured) = (result.Wrong, new double[gradient.Length]);
        for (var e = 0; e < gradient.Length; e++)
        {
            var at = e;
            var centre = Dot(v, [.. _pass.Values.SelectMany(x => x)]);
            var magnitude = Magnitude(v) + Math.Abs(leaf.Values[e] * gradient[e]);
            var table = new DifferenceTable(t => [Dot(v, _probe.Moved(leaf, at, t * leaf.Scale))], [centre], [magnitude]);
            var slope = table.Careful()[0].PerUnit(leaf.Scale);
            result.Add(() => Where(projection, leaf, Entries.Index(leaf.Sizes, at)), gradient[e], slope, Math.Max(size, Math.Abs(slope.Value)));
            measured[e] = slope.Value;
        }

        if (result.Wrong > before && Hint.Of(leaf.Name, leaf.Sizes, [gradient], [measured]) is { } hint)
        {
            result.Hints.Add(hint);
        }
    }

    private (double Given, Slope Slope, double Size) Along(List<(Leaf Leaf, double[] Direction)> moves, double[][] gradients, double[] v)
    {
        var (given, squares, magnitude) = (0.0, 0.0, Magnitude(v));
        for (var j = 0; j < moves.Count; j++)
        {
            var (leaf, direction) = moves[j];
            for (var e = 0; e < direction.Length; e++)
            {
                var term = leaf.Scale * direction[e] * gradients[j][e];
                given += term;
                squares += term * term;
                magnitude += Math.Abs(leaf.Values[e] * gradients[j][e]);
            }
        }

        var centre = Dot(v, [.. _pass.Values.SelectMany(x => x)]);
        var table = new DifferenceTable(t => [Dot(v, _probe.Moved(moves, t))], [centre], [magnitude]);
        var size = Math.Sqrt(squares);
        var slope = table.Quick()[0];
        return Mismatch.Judge(given, slope, size) == Verdict.Agrees ? (given, slope, size) : (given, table.Careful()[0], size);
    }

    private double[][] Upstream(int projection) =>
        [.. _pass.Values.Select((values, k) => Entries.Random(_options.Seed, Stream(projection, k), values.Length))];

    // Streams of one projection; nothing has 500 outputs.
    private static int Stream(int projection, int number) => 10_000 * (projection + 1) + number;

    private double Magnitude(double[] v)
    {
        var (sum, r) = (0.0, 0);
        foreach (var value in _pass.Values.SelectMany(x => x))
        {
            sum += Math.Abs(v[r++] * value);
        }

        return sum;
    }

    private static double Dot(double[] v, double[] values)
    {
        var sum = 0.0;
        for (var r = 0; r < v.Length; r++)
        {
            sum += v[r] * values[r];
        }

        return sum;
    }

    private string Where(int projection, Leaf? leaf, string index) => string.Create(
        CultureInfo.InvariantCulture,
        $"{_subject.OutputWord}s, projected at random (seed {_options.Seed}, projection {projection + 1}), by {leaf?.Name ?? "all inputs together"}{index}");
}
