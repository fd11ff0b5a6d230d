using GradOracle.Reports;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>What a check says of its shapes and values is so.</summary>
[Category("Quick")]
[Parallelizable]
public sealed class CoverageTests
{
    [TestCase("1 1 1", "all ones")]
    [TestCase("1 2 3", "1 for n alone")]
    [TestCase("2 1 3|2 3 1", "1 for h, m alone")]
    [TestCase("1 1 2", "")]
    [TestCase("2 3 4", "")]
    [TestCase("2 2 3", "n=h")]
    [TestCase("3 2 3", "n=m")]
    [TestCase("2 2 3|2 3 3", "n=h, h=m")]
    [TestCase("2 2 3|2 3 2|3 2 2", "every pair equal")]
    [TestCase("2 2 2", "every pair equal; all equal")]
    [TestCase("12 2 3", "")]
    [TestCase("13 2 3", "up to n=13")]
    [TestCase("2 17 3|2 33 4|20 5 6", "up to n=20, h=33")]
    public void Of_shapes_it_says_what_there_was_and_nothing_else(string drawn, string told)
    {
        Shape[] shapes = [.. drawn.Split('|').Select(ShapeOf)];

        var expected = $"shapes: {shapes.Length} in all{(told.Length == 0 ? "" : "; ")}{told}";

        Assert.That(Coverage.Of([Suite(CaseKind.Real, [], shapes)]), Is.EqualTo(new[] { expected }));
    }

    [Test]
    public void A_shape_of_two_suites_is_counted_once_and_values_are_told_by_kind()
    {
        var lines = Coverage.Of(
        [
            Suite(CaseKind.Exact, ["", "k=2"], ShapeOf("2 3 4")),
            Suite(CaseKind.Real, ["tiny", "hot", ""], ShapeOf("2 3 4"), ShapeOf("2 3 5")),
            Suite(CaseKind.Real, ["hot"], ShapeOf("2 3 5")),
        ]);

        Assert.That(
            lines, Is.EqualTo(new[] { "shapes: 2 in all", "values: exact plain, k=2; real plain, hot, tiny" }));
    }

    private static Shape ShapeOf(string sizes) =>
        new("nhm".Zip(sizes.Split(' '), (name, size) => ($"{name}", int.Parse(size, null))));

    private static SuiteResult Suite(CaseKind kind, string[] values, params Shape[] shapes) => new()
    {
        Loss = Samples.SquaredError,
        Kind = kind,
        Type = ElementType.Float64,
        Shapes = [.. shapes.Select(shape => new ShapeResult(shape, 1, Verdict.Agrees, 0))],
        Values = values,
        Counts = new Dictionary<Verdict, int> { [Verdict.Agrees] = shapes.Length },
        WorstErrorInBounds = 0,
        FalseAcceptLog2 = null,
        Evidence = new Evidence(),
        Elapsed = TimeSpan.Zero,
        Findings = [],
    };
}
