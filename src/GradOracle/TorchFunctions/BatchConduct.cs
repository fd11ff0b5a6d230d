using GradOracle.Messages;
using TorchSharp;

namespace GradOracle.TorchFunctions;

/// <summary>A batch against its examples one by one: outputs and gradients of the inputs that are batches.</summary>
internal static class BatchConduct
{
    private const int MostExamples = 64;

    /// <summary>The first output or gradient that is another one alone; empty where none is.</summary>
    public static List<Conduct.Finding> Of(TorchSubject subject, AnalyticPass pass, BackwardOptions options)
    {
        var upstream = Conduct.Upstream(pass, options.Seed);
        var together = pass.Backward(upstream);
        var count = subject.Inputs[options.Batch[0]].shape.FirstOrDefault();
        if (options.Batch.Any(i => subject.Inputs[i].shape.FirstOrDefault() != count)
            || pass.Sizes.Any(s => s.FirstOrDefault() != count))
        {
            throw new BackwardTrouble(
                $"the batch has {count} examples in input {options.Batch[0]}, but not in every other batch and every output.");
        }

        for (var i = 0; i < Math.Min(count, MostExamples); i++)
        {
            using var scope = torch.NewDisposeScope();
            using var one = TorchSubject.Of(subject.Name, [.. subject.Inputs.Select((t, k) => options.Batch.Contains(k)
                ? t.narrow(0, i, 1)
                : t)], subject.Call);
            using var alone = new AnalyticPass(one);
            var gradients = alone.Backward([.. upstream.Select(v => Example(v, i, count))]);
            for (var k = 0; k < alone.Values.Length; k++)
            {
                var inBatch = Example(pass.Values[k], i, count);
                if (Apart(
                        $"{subject.OutputWord} {pass.Selected[k]}",
                        inBatch,
                        alone.Values[k],
                        alone.Sizes[k]) is { } output)
                {
                    return [output];
                }
            }

            for (var j = 0; j < one.Leaves.Count; j++)
            {
                var leaf = one.Leaves[j];
                var isBatch = options.Batch.Any(k => leaf.Name == $"input {k}");
                if (!isBatch)
                {
                    continue;
                }

                var inBatch = Example(Conduct.Demand(subject.Leaves[j], together[j]), i, count);
                if (Apart(
                        $"the gradient of {leaf.Name}",
                        inBatch,
                        Conduct.Demand(leaf, gradients[j]),
                        leaf.Sizes) is { } gradient)
                {
                    return [gradient];
                }
            }

            Conduct.Finding? Apart(string what, double[] inBatch, double[] alone, long[] sizes)
            {
                var allowed = Conduct.Tolerance * Math.Max(Entries.Largest(inBatch), Entries.Largest(alone));
                var at = Enumerable.Range(0, alone.Length).FirstOrDefault(
                    e => !(Math.Abs(inBatch[e] - alone[e]) <= allowed), -1);
                return at < 0 ? null : new(
                    Verdict.Disagrees,
                    $"example {i} depends on its neighbours in the batch: {what}{Entries.Index(sizes, at)} is "
                    + $"{NumberFormat.Full(inBatch[at])} in the batch and {NumberFormat.Full(alone[at])} alone.");
            }
        }

        return [];
    }

    private static double[] Example(double[] values, int index, long count)
    {
        var length = (int)(values.Length / count);
        return values[(index * length)..((index + 1) * length)];
    }
}
