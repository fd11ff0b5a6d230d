using System.Text.RegularExpressions;
using GradOracle.Gallery;
using GradOracle.Tests;
using NUnit.Framework;

namespace GradOracle.Onnx.Tests;

/// <summary>What the page shows is what runs.</summary>
public sealed class PageTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Repository.Root, "src", "docs", "onnx.md"));

    [Test]
    public void Every_example_of_the_page_is_compiled_and_run()
    {
        var source = Bare(
            File.ReadAllText(Path.Combine(Repository.Root, "tests", "GradOracle.Onnx.Tests", "PageExamples.cs")));
        var blocks = Regex.Matches(s_page, "```csharp\n(.*?)```", RegexOptions.Singleline)
            .Select(m => Bare(m.Groups[1].Value)).ToList();

        Assert.That(blocks, Has.Count.EqualTo(4));
        Assert.That(blocks.Where(block => !source.Contains(block, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void The_report_of_a_wrong_export_is_what_is_found()
    {
        var network = Catalog.Networks.Find("perceptron-tanh");
        var options = new CheckOptions { Cases = 8, MaxSize = 4, Types = [ElementType.Float32] };
        var found = OnnxForward.Check(network, options, type => new WrongGraph(type, "Tanh"));

        TestContext.Out.WriteLine(found);
        Assert.That(s_page, Does.Contain(found.ToString().Split('\n')[0]));
        Assert.That(found.Findings[0], Does.EndWith("OnnxRuntime is the odd one out."));
        Assert.That(s_page, Does.Contain(found.Findings[0].Split(": ")[0]));
    }

    private static string Bare(string code) => Regex.Replace(code, @"\s+", " ").Trim();
}
