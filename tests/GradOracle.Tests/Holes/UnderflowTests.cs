using GradOracle.Bounds;
using GradOracle.Gallery;
using GradOracle.Networks;
using GradOracle.Oracles;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests.Holes;

/// <summary>Products that underflow in one association and not in another, between functions.</summary>
public sealed class UnderflowTests
{
    // 2⁻⁵³⁷ · 2⁻⁵³⁷ is the smallest number. Taken last it is rounded once, taken first its rounding comes in each of
    // the twelve rows.
    [TestCase(1.5, Verdict.Inconclusive)]
    [TestCase(1e9 + .5, Verdict.Agrees)]
    public void What_underflows_and_is_multiplied_by_other_factors_afterwards_is_no_disagreement(
        double units, Verdict expected)
    {
        var small = Math.ScaleB(1, -537);
        var batch = Samples.Real(Samples.SizesOf(1, 1, 12, 1), Named.Losses.Find("huber"));
        (string, double)[] entries =
            [("Wx", small), ("Wh", units * small), ("Wy", 1), ("X1", 1), ("X2", 1), ("T", -5)];
        foreach (var (name, value) in entries)
        {
            batch = batch.With(name, t => [.. t.Values.Select(_ => value)]);
        }

        Assert.That(Rewritten(batch), Is.EqualTo(expected));
        Assert.That(
            Off(batch, 1e-3), Is.EqualTo(expected == Verdict.Agrees ? Verdict.Disagrees : Verdict.Inconclusive));
    }

    // (Wh Wx) X1 loses a ninth of what Wh (Wx X1) has, and X1 makes it large.
    [Test]
    public void The_theorem_of_polynomials_bounds_what_underflows_before_a_large_factor()
    {
        var batch = Samples.Real(Samples.SizesOf(1, 1, 1, 1));
        var small = Math.ScaleB(1.5, -537);
        (string, double)[] entries =
            [("Wx", small), ("Wh", small), ("Wy", 1), ("X1", Math.ScaleB(1, 540)), ("X2", 0), ("T", 0)];
        foreach (var (name, value) in entries)
        {
            batch = batch.With(name, _ => [value]);
        }

        var written = Writing.All(batch.Network).Single(w => w.Name == "(A B) C for A (B C)").Of(batch).Output.Values[0];
        var autograd = Autograd.Differentiate(batch).Output.Values[0];

        Assert.That(batch.Scenario.NeedsRunningError, Is.False);
        Assert.That(Math.Abs(written - autograd) / autograd, Is.EqualTo(1.0 / 9).Within(1e-12));
        Assert.That(2 * RoundingErrors.Of(batch).Of(0, Scenario.OutputName)[0], Is.GreaterThan(Math.Abs(written - autograd)));
    }

    [Test]
    public void A_case_with_denormal_entries_agrees_in_the_other_association()
    {
        var batch = Samples.Generate(
            Samples.Case("shared-weight/huber n=10 h=1 m=12 B=3 real float64 seed=509295 values=denormal"));

        Assert.That(Rewritten(batch), Is.EqualTo(Verdict.Agrees));
        Assert.That(Off(batch, 1e-3), Is.EqualTo(Verdict.Disagrees));
    }

    private static Verdict Rewritten(CaseStack batch)
    {
        var writing = Writing.All(batch.Network).Single(w => w.Name == "(A B) C for A (B C)");
        var comparison = Comparison.Of(batch, writing.Of(batch), Autograd.Differentiate(batch));
        return (comparison with { Again = writing.Of }).Judge(0).Verdict;
    }

    private static Verdict Off(CaseStack batch, double part) => Comparison.Of(
        new Sabotaged(g => g["X1"].Values[0] += part * g["X1"].Values.Max(Math.Abs)), batch).Judge(0).Verdict;
}
