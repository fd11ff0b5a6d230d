using GradOracle.Messages;

namespace GradOracle.TorchFunctions;

/// <summary>What every backward pass must do before its numbers are worth comparing.</summary>
internal static class Conduct
{
    /// <summary>How far apart, beside the largest entry, two ways to the same value may be.</summary>
    public const double Tolerance = 1024.0 / (1L << 53);

    /// <summary>A finding and what it makes of the verdict.</summary>
    public readonly record struct Finding(Verdict Verdict, string Text);

    /// <summary>A random upstream gradient, the gradients from it, and what is wrong at first sight.</summary>
    public sealed record FirstPass(double[][] Upstream, double[][] Gradients, List<Finding> Findings);

    /// <summary>The gradient of a leaf, if it is there and finite.</summary>
    /// <exception cref="BackwardTrouble">It is not.</exception>
    public static double[] Demand(Variable leaf, double[]? gradient)
    {
        if (gradient is null)
        {
            throw new BackwardTrouble(
                $"{leaf.Name} gets no gradient: it is not used, or its gradient is null, disposed by a scope, or cut off (detach, no_grad).");
        }

        var at = Array.FindIndex(gradient, g => !double.IsFinite(g));
        return at < 0
            ? gradient
            : throw new BackwardTrouble(
                $"the gradient of {leaf.Name}{Entries.Index(leaf.Sizes, at)} is {NumberFormat.Full(gradient[at])}.");
    }

    /// <summary>The gradients of all leaves.</summary>
    public static double[][] Demand(IReadOnlyList<Variable> leaves, double[]?[] gradients) =>
        [.. leaves.Select((l, j) => Demand(l, gradients[j]))];

    /// <summary>One backward pass from a random upstream gradient, and what is wrong with it at first sight.</summary>
    /// <remarks>
    /// A second call, with its own forward pass, takes −2 times the upstream gradient: multiplied by a power of two,
    /// code that is linear in it gives −2 times the gradient to the last bit. One pass so tells jitter, a forgotten
    /// upstream gradient and state.
    /// </remarks>
    public static FirstPass Of(TorchSubject subject, AnalyticPass pass, ulong seed)
    {
        var findings = new List<Finding>();
        var upstream = Upstream(pass, seed);
        Unchanged(subject, "forward", findings);
        var first = Demand(subject.Leaves, pass.Backward(upstream));
        Unchanged(subject, "backward", findings);
        using var again = new AnalyticPass(subject);
        if (!again.Selected.SequenceEqual(pass.Selected) || !Same(again.Values, pass.Values))
        {
            var part = subject.Drawing() is { Length: > 0 } drawing ? $" ({drawing} is in training mode)" : "";
            throw new BackwardTrouble(
                $"the code draws anew at every call{part}: the same inputs gave other outputs; seed it or check in eval mode.");
        }

        var second = Demand(subject.Leaves, again.Backward(Times(-2, upstream)));
        if (!Same(Times(-2, first), second))
        {
            findings.AddRange(WhyNotLinear(subject, again, upstream, first, second));
        }

        return new(upstream, first, findings);
    }

    /// <summary>From a zero upstream gradient, zero.</summary>
    public static Finding? OfZero(TorchSubject subject, AnalyticPass pass)
    {
        var zero = Demand(subject.Leaves, pass.Backward([.. pass.Values.Select(v => new double[v.Length])]));
        for (var j = 0; j < zero.Length; j++)
        {
            var at = Array.FindIndex(zero[j], g => g != 0);
            if (at >= 0)
            {
                var leaf = subject.Leaves[j];
                return new(Verdict.Disagrees, $"a zero upstream gradient gives {leaf.Name}{Entries.Index(leaf.Sizes, at)} the gradient "
                    + $"{NumberFormat.Full(zero[j][at])}: is the upstream gradient multiplied in?");
            }
        }

        return null;
    }

    private static IEnumerable<Finding> WhyNotLinear(
        TorchSubject subject, AnalyticPass again, double[][] upstream, double[][] first, double[][] scaled)
    {
        var repeated = Demand(subject.Leaves, again.Backward(upstream));
        for (var j = 0; j < first.Length; j++)
        {
            var (leaf, at) = (subject.Leaves[j], Difference(first[j], repeated[j]));
            if (at >= 0)
            {
                return [new(Verdict.Disagrees, $"backward is not deterministic: the gradient of {leaf.Name}{Entries.Index(leaf.Sizes, at)} "
                    + $"is {NumberFormat.Full(first[j][at])} at one call and {NumberFormat.Full(repeated[j][at])} at the next.")];
            }
        }

        if (OfZero(subject, again) is { } finding)
        {
            return [finding];
        }

        for (var j = 0; j < first.Length; j++)
        {
            var (leaf, allowed) = (subject.Leaves[j], Tolerance * Entries.Largest(scaled[j]));
            var at = Enumerable.Range(0, first[j].Length).FirstOrDefault(
                e => !(Math.Abs(scaled[j][e] + 2 * first[j][e]) <= allowed), -1);
            if (at >= 0)
            {
                return [new(Verdict.Disagrees, $"backward is not linear in the upstream gradient: −2 times it takes {leaf.Name}"
                    + $"{Entries.Index(leaf.Sizes, at)} from {NumberFormat.Full(first[j][at])} to {NumberFormat.Full(scaled[j][at])}.")];
            }
        }

        return [];
    }

    private static double[][] Times(double factor, double[][] values) =>
        [.. values.Select(v => v.Select(x => factor * x).ToArray())];

    /// <summary>A random upstream gradient.</summary>
    public static double[][] Upstream(AnalyticPass pass, ulong seed) =>
        [.. pass.Values.Select((v, k) => Entries.Random(seed, k, v.Length))];

    private static void Unchanged(TorchSubject subject, string when, List<Finding> findings)
    {
        foreach (var leaf in subject.Leaves.Concat(subject.Others).Where(l => l.IsChanged))
        {
            leaf.Restore();
            findings.Add(new(Verdict.Disagrees, $"{when} modifies {leaf.Name} in place: work on a copy (clone)."));
        }
    }

    private static bool Same(double[][] a, double[][] b) =>
        a.Length == b.Length && a.Zip(b).All(p => Difference(p.First, p.Second) < 0);

    private static int Difference(double[] a, double[] b)
    {
        if (a.Length != b.Length)
        {
            return 0;
        }

        for (var e = 0; e < a.Length; e++)
        {
            if (BitConverter.DoubleToInt64Bits(a[e]) != BitConverter.DoubleToInt64Bits(b[e]))
            {
                return e;
            }
        }

        return -1;
    }
}
