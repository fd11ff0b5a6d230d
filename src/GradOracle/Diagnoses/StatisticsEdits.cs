using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>Mean and variance taken for constants on the way back, where they are made of what is normalised; or the
/// other way round, as in the two modes of batch normalisation.</summary>
internal static class StatisticsEdits
{
    private const int Order = 33;

    /// <summary>All of them.</summary>
    public static IEnumerable<Edit> Of(BackwardPass pass) =>
        [.. TakenForConstants(pass), .. pass.Network.Nodes.SelectMany(n => TakenForMade(pass, n))];

    // A sum alone, and two of them where the second is made of the first: a mean, and the variance about it.
    private static IEnumerable<Edit> TakenForConstants(BackwardPass pass)
    {
        List<Node> sums = [.. pass.Network.Nodes.Where(n => n.Operation is SumOver && IsRepeated(pass, n))];
        foreach (var (one, other) in from a in sums from b in sums where a.Number <= b.Number select (a, b))
        {
            if (one == other)
            {
                yield return In(
                    [one], "nothing flows back through {0}, as if it were a constant", Order + 1, _ => 0, pass);
            }
            else if (Making.IsMadeOf(other, one) && Along(one).SequenceEqual(Along(other)))
            {
                yield return In(
                    [one, other],
                    "nothing flows back through {0} and {1}, as if they were constants",
                    Order,
                    _ => 0,
                    pass);
                yield return In(
                    [one, other],
                    "what flows back through {0} and {1} is not divided by how many they are made of",
                    Order,
                    n => n.Operands[0].Sizes.Length / n.Sizes.Length,
                    pass);
            }
        }
    }

    private static Edit In(
        IReadOnlyList<Node> sums, string words, int order, Func<Node, double> factor, BackwardPass pass)
    {
        var keys = sums.Select(pass.KeyOf).ToList();
        string[] names = [.. sums.Select(s => Formula.Shortened(Formula.Of(Spoken(pass, s))))];
        var finding = new Finding(words, Place.Of(pass.Backward, new(sums[0], 0)), names)
        {
            Also = [.. sums.Skip(1).Select(s => Place.Of(pass.Backward, new(s, 0)))],
        };
        return new(order, finding, true, p =>
        {
            var changes = new Changes();
            foreach (var sum in keys.Select(p.Find).OfType<Node>())
            {
                if (p.Backward.MessageOf(new(sum, 0)) is { } message)
                {
                    changes.Nodes[message] = message.Scaled(factor(sum));
                }
            }

            return changes;
        });
    }

    // N = (Z − m) / s or (Z − m) ∘ r, where m and s are given: what would flow back if they were made of Z.
    private static IEnumerable<Edit> TakenForMade(BackwardPass pass, Node normed)
    {
        if (Centred(pass, normed) is not { } centred)
        {
            yield break;
        }

        var key = pass.KeyOf(normed);
        string Told(Node node) => Formula.Shortened(Formula.Of(node));
        var (mean, spread) = (Told(centred.Operands[1]), Told(SpreadOf(normed, centred)));
        var place = Place.Of(pass.Backward, new(centred, 0));
        foreach (var (ofMean, ofSpread) in ((bool, bool)[])[(true, true), (true, false), (false, true)])
        {
            var what = ofMean && ofSpread ? "{0} and {1} were mean and deviation"
                : ofMean ? "{0} were the mean"
                : "{1} were the deviation";
            var finding = new Finding(
                $"{{P}} is what it would be if {what} of {{2}}, as in training: they are given",
                place,
                mean,
                spread,
                Told(centred.Operands[0]));
            yield return new(Order, finding, true, p =>
            {
                if (p.Find(key) is not { } here
                    || Centred(p, here) is not { } C
                    || p.Backward.MessageOf(new(C, 0)) is not { } message)
                {
                    return new Changes();
                }

                var changed = message;
                int[] axes = [.. Making.RepeatedAxes(C.Operands[1])];
                Node Mean(Node of) => of.SumOver(axes)
                    .Scaled((double)C.Operands[1].Operands[0].Sizes.Length / of.Sizes.Length).Broadcast(of.Sizes);
                changed = ofMean ? changed - Mean(message) : changed;
                changed = ofSpread ? changed - here.Hadamard(Mean(message.Hadamard(here))) : changed;
                return Changes.Of(message, changed);
            });
        }
    }

    private static Node? Centred(BackwardPass pass, Node normed)
    {
        if (normed.Operation is not (Hadamard or Quotient) || normed.Operands.Count != 2)
        {
            return null;
        }

        foreach (var (operand, other) in ((int, int)[])[(0, 1), (1, 0)])
        {
            var (centred, spread) = (Bare(normed.Operands[operand]), normed.Operands[other]);
            if (centred.Operation is Difference
                && centred.Operands[1].Operation is Broadcast
                && spread.Operation is Broadcast
                && Making.RepeatedAxes(centred.Operands[1]).SequenceEqual(Making.RepeatedAxes(spread))
                && pass.Backward.MessageOf(new(centred, 0)) is not null
                && !Making.IsMadeOf(spread, centred)
                && !WrongPlace.Reached(pass, centred.Operands[1]).Contains(centred.Operands[0]))
            {
                return centred;
            }
        }

        return null;
    }

    private static Node SpreadOf(Node normed, Node centred) =>
        Bare(normed.Operands[0]) == centred ? normed.Operands[1] : normed.Operands[0];

    private static Node Bare(Node node) => node.Operation.IsAlias ? Bare(node.Operands[0]) : node;

    private static IEnumerable<int> Along(Node sum) => ((SumOver)sum.Operation).Along;

    // What is put to every entry that it was made of.
    private static bool IsRepeated(BackwardPass pass, Node sum) =>
        pass.Backward.MessageOf(new(sum, 0)) is not null
        && pass.Network.Nodes.Any(n => n.Operation is Broadcast
            && n.Sizes.Equals(sum.Operands[0].Sizes) && Making.IsMadeOf(n, sum));

    // A mean is spoken of, not the sum that it is made of.
    private static Node Spoken(BackwardPass pass, Node sum)
    {
        var spoken = sum;
        while (spoken.Name is null
            && pass.Backward.Consumers(spoken) is [var only]
            && only.Operation is Scale or NamedFunction or Alias)
        {
            spoken = only;
        }

        return spoken;
    }
}
