using GradOracle.Reports;
using GradOracle.Tests;
using Microsoft.Playwright;
using NUnit.Framework;

namespace GradOracle.BrowserTests;

/// <summary>Getting around: by mouse, by keyboard, and on paper.</summary>
public sealed class NavigationTests
{
    private static readonly Report s_mixed = Report.Of(
        "mixed",
        [],
        [.. SampleReports.MissingTerm.Cases, .. SampleReports.MissingStep.Cases, .. SampleReports.NotFinite.Cases]);

    [Test]
    public async Task The_filter_leaves_the_cases_that_have_all_its_words()
    {
        await using var opened = await Browser.Open(s_mixed);

        await opened.Page.Locator("#filter").FillAsync("MISSING elman");

        Assert.That(await Visible(opened, ".case"), Is.EqualTo(new[] { "case-2" }));
        Assert.That(await opened.Page.Locator("#shown").InnerTextAsync(), Is.EqualTo("1 of 3"));
        await opened.Page.Locator("#filter").FillAsync("");
        Assert.That(await Visible(opened, ".case"), Is.EqualTo(new[] { "case-1", "case-2", "case-3" }));
    }

    [Test]
    public async Task The_order_can_be_by_name_and_back()
    {
        await using var opened = await Browser.Open(s_mixed);

        await opened.Page.Locator("#order").SelectOptionAsync("name");
        Assert.That(await Visible(opened, ".case"), Is.EqualTo(new[] { "case-3", "case-2", "case-1" }));
        await opened.Page.Locator("#order").SelectOptionAsync("number");
        Assert.That(await Visible(opened, ".case"), Is.EqualTo(new[] { "case-1", "case-2", "case-3" }));
    }

    [Test]
    public async Task Next_failing_opens_one_case_after_the_other()
    {
        await using var opened = await Browser.Open(s_mixed);

        await opened.Page.Locator("#next").ClickAsync();
        await opened.Page.Locator("#next").ClickAsync();

        Assert.That(
            await opened.Page.EvaluateAsync<string>("document.activeElement.parentElement.id"), Is.EqualTo("case-2"));
        Assert.That(await opened.Page.Locator("#case-2").GetAttributeAsync("open"), Is.Not.Null);
    }

    [Test]
    public async Task A_link_to_a_case_opens_it()
    {
        await using var opened = await Browser.Open(s_mixed);

        await opened.Page.Locator(".contents a").Nth(2).ClickAsync();

        Assert.That(await opened.Page.Locator("#case-3 .tensor").IsVisibleAsync());
    }

    [Test]
    public async Task The_replay_command_is_copied()
    {
        await using var opened = await Browser.Open(SampleReports.MissingTerm);
        await opened.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);

        await opened.Page.Locator("#case-1 > .facts .copy").ClickAsync();

        Assert.That(
            await opened.Page.EvaluateAsync<string>("navigator.clipboard.readText()"),
            Is.EqualTo(SampleReports.MissingTerm.Cases[0].Replay));
    }

    [Test]
    public async Task Pointing_at_a_cell_tells_its_entry_and_outlines_it_in_every_map_beside_it()
    {
        await using var opened = await Browser.Open(SampleReports.MissingTerm);

        await opened.Page.Locator("#case-1 .map").First.Locator("td").Nth(2).HoverAsync();

        Assert.That(await opened.Page.Locator("#tip").InnerTextAsync(), Is.EqualTo("[1,0]: ∂L/∂H1 X1ᵀ -364933420740"));
        Assert.That(await opened.Page.Locator("#case-1 .map td.at").CountAsync(), Is.EqualTo(5));
    }

    [Test]
    public async Task The_keyboard_reaches_every_control_and_a_map_is_one_stop_whose_cells_are_reached_by_arrows()
    {
        await using var opened = await Browser.Open(SampleReports.MissingTerm);
        var stops = new List<string>();
        for (var i = 0; i < 60; i++)
        {
            await opened.Page.Keyboard.PressAsync("Tab");
            stops.Add(await opened.Page.EvaluateAsync<string>("(document.activeElement.className || document.activeElement.tagName).toLowerCase().split(' ')[0]"));
            if (stops[^1] == "body")
            {
                break;
            }
        }

        Assert.That(stops.Take(2), Is.EqualTo(new[] { "skip", "a" }));
        Assert.That(stops, Does.Contain("summary").And.Contain("copy").And.Contain("scroll"));
        Assert.That(
            stops.Count(s => s.Length is 1 or 2 or 3 && s[0] is 'p' or 'n' or 'z'),
            Is.EqualTo(10),
            "one stop for each map");

        await opened.Page.Locator("#case-1 .map").First.Locator("td").First.FocusAsync();
        await opened.Page.Keyboard.PressAsync("ArrowDown");
        await opened.Page.Keyboard.PressAsync("ArrowRight");
        Assert.That(await opened.Page.Locator("#tip").InnerTextAsync(), Does.StartWith("[1,1]: "));
        await opened.Page.Keyboard.PressAsync("Escape");
        Assert.That(await opened.Page.Locator("#tip").IsHiddenAsync());
    }

    [Test]
    public async Task Without_script_everything_is_there_and_nothing_that_would_not_work()
    {
        await using var opened = await Browser.Open(s_mixed, hasScript: false);

        Assert.That(
            await opened.Page.Locator(".controls, .copy").EvaluateAllAsync<bool>("all => all.every(e => e.hidden)"));
        await opened.Page.Locator("#case-2 > summary").ClickAsync();
        Assert.That(await opened.Page.Locator("#case-2 .tensor").IsVisibleAsync());
        await opened.Page.Locator("#case-2 .numbers > summary").ClickAsync();
        Assert.That(await opened.Page.Locator("#case-2 .numbers tbody tr").CountAsync(), Is.EqualTo(8));
    }

    [Test]
    public async Task On_paper_every_case_is_open()
    {
        await using var opened = await Browser.Open(s_mixed);
        await opened.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await opened.Keep("print");

        Assert.That((await opened.Page.Locator("#case-3 .tensor").BoundingBoxAsync())!.Height, Is.GreaterThan(100));
        Assert.That(await opened.Page.Locator(".controls").IsHiddenAsync());
    }

    private static async Task<string[]> Visible(OpenPage opened, string selector) =>
        await opened.Page.Locator(selector).EvaluateAllAsync<string[]>(
            "all => all.filter(e => !e.hidden).map(e => e.id)");
}
