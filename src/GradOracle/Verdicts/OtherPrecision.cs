using GradOracle.Cases;
using GradOracle.Oracles;

namespace GradOracle.Verdicts;

/// <summary>The derivation run in the other element type: rounding shrinks with the unit roundoff, a wrong term does
/// not.</summary>
/// <remarks>
/// It is run on the case and near it, on a few neighbours that are moved by up to a thousandth, so that one lucky
/// rounding does not stand for all: half of them tensor by tensor, for where many entries are equal their roundings go
/// one way. It is held against the graph in float64, on the very same entries.
/// </remarks>
internal sealed class OtherPrecision
{
    private const int Neighbours = 8;

    /// <summary>By how much a difference may be larger, in units of the roundoff, than those near it.</summary>
    private const double Spread = 16;

    private readonly ElementType _type;
    private readonly Dictionary<string, double> _differences;

    /// <summary>What is off by less than this many roundings of its largest entry was not rounded to the type but at
    /// the end.</summary>
    private const double LeastRounding = 1.0 / 64;

    private OtherPrecision(ElementType type, Dictionary<string, double> differences) =>
        (_type, _differences) = (type, differences);

    /// <summary>Runs a derivation again; null where it or the graph fails in the other type.</summary>
    /// <param name="one">A batch of one case.</param>
    /// <param name="run">The derivation.</param>
    public static OtherPrecision? Of(CaseStack one, Func<CaseStack, GradientStack> run)
    {
        var type = one.Type == ElementType.Float64 ? ElementType.Float32 : ElementType.Float64;
        TensorStack[] moved =
            [.. one.Tensors.Select((t, i) => Moved(t, (ulong)i, isMoved: MayMove(one.Scenario.Tensors[i])))];
        var near = one with { Type = type, Kind = CaseKind.Real, Tensors = moved };
        var (received, exact) = (run(near), ReverseMode.Differentiate(near with { Type = ElementType.Float64 }));
        var differences = new Dictionary<string, double>();
        foreach (var expected in exact.All)
        {
            bool IsMissing(int s) => received.FaultOf(s, expected.Name) is not null;
            if (received.HasFaults && Enumerable.Range(0, Neighbours).Any(IsMissing))
            {
                return null;
            }

            var values = received.All.Single(t => t.Name == expected.Name).Values;
            differences[expected.Name] = expected.Values.Zip(values, (a, d) => Math.Abs(a - d)).Max();
        }

        // What computes in float64 whatever the type of the case cannot be told from what is exact.
        var least = LeastRounding * type.UnitRoundoff;
        var rounds = type == ElementType.Float64
            || exact.All.Any(t => differences[t.Name] > least * t.Values.Max(Math.Abs));
        return rounds && differences.Values.All(double.IsFinite) ? new(type, differences) : null;
    }

    /// <summary>Whether the difference that a tensor has is as many units of the roundoff as those in the other
    /// type.</summary>
    public bool Explains(string tensor, double difference)
    {
        var own = _type == ElementType.Float64 ? ElementType.Float32 : ElementType.Float64;
        var units = difference / own.UnitRoundoff;
        var unitsNear = _differences[tensor] / _type.UnitRoundoff;
        return _type == ElementType.Float64 ? unitsNear <= Large(units) && units > 0 : units <= Large(unitsNear);

        // A wrong term is 2²⁹ times as many units of float64 as of float32.
        static double Large(double u) => Spread * u;
    }

    // An index that is moved is none, and a mask that is moved is another.
    private static bool MayMove(TensorSpec spec) => spec.Holds.AreNumbers || spec.Holds == Holds.Positive;

    private static TensorStack Moved(TensorStack one, ulong stream, bool isMoved)
    {
        var values = new double[Neighbours * one.Length];
        var key = CounterRng.Key(0, stream);
        for (var j = 0; j < values.Length; j++)
        {
            var neighbour = j / one.Length;
            var bits = CounterRng.Bits(key, neighbour < Neighbours / 2 ? neighbour : j);
            var unit = (bits - (double)(1L << 52)) / (1L << 52);
            values[j] = (float)(one.Values[j % one.Length] * (neighbour == 0 || !isMoved ? 1 : 1 + unit / (1 << 10)));
        }

        return new(one.Name, Neighbours, one.Sizes, values);
    }
}
