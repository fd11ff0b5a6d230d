using GradOracle.Graphs;
using GradOracle.Networks;
using GradOracle.Numerics;

namespace GradOracle.Oracles;

/// <summary>The backward graph in rational numbers: nothing is rounded but the result, once. The last word, where the
/// graph is rational and the numbers are few.</summary>
internal sealed class RationalReverseMode : IOracle
{
    private const long MostEntries = 1 << 14;

    public string Name => "rational";

    public string Summary => "reverse mode from graph to graph, in rational numbers: exact";

    public string? NotApplicable(CaseStack batch) =>
        !batch.Network.HasGraph ? TorchStatement.NoGraph
        : batch.Scenario.WhyNot(
            NumberSystem.Rational, isBackward: true) is { } reason ? $"{reason} leaves the rational numbers"
        : batch.Tensors.Any(t => !Array.TrueForAll(t.Values, double.IsFinite)) ? "an entry is not finite"
        : batch.Count * batch.Scenario.Gradients.EntriesOfACase > MostEntries ? "the case is too large for exact arithmetic"
        : null;

    public OracleAnswer Answer(CaseStack batch)
    {
        var gradients = ReverseMode.Differentiate(batch, Rational.Of, value => value.ToDouble());
        return new(gradients, (s, tensor) => [.. gradients[tensor][s].ToArray().Select(v => HalfUnit(v, batch.Kind))]);
    }

    // The exact value is rounded to float64 once; integers on the lattice are not rounded at all.
    private static double HalfUnit(double value, CaseKind kind) =>
        kind == CaseKind.Exact
            ? 0
            : Math.Abs(value) * ElementType.Float64.UnitRoundoff + ElementType.Float64.SmallestPositive;
}
