using GradOracle.Bounds;
using GradOracle.Cases;
using GradOracle.Gallery;
using GradOracle.Oracles;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>What the recipes of layers and of sequences have in common: how they read, and what their bounds are
/// worth.</summary>
[Parallelizable]
public sealed class RecipeTests
{
    private const double WidestMedian = 1e-9;

    private static IEnumerable<TestCaseData> Recipes() =>
        LayerRecipes.All.Concat(SequenceRecipes.All).Select(
            r => new TestCaseData(r).SetArgDisplayNames(r.Network.Name));

    [TestCaseSource(nameof(Recipes))]
    public void Half_of_all_cases_have_a_bound_below_a_billionth(object recipe)
    {
        var network = ((Recipe)recipe).Network;
        var widths = new List<double>();
        for (ulong seed = 0; seed < 40; seed++)
        {
            var scenario = ShapeDraw.Of(network, Samples.SquaredError, 12, seed, 0, CaseBudget.Drawn.Admits);
            var batch = CaseGenerator.Generate(new CaseId(scenario, CaseKind.Real, ElementType.Float64, seed));
            var (bound, gradients) = (RoundingErrors.Of(batch), Autograd.Differentiate(batch));
            widths.Add(gradients.Gradients.Max(g => 2 * bound.Of(0, g.Name).Max() / g.Values.Max(Math.Abs)));
        }

        widths.Sort();
        Assert.That(widths[widths.Count / 2], Is.LessThanOrEqualTo(WidestMedian));
    }

    [TestCaseSource(nameof(Recipes))]
    public void A_recipe_reads_forward_then_backward_and_has_its_mistakes(object recipe)
    {
        var (lines, mistakes) = (((Recipe)recipe).Lines, ((Recipe)recipe).Mistakes);

        Assert.That(lines[0], Does.StartWith("forward "));
        Assert.That(lines.Count(line => line.StartsWith("backward ", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(lines.Select(line => line.Length), Is.All.LessThanOrEqualTo(120));
        Assert.That(mistakes.Select(m => m.Name), Is.Unique);
        Assert.That(mistakes, Has.Count.InRange(2, 4));
    }
}
