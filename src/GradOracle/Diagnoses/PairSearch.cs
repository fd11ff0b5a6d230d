namespace GradOracle.Diagnoses;

/// <summary>Two mistakes at once: pairs whose effects add up to what was received, and a second one beside a first that
/// explains a part.</summary>
internal static class PairSearch
{
    private const int MostEdits = 1200;
    private const int MostFirst = 2;
    private const int MostSecond = 900;
    private const int MostVerified = 40;
    private const double Tolerance = 1e-9;

    /// <summary>The pairs that explain everything.</summary>
    /// <param name="observations">The observations.</param>
    /// <param name="wrong">The wrong gradients.</param>
    /// <param name="edits">The mistakes.</param>
    /// <param name="parts">Those that explain some of it.</param>
    public static IEnumerable<Candidate> Of(
        IReadOnlyList<Observation> observations,
        IReadOnlyList<string> wrong,
        IReadOnlyList<Edit> edits,
        IReadOnlyList<Candidate> parts)
    {
        var seen = observations.FirstOrDefault(
            o => o.Pass.Case is { Kind: CaseKind.Real, Values: null }
                && IsUsable(o, wrong)) ?? observations.FirstOrDefault(o => IsUsable(o, wrong));
        if (seen is null)
        {
            return [];
        }

        var likely = edits.Where(
            e => e.IsKnown
                && !e.Findings.Any(f => f.Factor is { IsPlain: false })).OrderBy(e => e.Order).Take(MostEdits).ToList();
        var pairs = Added(seen, wrong, likely).Concat(Beside(seen, wrong, likely, parts));
        return pairs.Take(MostVerified).Select(e => Candidate.Of(e, observations, wrong)).OfType<Candidate>()
            .Where(c => c.TouchesNothingElse && wrong.All(c.Tensors.Contains)).Take(1).ToList();
    }

    private static bool IsUsable(Observation o, IReadOnlyList<string> wrong) =>
        wrong.All(t => o.Received[t] is { } r && r.Sizes.Equals(o.Pass.Gradients[t].Sizes)) && wrong.Any(o.Differs);

    // What two mistakes in different terms do is what each does, added up: sought by one number that stands for all
    // entries.
    private static IEnumerable<Edit> Added(Observation seen, IReadOnlyList<string> wrong, List<Edit> edits)
    {
        var effects = edits.Select(e => (Edit: e, Effect: Effect(seen, wrong, seen.Pass.Predict(e)))).Where(
            e => e.Effect is not null && e.Effect.Any(v => v != 0))
            .DistinctBy(
                e => string.Join(
                    ' ',
                    e.Effect!.Take(6).Select(
                        v => v.ToString("G12", System.Globalization.CultureInfo.InvariantCulture)))).ToList();
        double[] target =
            [.. wrong.SelectMany(t => seen.Received[t]!.Values.Zip(seen.Pass.Gradients[t].Values, (a, b) => a - b))];
        var size = target.Max(Math.Abs);
        var sum = Standing(target);
        var sorted = effects.Select(
            e => (Value: Standing(e.Effect!), e.Edit, Effect: e.Effect!)).OrderBy(e => e.Value).ToList();
        List<(int Order, Edit Edit)> found = [];
        for (int i = 0, j = sorted.Count - 1; i < j;)
        {
            var left = sorted[i].Value + sorted[j].Value - sum;
            if (Math.Abs(left) <= Tolerance * size * target.Length
                && IsSum(target, sorted[i].Effect, sorted[j].Effect, Tolerance * size))
            {
                found.Add((sorted[i].Edit.Order + sorted[j].Edit.Order, Both(sorted[i].Edit, sorted[j].Edit)));
            }

            (i, j) = left < 0 ? (i + 1, j) : (i, j - 1);
        }

        return found.OrderBy(f => f.Order).Select(f => f.Edit);
    }

    // Where one explains some gradients, and another is put to it.
    private static IEnumerable<Edit> Beside(
        Observation seen, IReadOnlyList<string> wrong, List<Edit> edits, IReadOnlyList<Candidate> parts)
    {
        foreach (var first in parts.Where(p => p.Edit.IsKnown && !wrong.All(p.Tensors.Contains)).OrderByDescending(p => p.Tensors.Count).ThenBy(p => p.Edit.Order).Take(MostFirst))
        {
            foreach (var second in edits.Where(e => e != first.Edit).Take(MostSecond))
            {
                var both = Both(first.Edit, second);
                if (seen.Pass.Predict(both) is { } predicted
                    && wrong.All(t => seen.Residual(t, predicted, rounds: true) is not null))
                {
                    yield return both;
                }
            }
        }
    }

    private static Edit Both(Edit a, Edit b) =>
        new(Math.Max(a.Order, b.Order), [.. a.Findings, .. b.Findings], a.Rounds || b.Rounds, p =>
    {
        var changes = a.Change(p);
        var others = b.Change(p);
        foreach (var (node, replacement) in others.Nodes)
        {
            if (!changes.Nodes.TryAdd(node, replacement) && changes.Nodes[node] != replacement)
            {
                throw new InvalidOperationException("Both stand in one place.");
            }
        }

        foreach (var (tensor, replacement) in others.Gradients)
        {
            changes.Gradients.TryAdd(tensor, replacement);
        }

        return changes;
    });

    // What a mistake does to the wrong gradients; null where it does something to a right one.
    private static double[]? Effect(
        Observation seen, IReadOnlyList<string> wrong, IReadOnlyDictionary<string, TensorStack>? predicted)
    {
        if (predicted is null || predicted.Any(p => !p.Value.Sizes.Equals(seen.Pass.Gradients[p.Key].Sizes)
            || (!wrong.Contains(p.Key) && !p.Value.Values.AsSpan().SequenceEqual(seen.Pass.Gradients[p.Key].Values))))
        {
            return null;
        }

        double[] effect =
            [.. wrong.SelectMany(t => predicted[t].Values.Zip(seen.Pass.Gradients[t].Values, (a, b) => a - b))];
        return Array.TrueForAll(effect, double.IsFinite) ? effect : null;
    }

    private static double Standing(double[] effect)
    {
        var sum = 0.0;
        for (var j = 0; j < effect.Length; j++)
        {
            sum += effect[j] * Math.Cos(1.7 * j + 0.3);
        }

        return sum;
    }

    private static bool IsSum(double[] target, double[] a, double[] b, double allowed)
    {
        for (var j = 0; j < target.Length; j++)
        {
            if (!(Math.Abs(target[j] - a[j] - b[j]) <= allowed))
            {
                return false;
            }
        }

        return true;
    }
}
