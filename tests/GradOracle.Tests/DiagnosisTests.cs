using GradOracle.Diagnoses;
using GradOracle.Mistakes;
using NUnit.Framework;

namespace GradOracle.Tests;

public sealed class DiagnosisTests
{
    private static IEnumerable<TestCaseData> Mistakes() => MistakeCatalog.All.Select(m => new TestCaseData(m).SetName($"Diagnosis of {m.Name}"));

    [TestCaseSource(nameof(Mistakes))]
    public void Every_mistake_is_named_for_what_it_is_and_nothing_is_left_of_it(Mistake mistake)
    {
        var diagnosis = Diagnostician.Of(mistake, Samples.Exact(Samples.Unequal))!;

        Assert.That(diagnosis.Unexplained, Is.Empty);
        Assert.That(diagnosis.Explanations.Select(e => e.Sentence), Is.EqualTo(new[] { mistake.Diagnosis }));
        Assert.That(diagnosis.Explanations[0].Residual, Is.LessThan(1e-12));
    }

    [Test]
    public void A_right_derivation_has_no_diagnosis([Values("shared-weight", "shared-weight-batch")] string derivation)
    {
        foreach (var loss in Registry.Losses.All)
        {
            Assert.That(Diagnostician.Of(Registry.Derivations.Find(derivation), Samples.Real(Samples.Unequal, loss)), Is.Null);
        }
    }
}
