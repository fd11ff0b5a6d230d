using GradOracle.Messages;

namespace GradOracle.ML.Objectives;

/// <summary>One entry of the gradient as each of the three has it.</summary>
internal readonly record struct Entry(
    int Parameter,
    double ByHand,
    double Torch,
    double ML,
    double Bound,
    double Double,
    double Terms)
{
    public bool HandAndTorch => Math.Abs(ByHand - Torch) <= Bound;

    public bool MLAndTorch => Math.Abs(ML - Torch) <= Bound;

    public bool HandAndML => Math.Abs(ByHand - ML) <= 2 * Bound;
}

/// <summary>Three gradients of one objective at random points, and who is the odd one out.</summary>
internal sealed class ThreeGradients(
    string subject,
    Objective objective,
    LbfgsInside inside,
    Func<double[],
    double[]> byHand)
{
    private readonly ObjectiveGraph _graph = new(objective);
    private readonly List<Entry> _entries = [];
    private readonly List<(double[] Parameters, double[] ByHand, double[] Expected)> _points = [];

    public MLResult At(int points, int seed)
    {
        var random = new Random(seed);
        for (var p = 0; p < points; p++)
        {
            // Floats, so that ML.NET is asked at the same point.
            var point = Enumerable.Range(0, objective.Parameters).Select(_ => (float)(2 * random.NextDouble() - 1));
            Look([.. point.Select(p => (double)p)]);
        }

        var findings = Findings().ToList();
        var verdict = _entries.Any(e => !e.HandAndTorch && !e.HandAndML) ? Verdict.Disagrees
            : findings.Count > 0 ? Verdict.OraclesDisagree
            : _entries.All(e => !(e.Bound <= 0.01 * Math.Max(Math.Abs(e.Torch), e.Terms))) ? Verdict.Inconclusive
            : Verdict.Agrees;
        return new(subject, verdict, Summary(points), findings, [.. Remarks()]);
    }

    private void Look(double[] parameters)
    {
        var mine = byHand([.. parameters]);
        if (mine is null || mine.Length != objective.Parameters)
        {
            throw new BadInputException(
                $"The gradient by hand has {mine?.Length ?? 0} entries, the objective "
                    + $"{objective.Parameters} parameters: {objective.Outputs} biases and "
                    + $"{objective.Outputs} times {objective.Width} weights.");
        }

        var (torch, ml) = (_graph.AutogradAt(parameters), inside.GradientAt(parameters));
        var (single, inDouble) = (
            _graph.BoundsAt(parameters, ElementType.Float32),
            _graph.BoundsAt(parameters, ElementType.Float64));
        var terms = _graph.TermsAt(parameters);
        _points.Add((parameters, mine, torch));
        for (var i = 0; i < mine.Length; i++)
        {
            _entries.Add(new(i, mine[i], torch[i], ml[i], single[i], 2 * inDouble[i], terms[i]));
        }
    }

    private string Summary(int points)
    {
        var told = _entries.Max(e => Math.Abs(e.ML - e.Torch) / e.Bound);
        var inUnits = _entries.Max(e => Math.Abs(e.ML - e.Torch) / e.Terms) / ElementType.Float32.UnitRoundoff;
        return string.Concat(
            $"{objective.Parameters} entries at {points} random points, {objective.Count} examples, l2 "
                + $"{NumberFormat.Full(objective.L2)}: ",
            $"ML.NET's own gradient is at most {NumberFormat.Short(told)} of the bound from autograd, "
                + $"{NumberFormat.Short(inUnits)} × 2⁻²⁴ Σ|terms|; ",
            $"that by hand at most {NumberFormat.Short(_entries.Max(e => Math.Abs(e.ByHand - e.Torch) / e.Bound))}. ",
            "The bound: a running error analysis of the objective's steps in float.");
    }

    // An entry is told by the pair that agrees.
    private IEnumerable<string> Findings()
    {
        Entry? Worst(Func<Entry, bool> isOff, Func<Entry, double> by) =>
            _entries.Where(isOff) is var off && off.Any() ? off.MaxBy(by) : null;
        if (Worst(e => !e.HandAndTorch && !e.HandAndML && e.MLAndTorch, e => Size(e.ByHand - e.Torch, e)) is { } mine)
        {
            yield return $"The gradient by hand is the odd one out: {Numbers(mine)}. {Likeness()}".TrimEnd();
        }

        if (Worst(e => e.HandAndTorch && !e.MLAndTorch, e => Size(e.ML - e.Torch, e)) is { } theirs)
        {
            yield return $"ML.NET's own gradient is the odd one out: {Numbers(theirs)}.";
        }

        if (Worst(e => !e.HandAndTorch && e.HandAndML && !e.MLAndTorch, e => Size(e.ML - e.Torch, e)) is { } torch)
        {
            yield return $"TorchSharp's gradient of the objective is the odd one out: {Numbers(torch)}.";
        }

        if (Worst(e => !e.HandAndTorch && !e.HandAndML && !e.MLAndTorch, e => Size(e.ML - e.Torch, e)) is { } all)
        {
            yield return $"No two of the three agree: {Numbers(all)}.";
        }
    }

    private static double Size(double difference, Entry entry) =>
        double.IsNaN(difference) ? double.PositiveInfinity : Math.Abs(difference) / entry.Bound;

    private string Numbers(Entry e) => string.Concat(
        $"of {objective.NameOf(e.Parameter)} by hand {NumberFormat.Full(e.ByHand)}, TorchSharp "
            + $"{NumberFormat.Full(e.Torch)}, ",
        $"ML.NET {NumberFormat.Full(e.ML)}, ± {NumberFormat.Width(e.Bound)}");

    private string? Likeness() => Mistaken.All
        .Where(mistake => _points.TrueForAll(p => mistake.IsLike(objective, p.Parameters, p.ByHand, p.Expected)))
        .Select(mistake => mistake.Sentence).FirstOrDefault();

    private IEnumerable<string> Remarks()
    {
        var isInFloat = _entries.Any(e => e.HandAndTorch && !(Math.Abs(e.ByHand - e.Torch) <= e.Double));
        if (isInFloat)
        {
            yield return "the gradient by hand differs from autograd by more than double arithmetic "
                + "explains, and is taken for float";
        }

        if (inside.L1 > 0)
        {
            yield return $"L1 is {NumberFormat.Full(inside.L1)}, which is its default; it is no part of "
                + $"this gradient, but it is of what the trainer minimises";
        }
    }
}
