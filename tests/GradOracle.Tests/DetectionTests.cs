using GradOracle.Gallery;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>The tester, tested: wrong derivations are caught, and the right tensors are named.</summary>
public sealed class DetectionTests
{
    private static readonly Shape s_equal = Samples.SizesOf(3, 3, 3, 3);

    [TestCase("X1 term dropped", "Wx")]
    [TestCase("X2 term dropped", "Wx")]
    [TestCase("sign", "Wx")]
    [TestCase("inputs swapped", "Wx")]
    [TestCase("stale activation", "Wh")]
    [TestCase("untransposed Wh", "Wx X1")]
    [TestCase("factor", "Wx Wh X1 X2")]
    public void A_mistake_is_reported_on_the_tensors_it_spoils_and_on_no_other(string mistake, string spoiled)
    {
        foreach (var batch in new[] { Samples.Exact(Samples.Unequal), Samples.Exact(s_equal), Samples.Real(Samples.Unequal), Samples.Real(s_equal) })
        {
            var comparison = Comparison.Of(new WrongOnPurpose(mistake), batch).Describe(0);

            var found = comparison.Tensors.Where(t => t.Verdict == Verdict.Disagrees).Select(t => t.Name);
            Assert.That(string.Join(' ', found), Is.EqualTo(spoiled), comparison.Name);
            Assert.That(comparison.Verdict, Is.EqualTo(Verdict.Disagrees));
        }
    }

    [Test]
    public void A_missing_transpose_disagrees_at_equal_sizes_and_has_another_size_at_unequal_ones()
    {
        var equal = Comparison.Of(new WrongOnPurpose("Wy transposed"), Samples.Exact(s_equal)).Describe(0);
        var unequal = Comparison.Of(new WrongOnPurpose("Wy transposed"), Samples.Exact(Samples.Unequal)).Describe(0);

        Assert.Multiple(() =>
        {
            Assert.That(Only(equal, "Wy").Verdict, Is.EqualTo(Verdict.Disagrees));
            Assert.That(Only(unequal, "Wy").Reason, Is.EqualTo("the derivation's gradient is 3×4, the tensor is 4×3"));
            Assert.That(unequal.Verdict, Is.EqualTo(Verdict.NotComparable));
        });
    }

    [Test]
    public void A_product_that_cannot_be_multiplied_is_a_finding_and_not_a_crash()
    {
        var comparison = Comparison.Of(
            new WrongOnPurpose("untransposed Wx"), Samples.Exact(Samples.Unequal)).Describe(0);

        Assert.That(comparison.Verdict, Is.EqualTo(Verdict.NotComparable));
        Assert.That(
            comparison.Tensors.Select(t => t.Reason),
            Is.All.StartsWith("the derivation failed: ArgumentException: Matrix dimensions must agree"));
    }

    [TestCase(double.NaN, "the derivation has NaN at [1,0]")]
    [TestCase(double.PositiveInfinity, "the derivation has infinity at [1,0]")]
    public void What_is_not_finite_is_not_comparable_and_the_place_is_named(double value, string reason)
    {
        var spoil = new Sabotaged(g => g["Wx"].Values[2] = value);
        foreach (var batch in new[] { Samples.Exact(Samples.Unequal), Samples.Real(Samples.Unequal) })
        {
            Assert.That(Only(Comparison.Of(spoil, batch).Describe(0), "Wx").Reason, Is.EqualTo(reason));
        }
    }

    [Test]
    public void A_missing_gradient_is_named_and_the_others_are_still_compared()
    {
        var comparison = Comparison.Of(new WrongOnPurpose("Wh missing"), Samples.Exact(Samples.Unequal)).Describe(0);

        Assert.Multiple(() =>
        {
            Assert.That(Only(comparison, "Wh").Reason, Is.EqualTo("the derivation gives no gradient"));
            Assert.That(
                comparison.Tensors.Where(t => t.Name != "Wh").Select(t => t.Verdict), Is.All.EqualTo(Verdict.Agrees));
            Assert.That(comparison.Tensors.Select(t => t.Name), Is.EqualTo(new[] { "Wx", "Wh", "Wy", "X1", "X2" }));
        });
    }

