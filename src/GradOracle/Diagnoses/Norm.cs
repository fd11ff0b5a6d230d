using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>A normalisation: (X − m) / s, or (X − m) ∘ r.</summary>
/// <param name="Normed">Its result.</param>
/// <param name="Centred">X − m.</param>
/// <param name="Mean">m, before it is repeated.</param>
/// <param name="Spread">What s or r is made of, before it is repeated: where it is given, the given tensor.</param>
/// <param name="Axes">The axes along which both are repeated.</param>
/// <param name="IsGiven">Whether both are given, and not made of X.</param>
/// <param name="IsDeviation">Whether the spread is divided by as it is given.</param>
internal sealed record Norm(
    Node Normed, Node Centred, Node Mean, Node Spread, int[] Axes, bool IsGiven, bool IsDeviation)
{
    /// <summary>X.</summary>
    public Node Source => Centred.Operands[0];

    /// <summary>The normalisation that a node is; null where it is none.</summary>
    public static Norm? Of(BackwardPass pass, Node node)
    {
        if (node.Operation is not (Hadamard or Quotient) || node.Operands.Count != 2)
        {
            return null;
        }

        foreach (var (operand, other) in ((int, int)[])[(0, 1), (1, 0)])
        {
            var (centred, spread) = (Bare(node.Operands[operand]), Bare(node.Operands[other]));
            if (centred.Operation is not Difference || pass.Backward.MessageOf(new(centred, 0)) is null
                || Bare(centred.Operands[1]) is not { Operation: Broadcast } mean
                || spread.Operation is not Broadcast
                || !Making.RepeatedAxes(mean).SequenceEqual(Making.RepeatedAxes(spread)))
            {
                continue;
            }

            var (m, s) = (Origin(mean), Origin(spread));
            var isGiven = m.Operands.Count == 0 && s.Operands.Count == 0 && m.Name is not null && s.Name is not null;
            var isMade = Making.IsMadeOf(mean, centred.Operands[0]) && Making.IsMadeOf(spread, centred);
            if (isGiven || isMade)
            {
                return new(
                    node, centred, isGiven ? m : mean.Operands[0], isGiven ? s : spread.Operands[0],
                    [.. Making.RepeatedAxes(mean)], isGiven, Bare(spread.Operands[0]) == s && node.Operation is Quotient);
            }
        }

        return null;
    }

    /// <summary>What comes back to X − m, of a value in place of the adjoint of the result.</summary>
    public Node Divided(Node D)
    {
        var other = Bare(Normed.Operands[0]) == Centred ? Normed.Operands[1] : Normed.Operands[0];
        return Normed.Operation is Quotient ? D / other : D.Hadamard(other);
    }

    private static Node Bare(Node node) =>
        node.Operation.IsAlias && node.Operation is not Function ? Bare(node.Operands[0]) : node;

    // Through what is done to it entry by entry.
    private static Node Origin(Node node)
    {
        var next = Bare(node);
        return next.Operands.Count > 0
            && next.Operands.Where(o => o.Operation is not Constant).ToList() is [var only]
            && next.Operation is Broadcast or Reshape or Elementwise or Shift or Scale or Quotient or Sum
                ? Origin(only)
                : next;
    }
}
