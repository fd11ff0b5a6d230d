using System.Globalization;
using GradOracle.Messages;
using GradOracle.Oracles;
using GradOracle.Verdicts;

namespace GradOracle.Updates;

/// <summary>What a wrong update does.</summary>
internal static class UpdateExplanation
{
    /// <summary>What is wrong with an update, in one sentence: the mistake that gives what it gave at every step looked
    /// at.</summary>
    /// <param name="derivation">The derivation whose gradients it used.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="failures">Some steps that failed: the state before, and the wrong one after.</param>
    public static string? Of(
        Derivation derivation, UpdateRule rule, IReadOnlyList<(UpdateState Before, UpdateState After)> failures)
    {
        if (failures.Count == 0)
        {
            return null;
        }

        var wrong = Comparison.Of(derivation, failures[0].Before.Case).Describe(0);
        if (wrong.Verdict >= Verdict.Disagrees)
        {
            var names = wrong.Tensors.Where(t => t.Verdict >= Verdict.Disagrees).Select(t => t.Name).DefaultIfEmpty("Ŷ");
            return $"the gradients are wrong already ({string.Join(", ", names)}): check the derivation first";
        }

        var fitting = UpdateMistake.All.Where(
            m => failures.All(f => Fits(m.Step(f.Before, rule, Autograd.Differentiate), f.Before, f.After, rule)))
            .Select(m => m.Summary)
            .ToList();
        if (fitting.Count == 0 && Multiple(failures, rule) is { } factor)
        {
            fitting.Add($"the rate is multiplied by {NumberFormat.Full(factor)}");
        }

        return fitting.Count == 0
            ? $"diagnosis: none; no mistake that is known gives these weights"
            : $"diagnosis: {string.Join(", or ", fitting)} (in {failures.Count} {(failures.Count == 1 ? "step" : "steps")})";
    }

    // The right step so many times, where there is such a number: by least squares, and then to few digits.
    private static double? Multiple(IReadOnlyList<(UpdateState Before, UpdateState After)> failures, UpdateRule rule)
    {
        var (dots, squares) = (0.0, 0.0);
        foreach (var (before, after) in failures)
        {
            var right = new SgdUpdate().Step(before, rule, Autograd.Differentiate);
            for (var i = 0; i < right.Weights.Count; i++)
            {
                for (var j = 0; j < right.Weights[i].Length; j++)
                {
                    var step = right.Weights[i].Values[j] - before.Weights[i].Values[j];
                    dots += step * (after.Weights[i].Values[j] - before.Weights[i].Values[j]);
                    squares += step * step;
                }
            }
        }

        var exact = dots / squares;
        return Enumerable.Range(1, 12).Select(
            digits => double.Parse(
                exact.ToString($"G{digits}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)).Cast<double?>()
            .FirstOrDefault(
                f => failures.All(
                    e => Fits(
                        UpdateMistake.Scaled(f!.Value).Step(e.Before, rule, Autograd.Differentiate),
                        e.Before,
                        e.After,
                        rule)));
    }

    // A wrong formula rounds about as often as the right one, perhaps at larger numbers.
    private static bool Fits(UpdateState candidate, UpdateState before, UpdateState received, UpdateRule rule)
    {
        var bound = UpdateBound.OfRoundings(before, before, Autograd.Differentiate(before.Case), rule);
        bool Agree(TensorStack a, TensorStack b, double[] allowed) =>
            Enumerable.Range(0, a.Length).All(
                j => Math.Abs(a.Values[j] - b.Values[j]) <= 2 * allowed[j]
                    + 8 * before.Case.Type.UnitRoundoff * Math.Abs(b.Values[j]));
        return received.Weights.Zip(candidate.Weights).All(p => Agree(p.First, p.Second, bound.OfWeights(p.First.Name)))
            && received.Buffers.Zip(candidate.Buffers).All(p => Agree(p.First, p.Second, bound.OfBuffer(p.First.Name)));
    }
}
