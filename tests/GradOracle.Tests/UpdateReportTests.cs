using GradOracle.Cases;
using GradOracle.Reports;
using GradOracle.Updates;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>A run of updates as its readers meet it.</summary>
public sealed class UpdateReportTests
{
    private static readonly CaseStack s_real = Samples.Real(Samples.Unequal);

    [Test]
    public void A_curve_starts_at_its_largest_loss_ends_at_its_smallest_and_fits_80_columns()
    {
        var lines = LossCurve.Of([.. Enumerable.Range(0, 1001).Select(k => 1000 - (double)k)]);

        Assert.That(lines, Has.Count.EqualTo(7));
        Assert.That(lines.Select(l => l.Length), Is.All.LessThanOrEqualTo(80));
        Assert.That(lines[0], Does.StartWith("    1E+03 ┤⠉"));
        Assert.That(lines[5], Does.StartWith("        0 ┤ ").And.EndsWith("⣀"));
        Assert.That(lines[6], Does.StartWith("           0 ").And.EndsWith(" 1000"));
    }

    [Test]
    public void A_wide_range_of_losses_is_drawn_in_logarithms_and_says_so()
    {
        // Halved at every step: a straight line.
        var lines = LossCurve.Of([.. Enumerable.Range(0, 60).Select(k => Math.ScaleB(1, -k))]);

        Assert.That(lines[6], Does.StartWith("log scale  0"));
        Assert.That(lines.Take(6).Select(l => l.Length - 11), Is.EqualTo(new[] { 11, 22, 31, 41, 50, 60 }).Within(2));
    }

    [Test]
    public void Losses_that_are_not_finite_are_left_out_of_the_curve()
    {
        Assert.That(LossCurve.Of([double.NaN]), Is.Empty);
        Assert.That(LossCurve.Of([1, 2, double.PositiveInfinity])[0], Does.StartWith("        2 ┤ "));
        Assert.That(LossCurve.Of([7])[6], Is.EqualTo("           0"));
    }

    [Test]
    public void A_run_that_agrees_reads_like_this()
    {
        var batch = CaseGenerator.Generate(
            Samples.Case("shared-weight/squared-error n=2 h=3 m=1 B=2 exact float64 seed=2020 k=1"));

        var text = UpdateText.Of(
            UpdateRun.Of(new OwnBackprop(), batch, new UpdateRule(1 / 64.0, 0.5), 2), Cli.CommandReplay.Instance);

        Assert.That(text, Does.StartWith("shared-weight/squared-error n=2 h=3 m=1 B=2 exact float64 seed=2020 k=1\nsgd, rate 2^-6, momentum 2^-1; 2 steps\n\n        9 ┤"));
        Assert.That(text, Does.Contain(
            """
               step            loss by hand           loss by torch  step/bound  run/bound
                  0                       9                       9           –          –
                  1       3.139798028685618       3.139798028685618       exact          0
            """.ReplaceLineEndings("\n")));
        Assert.That(text, Does.EndWith(
            """

            ✓ the update by hand agrees with torch.optim.SGD: 2 steps from the same weights bit for bit; the two runs end at the same weights.
              replay: UpdateCheck.Replay(new OwnBackprop(), "shared-weight/squared-error n=2 h=3 m=1 B=2 exact float64 seed=2020 k=1", new UpdateRule(0.015625, 0.5, 0), 2)

            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public void A_run_that_disagrees_reads_like_this()
    {
        var result = UpdateRun.Of(
            new OwnBackprop(),
            s_real,
            new UpdateRule(0.25, 0.5),
            3,
            UpdateMistake.All.Single(m => m.Name == "dampened-momentum"));

        var text = UpdateText.Finding(result);

        Assert.That(text, Does.StartWith("✗ the update by hand disagrees with torch.optim.SGD: step 2 from the same weights.\n✗ shared-weight/squared-error n=2 h=3 m=4 B=5 real float64 seed=1\n  Wx 3×2    6 of 6 entries differ; worst ["));
        Assert.That(
            text,
            Does.Contain(": torch.optim.SGD ").And.Contain(", by hand ").And.Contain(" where rounding explains "));
        Assert.That(text, Does.Contain("\n  diagnosis: the momentum is dampened: v ← μ v + (1 − μ) g (in 2 steps)\n  replay: UpdateCheck.Replay(new OwnBackprop(), \"shared-weight/squared-error n=2 h=3 m=4 B=5 real float64 seed=1\", new UpdateRule(0.25, 0.5, 0), 3, new UpdateMistake(…))\n"));
    }

    [Test]
    public void A_reported_update_holds_a_loss_more_than_there_are_steps_and_the_diagnosis()
    {
        var result = UpdateRun.Of(new OwnBackprop(), s_real, new UpdateRule(0.01), 5, UpdateMistake.All[0]);

        var reported = UpdateText.Reported(result);

        Assert.That(
            (
                reported.Losses.Count,
                reported.ExpectedLosses.Count,
                reported.StepErrorsInBounds.Count,
                reported.TrajectoryErrorsInBounds.Count),
            Is.EqualTo((6, 6, 5, 5)));
        Assert.That(reported.Sentence, Is.EqualTo("the update by hand disagrees with torch.optim.SGD: step 1 from the same weights; diagnosis: the sign is wrong: W ← W + η v (in 3 steps)."));
        Assert.That((reported.Verdict, reported.Rule), Is.EqualTo((Verdict.Disagrees, "sgd, rate 0.01")));
        Assert.That(
            JsonReport.Of(Report.Of("run", [], [], reported)),
            Is.EqualTo(
                JsonReport.Of(
                    Report.Of(
                        "run",
                        [],
                        [],
                        UpdateText.Reported(
                            UpdateRun.Of(new OwnBackprop(), s_real, new UpdateRule(0.01), 5, UpdateMistake.All[0]))))));
    }
}
