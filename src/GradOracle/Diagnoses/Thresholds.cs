using System.Globalization;
using GradOracle.Cases;

namespace GradOracle.Diagnoses;

/// <summary>Finds out beyond which numbers a derivation is wrong: what is cut at a limit, or taken for 0 below
/// one.</summary>
/// <remarks>
/// A right case is scaled, all of it or a tensor alone, until it is wrong, and the scale between is bisected. A limit
/// is what is the same there in cases of other sizes and numbers: the largest entry of some value, or its smallest. It
/// is believed where an edit with it gives what was received, on both sides.
/// </remarks>
internal sealed class Thresholds
{
    private const int Cases = 3;
    private const int Bisections = 60;
    private const int MostKnobs = 8;
    private const int MostCandidates = 10;
    private const int LeastWrong = 3;
    private const double SameLimit = 1e-4;
    private static readonly double[] s_up = [2, 4, 6, 8, 10, 13, 16, 20, 30];
    private static readonly double[] s_down =
        [-3, -6, -10, -15, -20, -30, -50, -100, -200, -400, -700, -1000, -1025, -1050];

    private readonly Derivation _derivation;
    private readonly Func<QuickRun, bool> _isWrong;
    private readonly List<CaseStack> _cases;
    private readonly bool _isForward;

    private Thresholds(Derivation derivation, CaseStack failing, Func<QuickRun, bool> isWrong, bool isForward)
    {
        (_derivation, _isWrong, _isForward) = (derivation, isWrong, isForward);
        var seed = failing.FirstSeed ^ 0x7123;
        _cases = [.. DiagnosticCases.Scenarios(failing).Take(Cases).Select(s => CaseGenerator.Generate(new(s, CaseKind.Real, ElementType.Float64, seed += 1000)))];
    }

    /// <summary>What is the matter with gradients; null where no limit is found.</summary>
    public static Finding? OfGradients(Derivation derivation, CaseStack failing, IReadOnlyList<string> wrong) =>
        wrong.Count == 0
            ? null
            : new Thresholds(derivation, failing, p => wrong.Any(p.IsWrong), isForward: false).Find();

    /// <summary>What is the matter with the output; null where no limit is found.</summary>
    public static Finding? OfOutput(Derivation derivation, CaseStack failing) =>
        new Thresholds(derivation, failing, p => p.IsOutputWrong, isForward: true).Find();

    private Finding? Find()
    {
        if (_cases.Count < Cases)
        {
            return null;
        }

        foreach (var knob in Knobs())
        {
            foreach (var ladder in (double[][])[s_up, s_down])
            {
                if (Transition(_cases[0], knob, ladder) is not { } first)
                {
                    continue;
                }

                List<(CaseStack Case, double Wrong)> boundaries =
                    [(_cases[0], Bisected(_cases[0], knob, first.Right, first.Wrong))];
                foreach (var other in _cases.Skip(1))
                {
                    // Of few entries one may be beyond the limit already, or all far from it.
                    var isUp = first.Wrong > first.Right;
                    if (((double[][])[ladder, s_up, s_down]).Select(l => Transition(other, knob, l)).FirstOrDefault(
                            t => t is { } at && at.Wrong > at.Right == isUp) is { } found)
                    {
                        boundaries.Add((other, Bisected(other, knob, found.Right, found.Wrong)));
                    }
                }

                if (boundaries.Count == Cases && Told(boundaries, knob, first.Wrong > first.Right) is { } finding)
                {
                    return finding;
                }
            }
        }

        return null;
    }

    // Everything together, then each tensor alone.
    private IEnumerable<IReadOnlyList<string>> Knobs()
    {
        var specs = _cases[0].Scenario.Tensors.Where(s => s.Holds.AreNumbers && s.Role != TensorRole.Constant).ToList();
        yield return [.. specs.Where(s => s.Role is TensorRole.Input or TensorRole.Target).Select(s => s.Name)];
        foreach (var spec in specs.Take(MostKnobs))
        {
            yield return [spec.Name];
        }
    }

