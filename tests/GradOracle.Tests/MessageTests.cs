using GradOracle.Cases;
using GradOracle.Gallery;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>The messages of failures, character for character: they are part of the product.</summary>
public sealed class MessageTests
{
    [TestCase(
        "missing-x1-contribution",
        "shared-weight/squared-error n=7 h=5 m=4 B=6 exact float64 seed=1 k=38",
        """
        ✗ shared-weight/squared-error n=7 h=5 m=4 B=6 exact float64 seed=1 k=38
          Wx 5×7    35 of 35 entries differ; worst [0,6]: autograd -691167204752, derivation -4995423884
          Wh 5×5 agrees   Wy 4×5 agrees   X1 7×6 agrees   X2 7×6 agrees
          diagnosis: the contribution of Wx on X1 is missing (residual 0 in 21 cases)
          autograd = reverse = rational = central-difference = complex-step: the derivation is the odd one out
          replay: gradoracle check --derivation missing-x1-contribution --case "shared-weight/squared-error n=7 h=5 m=4 B=6 exact float64 seed=1 k=38"
          the same failure in small: shared-weight/squared-error n=1 h=1 m=1 B=1 exact float64 seed=4 k=1
            Wx [1] Wh [-1] Wy [-1] X1 [-1] X2 [0] T [1]
            ∂Wx: autograd [2], derivation [0]
            replay: gradoracle check --derivation missing-x1-contribution --case "shared-weight/squared-error n=1 h=1 m=1 B=1 exact float64 seed=4 k=1"

        """,
        TestName = "A gradient that differs reads like this")]
    [TestCase(
        "answer-2",
        "shared-weight/squared-error n=2 h=3 m=1 B=1 exact float64 seed=2020 k=3",
        """
        ✗ shared-weight/squared-error n=2 h=3 m=1 B=1 exact float64 seed=2020 k=3
          all gradients not comparable: the derivation failed: ArgumentOutOfRangeException: Matrix dimensions must agree: op1 is 2x2, op2 is 3x2
          diagnosis: Wx stands in place of Wh in ∂L/∂H1 (residual 0 in 5 cases)
          autograd = reverse = rational = central-difference = complex-step: the derivation is the odd one out
          replay: gradoracle check --derivation answer-2 --case "shared-weight/squared-error n=2 h=3 m=1 B=1 exact float64 seed=2020 k=3"
          the same failure in small: shared-weight/squared-error n=2 h=1 m=1 B=1 exact float64 seed=2020 k=1
            Wx [-1 1] Wh [0] Wy [1] X1 [-1; 0] X2 [0; -1] T [1]
            replay: gradoracle check --derivation answer-2 --case "shared-weight/squared-error n=2 h=1 m=1 B=1 exact float64 seed=2020 k=1"

        """,
        TestName = "A derivation that fails reads like this")]
    public void An_examination_reads_like_this(string derivation, string name, string text) =>
        Assert.That(
            Samples.Examined(Catalog.Derivations.Find(derivation), CaseGenerator.Generate(Samples.Case(name))),
            Is.EqualTo(text.ReplaceLineEndings("\n")));

    [Test]
    public void Every_message_about_a_mistake_fits_a_terminal_of_forty_lines()
    {
        foreach (var mistake in MistakeCatalog.All)
        {
            var text = Samples.Examined(mistake, Samples.Exact(Samples.Unequal));
            Assert.That(text.Split('\n'), Has.Length.LessThanOrEqualTo(40), mistake.Name);
            Assert.That(text, Does.Contain($"diagnosis: {mistake.Diagnosis} (residual "), mistake.Name);
        }
    }
}