    [Test]
    public void A_gradient_that_a_span_derivation_never_writes_is_not_comparable()
    {
        var comparison = Comparison.Of(new Forgetful(), Samples.Exact(Samples.Unequal)).Describe(0);

        Assert.That(Only(comparison, "X2").Reason, Is.EqualTo("the derivation has NaN at [0,0]"));
    }

    [Test]
    public void Where_the_derivations_own_forward_is_not_the_networks_gradients_are_not_compared()
    {
        var comparison = Comparison.Of(
            new OwnBackprop(), Samples.Exact(Samples.Unequal, network: new Misstated())).Describe(0);

        Assert.Multiple(() =>
        {
            Assert.That(comparison.Verdict, Is.EqualTo(Verdict.NotComparable));
            Assert.That(comparison.Forward.Verdict, Is.EqualTo(Verdict.Disagrees));
            Assert.That(comparison.Tensors, Is.Empty);
            Assert.That(
                Samples.Text(new OwnBackprop(), comparison),
                Does.Contain("the forward outputs differ, so gradients are not compared"));
        });
    }

    [Test]
    public void A_check_counts_failures_and_keeps_the_smallest_with_its_replay()
    {
        var result = GradientCheck.Run(
            Samples.MissingX1Contribution,
            new CheckOptions { Cases = 8, Losses = [Samples.SquaredError], Kinds = [CaseKind.Exact] });
        var finding = result.Suites[0].Findings[0];
        var replayed = Comparison.Of(
            Samples.MissingX1Contribution, Samples.Generate(Samples.Case(finding.Name))).Describe(0);

        Assert.Multiple(() =>
        {
            Assert.That(result.Suites[0].Counts[Verdict.Disagrees], Is.EqualTo(8));
            Assert.That(result.Suites[0].FalseAcceptLog2, Is.Null);
            Assert.That(
                Cli.CommandReplay.Instance.Of(Samples.MissingX1Contribution, finding.Case),
                Is.EqualTo($"gradoracle check --derivation missing-x1-contribution --case \"{finding.Name}\""));
            Assert.That(
                Samples.Text(Samples.MissingX1Contribution, replayed),
                Is.EqualTo(Samples.Text(Samples.MissingX1Contribution, finding)));
        });
    }

    [Test]
    public void The_report_of_a_failure_reads_as_the_readme_shows_it()
    {
        var batch = Samples.Generate(Samples.Case(CaseId.Example));

        var text = Samples.Text(
            Samples.MissingX1Contribution, Comparison.Of(Samples.MissingX1Contribution, batch).Describe(0));

        Assert.That(text, Is.EqualTo(
            """
            ✗ shared-weight/squared-error n=2 h=3 m=1 B=1 exact float64 seed=2020 k=83
              Wx 3×2    6 of 6 entries differ; worst [1,0]: autograd -366038349516, derivation -1104928776
              Wh 3×3 agrees   Wy 1×3 agrees   X1 2×1 agrees   X2 2×1 agrees
              replay: gradoracle check --derivation missing-x1-contribution --case "shared-weight/squared-error n=2 h=3 m=1 B=1 exact float64 seed=2020 k=83"

            """));
    }

    private static TensorComparison Only(CaseComparison comparison, string tensor) =>
        comparison.Tensors.Single(t => t.Name == tensor);

    /// <summary>Copies all gradients but one into a batch of its own.</summary>
    private sealed class Forgetful : Derivation
    {
        public override string Name => "forgetful";

        public override string Summary => "wrong on purpose";

        public override Network Network => Samples.SharedWeight;

        public override GradientStack Differentiate(CaseStack batch)
        {
            var (right, result) = (new SharedWeightBatchBackprop().Differentiate(batch), new GradientStack(batch));
            right.Output.Values.CopyTo(result.Output.Values, 0);
            foreach (var gradient in right.Gradients.Where(g => g.Name != "X2"))
            {
                gradient.Values.CopyTo(result[gradient.Name].Values, 0);
            }

            return result;
        }
    }

    /// <summary>The shared-weight network whose forward forgets the second use of Wx.</summary>
    private sealed class Misstated : Renamed
    {
        public override Node Forward(Inputs x) => x["Wy"] * (x["Wh"] * (x["Wx"] * x["X1"]));
    }
}
