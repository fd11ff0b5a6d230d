using System.Text.RegularExpressions;
using NUnit.Framework;

namespace GradOracle.Tests.Readme;

/// <summary>What the README shows is what the tests run.</summary>
public sealed class ReadmePageTests
{
    private static readonly string s_readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    private static IEnumerable<string> Pages() =>
        Directory.GetFiles(Path.Combine(Repository.Root, "src", "docs"), "*.md").Append(Path.Combine(Repository.Root, "README.md"))
            .Select(page => Path.GetRelativePath(Repository.Root, page)).Order(StringComparer.Ordinal);

    [TestCase("Linear.cs")]
    [TestCase("LayerNorm.cs")]
    public void An_example_is_a_file_that_is_compiled_and_run(string file)
    {
        var source = File.ReadAllText(Path.Combine(Repository.Root, "tests", "GradOracle.Tests", "Readme", file));
        var blocks = Regex.Matches(s_readme, "```csharp\n(.*?)```", RegexOptions.Singleline).Select(m => Bare(m.Groups[1].Value));

        Assert.That(blocks, Has.Some.Matches<string>(block => block!.Length > 400 && Bare(source).EndsWith(block, StringComparison.Ordinal)), file);
    }

    // The template is installed, run, broken and mended by the tests of consumers.
    [Test]
    public void The_code_of_the_tutorial_is_that_of_the_template()
    {
        var folder = Path.Combine(Repository.Root, "src", "GradOracle.Templates", "content");
        var template = string.Join('\n', Directory.GetFiles(folder, "*.cs").Select(File.ReadAllText));
        var page = File.ReadAllText(Path.Combine(Repository.Root, "src", "docs", "tutorial.md"));
        var blocks = Regex.Matches(page, "```csharp\n(.*?)```", RegexOptions.Singleline).Select(m => Squeezed(m.Groups[1].Value)).ToList();

        Assert.That(blocks, Has.Count.EqualTo(4));
        Assert.That(blocks.Where(b => !Squeezed(template).Contains(b, StringComparison.Ordinal)), Is.EqualTo(new[] { "[\"W\"] = D.TransposeAndMultiply(X)," }), "the one that is broken");
    }

    [TestCaseSource(nameof(Pages))]
    public void Every_link_within_the_project_leads_somewhere(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        var links = Regex.Matches(File.ReadAllText(Path.Combine(Repository.Root, page)), @"\]\(([^)\s]+)\)").Select(m => m.Groups[1].Value)
            .Where(link => !link.StartsWith("http", StringComparison.Ordinal)).ToList();

        Assert.That(links.Where(link => !Leads(folder, Path.Combine(Repository.Root, page), link)), Is.Empty);
    }

    [TestCaseSource(nameof(Pages))]
    public void Every_command_of_a_page_is_one_that_the_command_line_understands(string page)
    {
        var lines = File.ReadLines(Path.Combine(Repository.Root, page)).Where(line => line.StartsWith("gradoracle ", StringComparison.Ordinal));

        foreach (var line in lines)
        {
            var words = Regex.Matches(line.Split(" #")[0].Trim(), "\"([^\"]*)\"|[^ ]+").Select(w => w.Value.Trim('"')).Skip(1).ToList();
            Assert.That(Cli.CommandLine.WhyNot(words), Is.Null, line);
        }
    }

    // A heading is linked to by its letters, digits and hyphens.
    private static bool Leads(string folder, string page, string link)
    {
        var (path, heading) = link.IndexOf('#', StringComparison.Ordinal) is var at and >= 0 ? (link[..at], link[(at + 1)..]) : (link, null);
        var target = path.Length == 0 ? page : Path.GetFullPath(Path.Combine(folder, path));
        return (File.Exists(target) || Directory.Exists(target)) && (heading is null || File.ReadLines(target)
            .Where(line => line.StartsWith('#'))
#pragma warning disable CA1308 // headings are linked to in lower case
            .Any(line => Regex.Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "[^\\w -]", "").Replace(' ', '-') == heading));
#pragma warning restore CA1308
    }

    private static string Squeezed(string code) => Regex.Replace(code, @"\s+", " ").Trim();

    // Without the lines that only a file of many needs, and however it is indented.
    private static string Bare(string code) => Regex.Replace(Regex.Replace(code, @"(?m)^(using|namespace) .*;\n", ""), @"\s+", " ").Trim();
}
