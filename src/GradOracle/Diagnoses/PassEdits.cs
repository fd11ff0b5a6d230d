using System.Globalization;
using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>Mistakes that everything behind them shares: a scaled adjoint, the gradient of another loss, a weight
/// updated too early.</summary>
internal static class PassEdits
{
    public static IEnumerable<Edit> Of(BackwardPass pass) => [.. NothingFromAbove(pass), .. OtherLosses(pass), .. ForgottenTarget(pass), .. ScaledAdjoints(pass), .. ChangedAdjoints(pass), .. SlipEdits.OfLoss(pass)];

    /// <summary>A parameter that had been updated, W − η ∂W, when the backward pass read it; η is found from what was
    /// received.</summary>
    public static IEnumerable<Edit> EarlyUpdates(BackwardPass pass, IReadOnlyDictionary<string, TensorStack?> received)
    {
        foreach (var spec in pass.Scenario.Tensors.Where(s => s.Role == TensorRole.Parameter && s.IsDifferentiated))
        {
            Edit Early(double rate) => new(
                30,
                new Finding(
                    "{0} is updated with the rate {1} before the backward pass reads it",
                    null,
                    spec.Name,
                    rate.ToString("G6", CultureInfo.InvariantCulture)),
                true,
                p => Updated(p, spec.Name, rate));

            if (pass.Predict(Early(1)) is not { } unit)
            {
                continue;
            }

            // Whatever multiplies the weight once is linear in η; what does not fit is refuted by the prediction
            // itself.
            double along = 0, length = 0;
            foreach (var (tensor, right) in pass.Gradients)
            {
                if (received.GetValueOrDefault(tensor) is { } found && found.Sizes.Equals(right.Sizes))
                {
                    for (var j = 0; j < right.Length; j++)
                    {
                        var direction = unit[tensor].Values[j] - right.Values[j];
                        along += (found.Values[j] - right.Values[j]) * direction;
                        length += direction * direction;
                    }
                }
            }

            if (length > 0 && along / length is var rate && Math.Abs(rate) > 1e-9 && Math.Abs(rate) < 1e9)
            {
                yield return Early(Rounded(rate));
            }
        }
    }

    private static IEnumerable<Edit> OtherLosses(BackwardPass pass) =>
        from loss in Loss.All
        where loss.Name != pass.Case.Loss.Name && pass.Scenario.Target.Sizes.Equals(pass.Scenario.Output.Sizes)
        select new Edit(
            0,
            new Finding(
                "∂L/∂Ŷ is that of the loss {0}, not of {1}",
                Place.Adjoint(pass.Backward, pass.Scenario.Output),
                loss.Name,
                pass.Case.Loss.Name),
            true,
            p => Changes.Of(p.AdjointOf(p.Scenario.Output), GradientOf(p, loss)));

    private static IEnumerable<Edit> NothingFromAbove(BackwardPass pass) =>
        from node in pass.Network.Nodes
        where node == pass.Scenario.Output || IsSpokenOf(pass, node)
        select At(
            pass,
            node,
            node == pass.Scenario.Output ? -1 : 9,
            new("{P} is taken to be 1: what comes from above is forgotten", Place.Adjoint(pass.Backward, node)),
            false,
            (_, _, D) => Constant.Of(D.Sizes, 1));

    // In a large network nobody speaks of what has no name.
    private static bool IsSpokenOf(BackwardPass pass, Node node) => node.Operands.Count > 0
        && pass.Backward.AdjointOf(node) is not null
        && pass.IsSpoken(node)
        && (!pass.IsLarge || node.Name is not null)
        && PlaceNames.Bearer(pass.Backward, node) == node;

    private static IEnumerable<Edit> ForgottenTarget(BackwardPass pass)
    {
        if (pass.Scenario.HasFreeTarget)
        {
            var finding = new Finding(
                "the target is forgotten in {P}: it is taken as if {0} were 0", Place.Adjoint(
                    pass.Backward, pass.Scenario.Output), pass.Scenario.Target.Name!);
            yield return new(1, finding, true, p =>
                Changes.Of(
                    p.AdjointOf(p.Scenario.Output),
                    GradientOf(p, p.Case.Loss, Constant.Of(p.Scenario.Target.Sizes, 0))));
        }
    }

