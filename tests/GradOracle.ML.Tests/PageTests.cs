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

        Assert.That(blocks, Has.Count.EqualTo(6));
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

    [Test]
    public void The_table_of_the_page_is_what_the_command_prints()
    {
        FactorizationTests.RequireAvx();
        using var output = new StringWriter { NewLine = "\n" };
        Cli.MLCommand.Run(["check"], output, TextWriter.Null);
        var (table, reports) = (output.ToString().Split("\n\n")[0].Split('\n'), output.ToString().Split("\n\n")[1..^1]);

        Assert.That(table, Has.Length.EqualTo(14));
        Assert.That(reports, Has.Length.EqualTo(2));
        var lines = table.Concat(reports.SelectMany(report => report.Split('\n')));
        Assert.That(lines.Where(line => !s_page.Contains($"    {line}\n", StringComparison.Ordinal)), Is.Empty);
    }

    private static string Bare(string code) => Regex.Replace(code, @"\s+", " ").Trim();
}
