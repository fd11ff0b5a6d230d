using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>Mistakes around the mean and deviation of a normalisation: taken over other axes on the way back, or
/// computed anew where they are given.</summary>
internal static class NormEdits
{
    private const int Order = 35;

    /// <summary>All of them.</summary>
    public static IEnumerable<Edit> Of(BackwardPass pass) => pass.Network.Nodes.SelectMany(
        n => Norm.Of(pass, n) is not { } norm ? []
            : norm.IsGiven ? Anew(pass, norm, isForward: false) : OverOtherAxes(pass, norm));

    /// <summary>Those on the way forth.</summary>
    public static IEnumerable<Edit> OnTheWayForth(BackwardPass pass) => pass.Network.Nodes.SelectMany(
        n => Norm.Of(pass, n) is { IsGiven: true } norm ? Anew(pass, norm, isForward: true) : []);

    private static IEnumerable<Edit> OverOtherAxes(BackwardPass pass, Norm norm)
    {
        var key = pass.KeyOf(norm.Normed);
        var place = Place.Of(pass.Backward, new(norm.Centred, 0));
        foreach (var axis in Enumerable.Range(0, norm.Normed.Sizes.Count).Where(a => !norm.Axes.SequenceEqual([a])))
        {
            foreach (var isByCount in (bool[])[true, false])
            {
                var words = $"the means of the normalisation go over {Told(norm, axis)} in {{P}}, where they go "
                    + $"over {Told(norm, [.. norm.Axes])} on the way forth{(isByCount ? "" : ", and are divided by as many")}";
                yield return new(Order, new Finding(words, place), true, p =>
                {
                    if (p.Find(key) is not { } here
                        || Norm.Of(p, here) is not { } at
                        || p.Backward.MessageOf(new(at.Centred, 0)) is not { } message)
                    {
                        return new Changes();
                    }

                    var D = p.AdjointOf(here);
                    var sizes = D.Sizes;
                    double count = isByCount ? sizes[axis] : sizes.Length / at.Mean.Sizes.Length;
                    Node Mean(Node of) => of.SumOver(axis).Scaled(1 / count).Broadcast(sizes);
                    var inner = D - Mean(D) - here.Hadamard(Mean(D.Hadamard(here)));
                    var changes = Changes.Of(message, at.Divided(inner));

                    // All of it stands in one message: nothing more comes through the mean.
                    foreach (var edge in p.Backward.Edges.Where(e => e.Receiver == at.Source && e.Node != at.Centred
                        && WrongPlace.Reached(p, at.Mean).Contains(e.Node)))
                    {
                        changes.Nodes[p.Backward.MessageOf(edge)!] = message.Scaled(0);
                    }

                    return changes;
                });
            }
        }
    }

    private static IEnumerable<Edit> Anew(BackwardPass pass, Norm norm, bool isForward)
    {
        var key = pass.KeyOf(norm.Normed);
        foreach (var (ofMean, ofSpread) in ((bool, bool)[])[(true, true), (true, false), (false, true)])
        {
            foreach (var isSentSo in isForward ? (bool[])[false] : [false, true])
            {
                string?[] both = [ofMean ? norm.Mean.Name : null, ofSpread ? norm.Spread.Name : null];
                string[] names = [.. both.OfType<string>()];
                var words = (isForward ? "the forward outputs differ: on the way forth " : "")
                    + $"{string.Join(" and ", names)} {(names.Length > 1 ? "are" : "is")} computed anew from {{0}}"
                    + (isForward ? "" : " on the way back") + ", as in training"
                    + (isSentSo ? ", and flowed back through" : "")
                    + $": {(names.Length > 1 ? "they are" : "it is")} given";
                var finding = new Finding(
                    words,
                    isForward ? null : Place.Of(pass.Backward, new(norm.Centred, 0)),
                    Formula.Shortened(Formula.Of(norm.Source)));
                yield return new(
                    Order + names.Length, finding, true, p => p.Find(key) is { } here && Norm.Of(p, here) is { } at
                    ? Anew(p, at, ofMean, ofSpread, isForward, isSentSo) : new Changes());
            }
        }
    }

    private static Changes Anew(
        BackwardPass pass, Norm at, bool ofMean, bool ofSpread, bool isForward, bool isSentSo)
    {
        var changes = new Changes();
        if (!isForward)
        {
            // The way forth stays as it is, and so what comes from above.
            var G = pass.AdjointOf(pass.Scenario.Output);
            changes.Nodes[G] = G;
        }

        double count = at.Source.Sizes.Length / at.Mean.Sizes.Length;
        Node Mean(Node of) => of.SumOver(at.Axes).Scaled(1 / count);
        var mean = Mean(at.Source);
        var centred = at.Source - mean.Broadcast(at.Source.Sizes);
        if (ofMean)
        {
            changes.Nodes[at.Mean] = mean.Reshaped(at.Mean.Sizes);
        }

        if (ofSpread)
        {
            var variance = Mean(centred.Hadamard(centred)).Reshaped(at.Spread.Sizes);
            changes.Nodes[at.Spread] = at.IsDeviation ? variance.Sqrt() : variance;
        }

        if (isSentSo && pass.Backward.MessageOf(new(at.Centred, 0)) is { } message)
        {
            var N = at.Normed;
            changes.Nodes[message] = message - Mean(message).Broadcast(N.Sizes)
                - N.Hadamard(Mean(message.Hadamard(N)).Broadcast(N.Sizes));
        }

        return changes;
    }

    private static string Told(Norm norm, params int[] axes) => axes is [var axis] && norm.Normed.Sizes.Count == 2
        ? axis == 0 ? "the rows" : "the columns"
        : FormattableString.Invariant($"axis {string.Join(", ", axes)}");
}