    private static IEnumerable<Edit> ScaledAdjoints(BackwardPass pass) =>
        from node in pass.IsLarge ? [] : pass.NamedNodes // there the search of formulas finds factors, by least squares
        where pass.Backward.AdjointOf(node) is not null
        from factor in Coefficient.Known([.. pass.Case.Shape.Dimensions.Select(d => d.Name)])
        where !factor.Symbol.Contains('√', StringComparison.Ordinal) // which is of a product, and is found there
        select At(
            pass,
            node,
            5,
            Finding.Scaled(Place.Adjoint(pass.Backward, node), factor),
            factor.Rounds,
            (p, _, D) => D.Scaled(factor.At(p.Case.Shape)));

    private static IEnumerable<Edit> ChangedAdjoints(BackwardPass pass) =>
        pass.NamedNodes.Where(n => pass.Backward.AdjointOf(n) is not null).SelectMany<Node, Edit>(node =>
    {
        var place = Place.Adjoint(pass.Backward, node);
        return
        [
            At(pass, node, 6, new("{P} has lost its signs", place), false, (_, _, D) => D.Abs()),
            At(
                pass,
                node,
                8,
                new("only the first example counts in {P}", place),
                false,
                (_, _, D) => D.OfColumns(j => j == 0 ? j : -1)),
            At(
                pass,
                node,
                7,
                new("{P} is 0 where {0} is not positive", place, Formula.Of(node)),
                false,
                (_, n, D) => D.Hadamard(n.Step())),
        ];
    });

    private static Edit At(
        BackwardPass pass,
        Node node,
        int order,
        Finding finding,
        bool rounds,
        Func<BackwardPass, Node, Node, Node> change)
    {
        var key = pass.KeyOf(node);
        return new(
            order,
            finding,
            rounds,
            p => p.Find(key) is { } here && p.Backward.AdjointOf(here) is { } D
                ? Changes.Of(D, change(p, here, D))
                : new Changes());
    }

    private static Node GradientOf(BackwardPass pass, Loss loss, Node? target = null)
    {
        var entries = loss.Entries(pass.Scenario.Output, target ?? pass.Scenario.Target, pass.Scenario.Inputs);
        return new BackwardGraph(
            entries, Constant.Of(entries.Sizes, 1), [pass.Scenario.Output]).GradientOf(pass.Scenario.Output);
    }

    private static Changes Updated(BackwardPass pass, string parameter, double rate)
    {
        var leaf = pass.Scenario.Leaves[pass.Scenario.PlaceOf(parameter)];
        var updated = leaf - pass.Scenario.ResultOf(parameter).Scaled(rate);
        var changes = new Changes();
        foreach (var edge in pass.Edges)
        {
            var other = edge.Node.Operands.Count == 2 ? 1 - edge.Operand : -1;
            if (other >= 0 && IsUseOf(edge.Node.Operands[other], leaf) && pass.Backward.MessageOf(edge) is { } message)
            {
                changes.Nodes.Add(message, pass.Message(edge, operand: other, other: updated));
            }
        }

        return changes;
    }

    private static bool IsUseOf(Node node, Node leaf) =>
        node == leaf || (node.Operation.IsAlias && node.Name is null && IsUseOf(node.Operands[0], leaf));

    private static double Rounded(double rate)
    {
        var shorter = double.Parse(rate.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return Math.Abs(shorter - rate) < 1e-9 * Math.Abs(rate) ? shorter : rate;
    }
}

/// <summary>Columns, which are examples, chosen or put into another order.</summary>
internal static class Columns
{
    /// <summary>Each column j replaced by the column that a function names; −1 stands for 0.</summary>
    public static Node OfColumns(this Node node, Func<int, int> from)
    {
        var axis = node.Sizes.Count - 1;
        return node.Take(axis, [.. Enumerable.Range(0, node.Sizes[axis]).Select(from)]);
    }

    /// <summary>Each row i replaced by the row that a function names; −1 stands for 0.</summary>
    public static Node OfRows(this Node node, Func<int, int> from) =>
        node.Take(0, [.. Enumerable.Range(0, node.Sizes[0]).Select(from)]);
}
