using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using GradOracle.Reports;
using GradOracle.Tests;
using Microsoft.Playwright;
using NUnit.Framework;

namespace GradOracle.BrowserTests;

/// <summary>How the page looks: legible in both schemes, at desktop and phone widths; a picture of each is
/// kept.</summary>
public sealed class AppearanceTests
{
    private static readonly Dictionary<string, Func<Report>> s_reports = new()
    {
        ["missing-term"] = () => SampleReports.MissingTerm,
        ["missing-step"] = () => SampleReports.MissingStep,
        ["large"] = () => SampleReports.Large,
        ["wrong-sweep"] = () => SampleReports.WrongSweep,
        ["right-sweep"] = () => SampleReports.RightSweep,
        ["updates"] = () => SampleReports.Updates,
        ["not-finite"] = () => SampleReports.NotFinite,
        ["colours"] = () => SampleReports.Colours,
        ["not-comparable"] = () => SampleReports.NotComparable,
    };

    // Letters that stand on two lines; a hyphen may end one.
    private const string BrokenWords = """
        () => {
          const broken = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = new Range();
          while (texts.nextNode()) {
            const text = texts.currentNode;
            if (text.parentElement.closest('script, style, svg') || !text.parentElement.checkVisibility()) continue;
            for (const word of text.data.matchAll(/--\p{L}+|\p{L}{3,}/gu)) {
              range.setStart(text, word.index);
              range.setEnd(text, word.index + word[0].length);
              const lines = [...range.getClientRects()].filter(r => r.width > 0);
              if (lines.length > 1 && lines.at(-1).top - lines[0].top > 4) broken.push(`${word[0]} in ${text.data.trim()}`);
            }
          }
          return broken;
        }
        """;

    // Axe looks at every cell of every map: not at the large ones.
    private static readonly string[] s_forAxe = ["missing-term", "right-sweep", "updates", "not-finite", "colours"];

    private static IEnumerable<TestCaseData> Views() =>
        from name in s_reports.Keys
        from width in new[] { 1280, 390 }
        from scheme in Schemes
        where (width, scheme) != (390, ColorScheme.Dark) || name == "missing-term"
        select new TestCaseData(name, width, scheme);

    private static IEnumerable<TestCaseData> Schemed() =>
        from name in s_forAxe from scheme in Schemes select new TestCaseData(name, scheme);

    private static ColorScheme[] Schemes => [ColorScheme.Light, ColorScheme.Dark];

    [TestCaseSource(nameof(Views))]
    public async Task A_page_never_scrolls_sideways(string name, int width, ColorScheme scheme)
    {
        await using var opened = await Browser.Open(s_reports[name](), width, width == 390 ? 844 : 800, scheme);
        await opened.Keep($"{name}-{width}-{scheme}".ToLowerInvariant());

        Assert.That(
            await opened.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth"),
            Is.LessThanOrEqualTo(0));
    }

    [Test]
    public async Task No_word_is_broken_at_the_end_of_a_line(
        [Values("missing-term", "wrong-sweep", "updates", "not-comparable")] string name, [Values(390, 768)] int width)
    {
        await using var opened = await Browser.Open(s_reports[name](), width, 844);

        Assert.That(await opened.Page.EvaluateAsync<string[]>(BrokenWords), Is.Empty);
    }

    [Test]
    public async Task A_word_that_is_broken_is_found()
    {
        await using var opened = await Browser.Open(SampleReports.MissingTerm, 390, 844);
        await opened.Page.AddStyleTagAsync(new() { Content = "p, dd { word-break: break-all }" });

        Assert.That(await opened.Page.EvaluateAsync<string[]>(BrokenWords), Is.Not.Empty);
    }

    [TestCaseSource(nameof(Schemed))]
    public async Task Axe_finds_no_flaw_in_contrast_names_or_structure(string name, ColorScheme scheme)
    {
        await using var opened = await Browser.Open(s_reports[name](), scheme: scheme);

        Assert.That((await opened.Page.RunAxe()).Violations.Select(Told), Is.Empty);
    }

    [Test]
    public async Task A_text_too_pale_is_found_so_that_finding_none_means_something()
    {
        await using var opened = await Browser.Open(SampleReports.MissingTerm);
        await opened.Page.AddStyleTagAsync(new() { Content = ".note { color: #bbb !important }" });

        Assert.That((await opened.Page.RunAxe()).Violations.Select(v => v.Id), Is.EqualTo(new[] { "color-contrast" }));
    }

    private static string Told(AxeResultItem flaw) =>
        $"{flaw.Id}: {flaw.Help}: {string.Join("; ", flaw.Nodes.Take(3).Select(n => $"{n.Target}: {n.Any.Concat(n.All).Concat(n.None).FirstOrDefault()?.Message}"))}";
}
