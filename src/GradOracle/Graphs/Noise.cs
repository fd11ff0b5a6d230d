using System.Numerics.Tensors;

namespace GradOracle.Graphs;

/// <summary>A graph evaluated several times in float64, every entry that enters and every result moved at random by
/// what rounding could do to it.</summary>
/// <remarks>
/// What the runs are apart is what rounding does in this case, with the signs that the case has, where a bound must
/// take all terms with one sign. The numbers are a mix of the run, the place of the value and the entry, so they are
/// the same on every machine, and the same for a case alone and among others: <c>mix(mix(run · 2³² + place) + (entry +
/// 1) · G)</c>, mix and G those of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), as a number in (−1, 1). A value
/// within its own rounding of 0 is moved up and down in turn. Where a value may be computed for each of its uses anew,
/// in ways that share nothing but what enters, the later uses have it from other runs; and a sum is moved by what
/// rounding does to its terms, not to what is left of them, as when <c>e^(a − b)</c> is taken for <c>eᵃ / eᵇ</c>.
/// </remarks>
internal sealed class Noise
{
    /// <summary>How often the graph is evaluated.</summary>
    public const int Runs = 8;

    // Where uses are computed anew: with how many others every run is paired.
    private const int Pairings = 3;

    private const int Depth = 3;

    private const ulong G = 0x9E3779B97F4A7C15;

    private readonly Schedule _schedule;
    private readonly Values<double> _values;
    private readonly double[]?[] _amounts;
    private readonly int[] _made; // the place of what an alias stands for; of all else its own
    private readonly bool[] _isReused;
    private readonly double[][][]? _runs; // where the later uses of a value have it from

    /// <summary>The noise around some values.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="values">Its values, computed in float64.</param>
    /// <param name="unit">By how much a rounding moves what is 1, at most.</param>
    /// <param name="isPerUse">Whether a value is moved for each of its uses anew.</param>
    public Noise(Schedule schedule, Values<double> values, double unit, bool isPerUse)
    {
        (_schedule, _values) = (schedule, values);
        _amounts = new double[schedule.Nodes.Length][];
        (_made, _isReused) = Uses(schedule, isPerUse);
        for (var i = 0; i < _amounts.Length; i++)
        {
            var (node, y) = (schedule.Nodes[i], values.At(i));
            var amounts = new double[y.Length];
            var x = Schedule.Of(schedule.Operands[i], values.All);
            if (!node.Operation.IsAlias && node.Operation.Noise(node, x, y, amounts, values.Count))
            {
                if (isPerUse && x.Length > 0 && node.Operation is { StartsTerms: false, Contracts: false })
                {
                    double[][] sizes = [.. x.Select(v => Array.ConvertAll(v, Math.Abs))];
                    node.Operation.Magnitude(node, sizes, amounts, values.Count);
                }

                TensorPrimitives.Multiply(amounts, unit, amounts);
                for (var j = 0; j < y.Length; j++)
                {
                    amounts[j] = double.IsInfinity(y[j]) ? 0 : amounts[j]; // a mask of −∞ is not rounded
                }

                _amounts[i] = amounts;
            }
        }

        // What a use has from another run may itself be made of what was computed twice.
        for (var depth = 0; depth < (isPerUse ? Depth : 0); depth++)
        {
            _runs = [.. Enumerable.Range(0, Runs).Select(run => Run(run, depth))];
        }
    }

    /// <summary>The largest distance of any run from the values, over all entries, for some nodes and every
    /// case.</summary>
    public double[][] SpreadOf(IReadOnlyList<Node> results)
    {
        double[][] spreads = [.. results.Select(_ => new double[_values.Count])];
        for (var i = 0; i < (_runs is null ? Runs : Pairings * Runs); i++)
        {
            var moved = Run(i % Runs, i / Runs);
            for (var r = 0; r < spreads.Length; r++)
            {
                var place = _schedule[results[r]];
                var length = results[r].Sizes.Length;
                for (var j = 0; j < moved[place].Length; j++)
                {
                    var distance = Math.Abs(moved[place][j] - _values.At(place)[j]);
                    ref var largest = ref spreads[r][j / length];
                    largest = double.IsNaN(distance) ? double.PositiveInfinity : Math.Max(largest, distance);
                }
            }
        }

        return spreads;
    }

    private static (int[] Made, bool[] IsReused) Uses(Schedule schedule, bool isPerUse)
    {
        var (made, uses) = (new int[schedule.Nodes.Length], new int[schedule.Nodes.Length]);
        for (var i = 0; i < made.Length; i++)
        {
            var isAlias = schedule.Nodes[i].Operation.IsAlias;
            made[i] = isAlias ? made[schedule.Operands[i][0]] : i;
            foreach (var operand in isAlias ? [] : schedule.Operands[i])
            {
                uses[made[operand]]++;
            }
        }

        return (made, [.. uses.Select((times, i) => isPerUse && times > 1 && schedule.Operands[i].Length > 0)]);
    }

    private double[][] Run(int run, int pairing)
    {
        var (moved, used) = (new double[_amounts.Length][], new int[_amounts.Length]);
        for (var i = 0; i < moved.Length; i++)
        {
            var (node, operands) = (_schedule.Nodes[i], _schedule.Operands[i]);
            if (node.Operation.IsAlias)
            {
                moved[i] = moved[operands[0]];
                continue;
            }

            var y = moved[i] = new double[_values.At(i).Length];
            if (operands.Length == 0)
            {
                _values.At(i).CopyTo(y, 0);
            }
            else
            {
                node.Operation.Value(node, Array.ConvertAll(operands, of => ForUse(_made[of])), y, _values.Count);
            }

            if (_amounts[i] is { } amounts)
            {
                Move(y, _values.At(i), amounts, run, i, node.Sizes.Length);
            }
        }

        return moved;

        double[] ForUse(int of) => _runs is not null && _isReused[of] && used[of]++ is > 0 and var use
            ? _runs[(run + 1 + (pairing + use - 1) % (Runs - 1)) % Runs][of]
            : moved[of];
    }

    private static void Move(double[] y, double[] values, double[] amounts, int run, int place, int length)
    {
        var key = Mix(((ulong)run << 32) + (ulong)place);
        for (var j = 0; j < y.Length; j++)
        {
            var entry = ((ulong)(j % length) + 1) * G;
            var bits = (long)(Mix(key + entry) >> 11); // below 2⁵³
            var moved = amounts[j] * ((2 * bits + 1 - (1L << 53)) * (1.0 / (1L << 53)));

            if (!(Math.Abs(values[j]) > amounts[j]))
            {
                // What may be on either side of 0, and so of a kink, is on both: in every other run.
                var isNegative = ((Mix((ulong)place + entry) + (ulong)run) & 1) == 0;
                moved = isNegative ? -Math.Abs(moved) : Math.Abs(moved);
            }

            y[j] += moved;
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
