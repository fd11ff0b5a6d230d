namespace GradOracle.Diagnoses;

/// <summary>Whether a way back through time ends some steps before the end: told by sequences of other
/// lengths.</summary>
internal static class CutOff
{
    private const int MostSteps = 40;
    private const string CutThere = "the way back is cut off there";

    /// <summary>In a sentence; null where it is not so.</summary>
    /// <param name="derivation">The derivation on trial.</param>
    /// <param name="failing">A case on which it is wrong.</param>
    /// <param name="wrong">The gradients that are wrong.</param>
    public static string? Of(Derivation derivation, CaseStack failing, IReadOnlyList<string> wrong)
    {
        var specs = failing.Scenario.Differentiated.ToDictionary(s => s.Name);
        List<string> series =
            [.. wrong.Where(t => specs.GetValueOrDefault(t)?.Step is not null).Select(Series).Distinct()];
        if (series.Count != 1)
        {
            return null;
        }

        foreach (var dimension in DiagnosticCases.Steps(failing))
        {
            List<QuickRun> probes = [.. Probes(derivation, failing, dimension)];
            if (Kept(probes, series[0], IsLeftOut) is { } left)
            {
                return FormattableString.Invariant(
                    $"the gradient of {series[0]}_t is missing more than {left} steps before the end: {CutThere}");
            }

            if (failing.Network.HasGraph && Kept(probes, series[0], IsCut) is > 1 and var steps)
            {
                return FormattableString.Invariant(
                    $"nothing flows back through more than the last {steps} steps: {CutThere}");
            }
        }

        return null;
    }

    private static IEnumerable<QuickRun> Probes(Derivation derivation, CaseStack failing, string dimension)
    {
        int[] lengths = [.. ((int[])[0, 1, 2, -1]).Select(more => failing.Shape[dimension] + more)];
        foreach (var steps in lengths.Where(s => s is >= 1 and <= MostSteps))
        {
            var shape = new Shape(
                failing.Shape.Dimensions.Select(d => (d.Name, d.Name == dimension ? steps : d.Size)));
            if (QuickRun.Of(derivation, failing, shape, failing.FirstSeed + 7919) is { } probe)
            {
                yield return probe;
            }
        }
    }

    // After how many steps, at the end, it is cut off in all runs alike, two or more of which are long enough to show
    // it.
    private static int? Kept(
        List<QuickRun> probes, string series, Func<QuickRun, IReadOnlyList<TensorSpec>, int, bool> isSo)
    {
        int? kept = null;
        var seen = 0;
        foreach (var probe in probes)
        {
            List<TensorSpec> steps = [.. probe.Pass.Scenario.Differentiated
                .Where(s => s.Step is not null && Series(s.Name) == series)
                .OrderBy(s => s.Step)];
            kept ??= Enumerable.Reverse(steps).TakeWhile(s => !probe.IsWrong(s.Name)).Count();
            var cut = Math.Max(0, steps.Count - kept.Value);
            if (!isSo(probe, steps, cut))
            {
                return null;
            }

            seen += cut > 0 ? 1 : 0;
        }

        return seen > 1 ? kept : null;
    }

    // The gradients of the first inputs are 0, and all else is right.
    private static bool IsLeftOut(QuickRun probe, IReadOnlyList<TensorSpec> steps, int cut)
    {
        HashSet<string> first = [.. steps.Take(cut).Select(s => s.Name)];
        return probe.Pass.Gradients.Keys.All(t => first.Contains(t)
            ? probe.Received(t) is { } g && g.Values.All(v => v == 0)
            : !probe.IsWrong(t));
    }

    // What would flow back from the step after is not there, for the weights either.
    private static bool IsCut(QuickRun probe, IReadOnlyList<TensorSpec> steps, int cut)
    {
        var edit = new Edit(0, new Finding("cut off", null), false, pass =>
        {
            var changes = new Changes();
            var crossing = pass.Edges.Where(e => e.Receiver.Place?.Index == cut && IndexAfter(pass, e.Node) > cut);
            foreach (var edge in crossing)
            {
                changes.Nodes.TryAdd(pass.Backward.MessageOf(edge)!, edge.Receiver.Scaled(0));
            }

            return changes;
        });
        return probe.Pass.Predict(edit) is { } predicted
            && predicted.All(p => QuickRun.IsNear(probe.Received(p.Key), p.Value));
    }

    // The step of the next value on the way that has one.
    private static int? IndexAfter(BackwardPass pass, Node node) => node.Place is var (_, index)
        ? index
        : pass.Backward.Consumers(node).Where(pass.Network.Contains).Select(n => IndexAfter(pass, n)).Max();

    private static string Series(string name) => name.TrimEnd([.. "0123456789"]);
}
