using GradOracle.Messages;
using GradOracle.Reports;
using GradOracle.Reports.Html;
using GradOracle.Tests;
using Microsoft.Playwright;
using NUnit.Framework;

namespace GradOracle.BrowserTests;

/// <summary>What a person finds on the page.</summary>
public sealed class ContentTests
{
    private static readonly Dictionary<string, Report> s_samples = new()
    {
        ["missing-term"] = SampleReports.MissingTerm,
        ["updates"] = SampleReports.Updates,
        ["not-finite"] = SampleReports.NotFinite,
        ["hostile"] = SampleReports.Hostile(HostileNames.All[0]),
    };

    private static Dictionary<string, Report>.KeyCollection Samples() => s_samples.Keys;

    [Test]
    public async Task The_page_opens_from_disk_asks_for_nothing_else_and_has_nothing_to_complain_of(
        [ValueSource(nameof(Samples))] string sample, [Values] bool hasScript)
    {
        await using var opened = await Browser.Open(s_samples[sample], hasScript: hasScript);
        await opened.Page.Locator("body").ClickAsync(new() { Position = new() { X = 1, Y = 1 } });

        Assert.That(
            (opened.Requests, opened.Complaints),
            Is.EqualTo((new List<string> { opened.Address.AbsoluteUri }, new List<string>())));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task The_first_screen_holds_verdict_gradients_diagnosis_agreement_and_the_term(bool hasScript)
    {
        await using var opened = await Browser.Open(SampleReports.MissingTerm, hasScript: hasScript);
        await opened.Keep($"first-screen{(hasScript ? "" : "-without-script")}", isFull: false);
        var first = opened.Page.Locator(".first");

        ILocator[] wanted =
        [
            first.GetByText("✗ disagrees"), first.GetByText("✗ Wx"), first.GetByText(
                "the contribution of Wx on X1 is missing"), first.Locator(".replay"), first.Locator(".legend").First,
            first.GetByText("src/GradOracle.Gallery/Mistakes/SharedWeightMistake.cs"),
            first.GetByText("autograd = reverse = rational = central-difference = complex-step: the derivation is the odd one out"), first.Locator(".formula mark"), first.Locator(".difference"),
        ];

        foreach (var one in wanted)
        {
            var box = await one.BoundingBoxAsync();
            Assert.That(box!.Y + box.Height, Is.LessThanOrEqualTo(800), await one.InnerTextAsync());
        }
    }

    [Test]
    public async Task The_missing_term_is_seen_marked_and_what_was_received_looks_like_the_other_contribution()
    {
        await using var opened = await Browser.Open(SampleReports.MissingTerm);
        var maps = opened.Page.Locator("#case-1 .tensor .strip .map");
        async Task<string> Colours(int map) => string.Join(
            ' ',
            await maps.Nth(map).Locator("td").EvaluateAllAsync<string[]>(
                "cells => cells.map(c => c.className + '=' + c.innerText)"));

        var (missing, other, expected, received) = (
            await Colours(0), await Colours(1), await Colours(2), await Colours(3));

        Assert.That(received, Is.EqualTo(other));
        Assert.That(received, Is.Not.EqualTo(expected).And.Not.EqualTo(missing));
        Assert.That(
            await opened.Page.Locator("#case-1 .strip .named figcaption").InnerTextAsync(),
            Is.EqualTo("∂L/∂H1 X1T\nis missing"));
        Assert.That(
            await opened.Page.Locator("#case-1 .formula").InnerTextAsync(), Does.StartWith("∂L/∂Wx = ∂L/∂H1 X1T"));
        Assert.That(
            await opened.Page.Locator("#case-1 .formula mark").InnerTextAsync(), Is.EqualTo("∂L/∂H1 X1Tis missing"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Every_cell_says_its_entry_both_values_the_difference_and_the_bound_and_has_the_colour_of_its_sign(bool hasScript)
    {
        var report = SampleReports.MissingStep;
        var entries = report.Cases[0].Gradients.Single(g => g.Name == "Wx").Map!.Entries.SelectMany(row => row)
            .ToList();
        await using var opened = await Browser.Open(report, hasScript: hasScript);
        foreach (var (caption, value) in new (string, Func<ReportedEntry, double>)[]
        {
            ("expected: autograd", e => e.Expected), ("received: derivation", e => e.Actual), (
                "the difference: received − expected", e => e.Actual - e.Expected),
        })
        {
            var cells = opened.Page.Locator(
                "#case-1 .map", new() { Has = opened.Page.GetByText(caption, new() { Exact = true }) }).Locator("td");
            var (titles, colours) = (
                await cells.EvaluateAllAsync<string[]>("cells => cells.map(c => c.title)"),
                await cells.EvaluateAllAsync<string[]>("cells => cells.map(c => c.className)"));

            Assert.That(titles, Is.EqualTo(entries.Select(e =>
                $"[{e.Row},{e.Column}]: autograd {NumberFormat.Full(e.Expected)}, derivation {NumberFormat.Full(e.Actual)}, difference {HtmlNumbers.Compact(e.Actual - e.Expected)}, bound {HtmlNumbers.Compact(e.Bound)}")));
            Assert.That(
                colours.Select(c => c[0]),
                Is.EqualTo(entries.Select(e => value(e) > 0 ? 'p' : value(e) < 0 ? 'n' : 'z')));
        }
    }

    [Test]
    public async Task A_large_matrix_says_that_its_cells_are_blocks_and_is_shown_entry_by_entry_around_the_worst()
    {
        await using var opened = await Browser.Open(SampleReports.Large);
        var tensor = opened.Page.Locator("#case-1 .tensor");

        Assert.That(
            await tensor.Locator(".note").First.InnerTextAsync(),
            Does.Match(
                @"^Each cell stands for a block of \d+×\d+ entries, shown by the one with the largest error\.$"));
        Assert.That(
            await tensor.Locator(".map td").First.GetAttributeAsync("title"), Does.Contain("worst of its block"));
        Assert.That(
            await tensor.GetByRole(AriaRole.Heading, new() { Level = 5 }).InnerTextAsync(),
            Does.StartWith("Around the worst entry"));
    }

    [TestCaseSource(typeof(HostileNames), nameof(HostileNames.Cases))]
    public async Task A_hostile_name_stays_text(string name)
    {
        await using var opened = await Browser.Open(SampleReports.Hostile(name), 390, 844);

        Assert.That(await opened.Page.EvaluateAsync<bool>("'hacked' in window"), Is.False);
        Assert.That(
            await opened.Page.EvaluateAsync<int>(
                "document.querySelectorAll('script, style, link, img, iframe, base, form').length"),
            Is.EqualTo(2),
            "one script and one stylesheet");
        Assert.That(
            await opened.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth"),
            Is.LessThanOrEqualTo(0));
        Assert.That(await opened.Page.Locator("h1").TextContentAsync(), Is.EqualTo(HostileNames.AsShown(name)));
        Assert.That(
            (opened.Requests, opened.Complaints),
            Is.EqualTo((new List<string> { opened.Address.AbsoluteUri }, new List<string>())));
    }
}