    private static CaseStack Scaled(CaseStack batch, IReadOnlyList<string> names, double exponent)
    {
        var (whole, part) = ((int)Math.Floor(exponent), exponent - Math.Floor(exponent));
        double Of(double v) => Math.ScaleB(v * Math.Pow(2, part), whole);
        return batch with { Tensors = [.. batch.Tensors.Select(t => names.Contains(t.Name) ? t.With(Array.ConvertAll(t.Values, Of)) : t)] };
    }

    private bool? IsWrong(CaseStack batch, IReadOnlyList<string> names, double exponent) =>
        QuickRun.Of(_derivation, Scaled(batch, names, exponent)) is { } probe ? _isWrong(probe) : null;

    private (double Right, double Wrong)? Transition(CaseStack batch, IReadOnlyList<string> names, double[] ladder)
    {
        var (at, isWrong) = (0.0, IsWrong(batch, names, 0));
        foreach (var next in ladder)
        {
            if (IsWrong(batch, names, next) is not { } nextIsWrong || isWrong is not { } before)
            {
                return null;
            }

            if (nextIsWrong != before)
            {
                return before ? (next, at) : (at, next);
            }

            at = next;
        }

        return null;
    }

    private double Bisected(CaseStack batch, IReadOnlyList<string> names, double right, double wrong)
    {
        for (var i = 0; i < Bisections && right != wrong; i++)
        {
            var middle = (right + wrong) / 2;
            (right, wrong) = IsWrong(batch, names, middle) == true ? (right, middle) : (middle, wrong);
        }

        return wrong;
    }

    private Finding? Told(List<(CaseStack Case, double Wrong)> boundaries, IReadOnlyList<string> knob, bool isCut)
    {
        var passes = boundaries.Select(b => new BackwardPass(Scaled(b.Case, knob, b.Wrong))).ToList();
        var candidates = new List<(string Name, Node Node, double Limit)>();
        foreach (var (name, node) in ThresholdEdits.Places(passes[0], _isForward))
        {
            var place = passes[0].Scenario.Gradients.Find(node);
            double[] extremes = [.. passes.Select(p => p.Scenario.Gradients.Nodes.ElementAtOrDefault(place) is { } there ? Extreme(p.ValueOf(there).Values, isCut) : double.NaN)];
            var (low, high) = (extremes.Min(), extremes.Max());
            if (low > 0 && double.IsFinite(high) && high - low <= SameLimit * high)
            {
                candidates.Add((name, node, Rounded(high)));
            }
        }

        var cases = boundaries.SelectMany(
            b => (isCut ? [-0.5, 0.3, 1, 2.5] : (double[])[0.5, -0.5, -2, -4]).Select(
                by => Scaled(b.Case, knob, b.Wrong + by)));
        List<QuickRun> probes = [.. cases.Select(c => QuickRun.Of(_derivation, c)).OfType<QuickRun>()];
        if (probes.Count(_isWrong) < LeastWrong)
        {
            return null;
        }

        foreach (var (_, node, limit) in candidates.OrderBy(c => Digits(c.Limit)).Take(MostCandidates))
        {
            foreach (var edit in ThresholdEdits.Of(passes[0], node, limit, isCut, _isForward))
            {
                if (probes.TrueForAll(p => IsGivenBy(p, edit)))
                {
                    return edit.Findings[0];
                }
            }
        }

        return null;
    }

    private bool IsGivenBy(QuickRun probe, Edit edit)
    {
        if (_isForward)
        {
            return probe.Pass.PredictOutput(edit) is { } output && QuickRun.IsNear(probe.Output, output);
        }

        return probe.Pass.Predict(edit) is { } predicted
            && predicted.All(p => QuickRun.IsNear(probe.Received(p.Key), p.Value));
    }

    private static double Extreme(double[] values, bool isLargest)
    {
        var sizes = values.Select(Math.Abs).Where(v => v > 0).DefaultIfEmpty(0);
        return isLargest ? sizes.Max() : sizes.Min();
    }

    // As a person would have written it.
    private static double Rounded(double limit)
    {
        foreach (var format in (string[])["G1", "G2", "G3"])
        {
            var plain = double.Parse(
                limit.ToString(format, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (Math.Abs(plain - limit) <= SameLimit * limit)
            {
                return plain;
            }
        }

        return limit;
    }

    private static int Digits(double limit) =>
        limit.ToString("E6", CultureInfo.InvariantCulture).Split('E')[0].TrimEnd('0').Length;
}
