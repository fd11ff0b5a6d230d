using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Diagnoses;

/// <summary>Least squares: which few of many terms, with which factors, give what was received.</summary>
internal sealed class FormulaFit
{
    /// <summary>What a formula costs that is put to all that belongs there.</summary>
    public const double Extra = 3;

    private const int MostHits = 12;
    private const int MostInPairs = 250;
    private const double Tolerance = 1e-8;
    private const double Collinear = 1e-9;

    private readonly double[] _received;
    private readonly double[][] _messages;
    private readonly double[]?[] _terms;
    private readonly double _scale;

    /// <param name="received">What the place made of the gradients, as it was received.</param>
    /// <param name="moves">How each entry at the place moves them; null where they are the place.</param>
    /// <param name="messages">What is right, message by message.</param>
    /// <param name="terms">The terms.</param>
    public FormulaFit(
        double[] received, double[][]? moves, IReadOnlyList<double[]> messages, IReadOnlyList<double[]> terms)
    {
        double[] Moved(double[] value)
        {
            if (moves is null)
            {
                return value;
            }

            var moved = new double[received.Length];
            for (var e = 0; e < value.Length; e++)
            {
                for (var j = 0; j < moved.Length; j++)
                {
                    moved[j] += value[e] * moves[e][j];
                }
            }

            return moved;
        }

        _received = received;
        _messages = [.. messages.Select(Moved)];
        _terms =
            [.. terms.Select(t => Moved(t) is var m && Array.TrueForAll(m, double.IsFinite) && Norm(m) > 0 ? m : null)];
        _scale = Norm(received);
    }

    /// <summary>The fits, those of few and cheap terms first: the factors of the messages, and the terms added with
    /// theirs.</summary>
    public IEnumerable<(
        IReadOnlyList<double> Messages, IReadOnlyList<(int Term, double Factor)> Added)> Hits(double[] costs)
    {
        if (_scale == 0)
        {
            if (Array.Exists(_messages, m => Norm(m) > 0))
            {
                yield return ([.. _messages.Select(_ => 0.0)], []);
            }

            yield break;
        }

        var ones = _messages.Select(_ => 1.0).ToArray();
        // what is sent twice is scaled alike
        double[][] different = [.. _messages.DistinctBy(m => string.Join(' ', m))];
        if (_messages.Length > 0 && Solve(different) is { } factors)
        {
            yield return (
                [.. _messages.Select(m => factors[Array.FindIndex(different, d => d.AsSpan().SequenceEqual(m))])], []);
        }

        var hits = new List<(double Cost, double[] Messages, (int, double)[] Added)>();
        for (var replaced = -1; replaced < different.Length; replaced++)
        {
            // Nothing replaced and one added; one replaced, as often as it is sent; where there are several, all of
            // them.
            var kept = _messages.Select(
                m => replaced >= 0 && m.AsSpan().SequenceEqual(different[replaced]) ? 0.0 : 1.0).ToArray();
            Singles(Minus(kept), kept, hits, costs);
        }

        if (_messages.Length > 1)
        {
            Singles(_received, [.. ones.Select(_ => 0.0)], hits, costs);
        }

        if (hits.Count == 0)
        {
            Pairs([.. ones.Select(_ => 0.0)], hits, costs);
        }

        foreach (var (_, messages, added) in hits.OrderBy(h => h.Cost).Take(MostHits))
        {
            yield return (messages, added);
        }
    }

    private void Singles(double[] target, double[] kept, List<(double, double[], (int, double)[])> hits, double[] costs)
    {
        var length = Norm(target);
        if (length <= Tolerance * _scale)
        {
            return; // nothing is left to explain: the messages alone do
        }

        for (var t = 0; t < _terms.Length; t++)
        {
            if (_terms[t] is { } term
                && Dot(term, target) / Dot(term, term) is var factor
                && Left(target, (factor, term)) <= Tolerance * length)
            {
                hits.Add(
                    (
                        costs[t] + (Math.Abs(factor - 1) < Tolerance ? 0 : 1) + (kept.All(k => k == 1) ? Extra : 0),
                        kept,
                        [(t, factor)]));
            }
        }
    }

    private void Pairs(double[] kept, List<(double, double[], (int, double)[])> hits, double[] costs)
    {
        var few = Enumerable.Range(0, _terms.Length).Where(t => _terms[t] is not null).Take(MostInPairs).ToList();
        double[][] units = [.. few.Select(t => Array.ConvertAll(_terms[t]!, v => v / Norm(_terms[t]!)))];
        double[] along = [.. units.Select(u => Dot(u, _received) / _scale)];
        for (var i = 0; i < units.Length; i++)
        {
            for (var j = i + 1; j < units.Length; j++)
            {
                var g = Dot(units[i], units[j]);
                var free = 1 - g * g;
                if (free > Collinear
                    && 1 - (along[i] * along[i] + along[j] * along[j] - 2 * g * along[i] * along[j]) / free < 1e-9)
                {
                    var (a, b) = (
                        (along[i] - g * along[j]) / free * _scale / Norm(_terms[few[i]]!),
                        (along[j] - g * along[i]) / free * _scale / Norm(_terms[few[j]]!));
                    if (Left(_received, (a, _terms[few[i]]!), (b, _terms[few[j]]!)) <= Tolerance * _scale)
                    {
                        hits.Add((costs[few[i]] + costs[few[j]] + 2, kept, [(few[i], a), (few[j], b)]));
                    }
                }
            }
        }
    }

    private double[]? Solve(double[][] columns)
    {
        if (_received.Length < columns.Length || columns.Any(c => Norm(c) == 0))
        {
            return null;
        }

        var scaled = Matrix<double>.Build.DenseOfColumnArrays(
            columns.Select(c => Array.ConvertAll(c, v => v / Norm(c))));
        if (scaled.Rank() < columns.Length)
        {
            return null;
        }

        var factors = scaled.QR().Solve(
            Vector<double>.Build.Dense(_received)).Select((f, i) => f / Norm(columns[i])).ToArray();
        return Left(_received, [.. factors.Zip(columns)]) <= Tolerance * _scale ? factors : null;
    }

    private double[] Minus(double[] factors)
    {
        double[] left = [.. _received];
        for (var i = 0; i < factors.Length; i++)
        {
            for (var j = 0; factors[i] != 0 && j < left.Length; j++)
            {
                left[j] -= factors[i] * _messages[i][j];
            }
        }

        return left;
    }

    private static double Left(double[] target, params ReadOnlySpan<(double Factor, double[] Column)> parts)
    {
        var sum = 0.0;
        for (var j = 0; j < target.Length; j++)
        {
            var left = target[j];
            foreach (var (factor, column) in parts)
            {
                left -= factor * column[j];
            }

            sum += left * left;
        }

        return double.IsNaN(sum) ? double.PositiveInfinity : Math.Sqrt(sum);
    }

    private static double Norm(double[] values) => Math.Sqrt(Dot(values, values));

    private static double Dot(double[] a, double[] b) => System.Numerics.Tensors.TensorPrimitives.Dot<double>(a, b);
}
