using GradOracle.Graphs;

namespace GradOracle.Verdicts;

/// <summary>Where a case first asks for what there is not: the logarithm of a negative number, 0 / 0.</summary>
internal static class Undefined
{
    /// <summary>
    /// The first value of the forward pass that is no number though all it is made of is finite, in words; null where
    /// there is none.
    /// </summary>
    /// <param name="batch">A batch of one case.</param>
    public static string? Of(CaseStack batch)
    {
        var schedule = batch.Scenario.Forward;
        var values = schedule.Evaluate(1, batch.ValuesOf);
        for (var i = 0; i < schedule.Nodes.Length; i++)
        {
            var at = Array.FindIndex(values.At(i), double.IsNaN);
            if (at >= 0 && schedule.Operands[i].All(o => Array.TrueForAll(values.At(o), double.IsFinite)))
            {
                return Words(schedule.Nodes[i], at, values);
            }
        }

        return null;
    }

    private static string Words(Node node, int at, Values<double> values)
    {
        // what it is, whatever its name
        var formula = node.Operation.Text(node, [.. node.Operands.Select(o => Formula.Of(o))]);
        var what = $"{formula} [{node.Sizes}] is no number at {node.Sizes.PlaceOf(at)}";
        return node.Operands.FirstOrDefault(o => o.Sizes.Equals(node.Sizes)) is { } operand
            ? FormattableString.Invariant($"{what}, where {Formula.Of(operand)} is {values[operand][at]}")
            : what;
    }
}
