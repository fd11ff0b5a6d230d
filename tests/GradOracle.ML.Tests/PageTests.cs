using System.Text.RegularExpressions;
using GradOracle.Tests;
using Microsoft.ML.Trainers;
using NUnit.Framework;

namespace GradOracle.ML.Tests;

/// <summary>What the page shows is what runs.</summary>
public sealed class PageTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Repository.Root, "src", "docs", "mlnet.md"));

    [Test]
    public void Every_example_of_the_page_is_compiled_and_run()
    {
        var source = Bare(
            File.ReadAllText(Path.Combine(Repository.Root, "tests", "GradOracle.ML.Tests", "PageExamples.cs")));
        var blocks = Regex.Matches(
            s_page,
            "```csharp\n(.*?)```",
            RegexOptions.Singleline).Select(m => Bare(m.Groups[1].Value)).ToList();

        Assert.That(blocks, Has.Count.EqualTo(5));
        Assert.That(blocks.Where(block => !source.Contains(block, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void The_report_of_the_page_is_what_is_found()
    {
        var found = LossCheck.Of(
            new TweedieLoss(1.5),
            (Node o, Node y) => 2 * y.Hadamard(o.Rsqrt()) + 2 * o.Sqrt() - 4 * y.Sqrt(),
            new() { Lowest = 0.125, Highest = 8, Labels = [0.5f, 1, 2] });

        Assert.That(found.Findings, Is.Not.Empty);
        Assert.That(found.Findings.Where(finding => !s_page.Contains(finding, StringComparison.Ordinal)), Is.Empty);
    }

    private static string Bare(string code) => Regex.Replace(code, @"\s+", " ").Trim();
}
