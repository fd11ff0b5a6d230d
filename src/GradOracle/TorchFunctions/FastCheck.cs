using System.Globalization;

namespace GradOracle.TorchFunctions;

/// <summary>
/// Random projections of the Jacobian, vᵀ J u, from one backward pass: three pairs of forward passes each, however
/// large it is.
/// </summary>
internal sealed class FastCheck
{
    private const int MostEntriesNamed = 2000;

    private readonly TorchSubject _subject;
    private readonly AnalyticPass _pass;
    private readonly MovedInputs _moved;
    private readonly BackwardOptions _options;
    private readonly double[][] _gradients;
    private readonly double[] _v;
    private readonly double _centre;
    private readonly double _magnitude;

    public FastCheck(TorchSubject subject, AnalyticPass pass, BackwardOptions options, Conduct.FirstPass first)
    {
        (_subject, _pass, _options, _gradients) = (subject, pass, options, first.Gradients);
        double[] outputs = [.. pass.Values.SelectMany(x => x)];
        _v = [.. first.Upstream.SelectMany(x => x)];
        _centre = Dot(outputs);
        _magnitude = Enumerable.Range(0, _v.Length).Sum(r => Math.Abs(_v[r] * outputs[r]));
        _moved = new(subject, pass.Selected);
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
        var leaves = Enumerable.Range(0, _subject.Leaves.Count).ToArray();
        var directions =
            leaves.Select(j => Entries.Random(_options.Seed, Stream(projection, j), _gradients[j].Length)).ToArray();
        var (given, slope, size) = Along(leaves, directions);
        if (Mismatch.Judge(given, slope, size) == Verdict.Agrees)
        {
            result.Add(() => "", given, slope, size);
            return;
        }

        foreach (var j in leaves)
        {
            var one = Along([j], directions);
            var leaf = _subject.Leaves[j];
            if (Mismatch.Judge(one.Given, one.Slope, one.Size) != Verdict.Agrees
                && leaf.Values.Length <= MostEntriesNamed)
            {
                Follow(leaf, _gradients[j], projection, result);
            }
            else
            {
                result.Add(() => Where(projection, leaf, ""), one.Given, one.Slope, one.Size);
            }
        }

        // each leaf alone does, all together do not: a kink, or what their roundings add up to
        if (result.Verdict == Verdict.Agrees)
        {
            result.Add(() => Where(projection, null, ""), given, slope, size);
        }
    }

    private void Follow(Variable leaf, double[] gradient, int projection, Comparisons result)
    {
        var slopes = new Slope[gradient.Length];
        for (var e = 0; e < gradient.Length; e++)
        {
            var at = e;
            var magnitude = _magnitude + Math.Abs(leaf.Values[e] * gradient[e]);
            var table = new DifferenceTable(t => [Dot(_moved.Moved(leaf, at, t * leaf.Scale))], [_centre], [magnitude]);
            slopes[e] = table.Careful()[0].PerUnit(leaf.Scale);
        }

        double[] measured = [.. slopes.Select(s => s.Value)];
        var (before, size) = (result.Wrong, Math.Max(Entries.Largest(gradient), Entries.Largest(measured)));
        for (var e = 0; e < gradient.Length; e++)
        {
            var at = e;
            result.Add(() => Where(projection, leaf, Entries.Index(leaf.Sizes, at)), gradient[e], slopes[e], size);
        }

        if (result.Wrong > before && Hint.Of(leaf.Name, leaf.Sizes, [gradient], [measured]) is { } hint)
        {
            result.Hints.Add(hint);
        }
    }

    // The slope along the directions of some leaves, and what the backward pass makes of it.
    private (double Given, Slope Slope, double Size) Along(int[] leaves, double[][] directions)
    {
        var (given, squares, magnitude) = (0.0, 0.0, _magnitude);
        foreach (var j in leaves)
        {
            var leaf = _subject.Leaves[j];
            for (var e = 0; e < directions[j].Length; e++)
            {
                var term = leaf.Scale * directions[j][e] * _gradients[j][e];
                given += term;
                squares += term * term;
                magnitude += Math.Abs(leaf.Values[e] * _gradients[j][e]);
            }
        }

        var moves = leaves.Select(j => (_subject.Leaves[j], directions[j])).ToList();
        var table = new DifferenceTable(t => [Dot(_moved.Moved(moves, t))], [_centre], [magnitude]);
        var size = Math.Sqrt(squares);
        var slope = table.Quick()[0];
        return (given, Mismatch.IsSettled(given, slope, size) ? slope : table.Careful()[0], size);
    }

    // The streams below this are those of the upstream gradients.
    private static int Stream(int projection, int leaf) => 100_000 * (projection + 1) + leaf;

    private double Dot(double[] outputs)
    {
        var sum = 0.0;
        for (var r = 0; r < _v.Length; r++)
        {
            sum += _v[r] * outputs[r];
        }

        return sum;
    }

    private string Where(int projection, Variable? leaf, string index) => string.Create(
        CultureInfo.InvariantCulture,
        $"{_subject.OutputWord}s, projected at random (seed {_options.Seed}, projection {projection + 1}), "
            + $"by {leaf?.Name ?? "all inputs together"}{index}");
}
