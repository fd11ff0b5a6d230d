using GradOracle.Reports;
using GradOracle.Reports.Html;
using Microsoft.Playwright;
using NUnit.Framework;

namespace GradOracle.BrowserTests;

/// <summary>One real browser for all tests; without one, every test is skipped.</summary>
[SetUpFixture]
public sealed class Browser
{
    private static IPlaywright? s_playwright;
    private static IBrowser? s_browser;

    private static string Folder { get; } = Path.Combine(
        Path.GetTempPath(), $"gradoracle-pages-{Environment.ProcessId}");

    /// <summary>The browser's program, as <c>tests/browser.sh</c> finds it: what GRADORACLE_BROWSER names, or what is
    /// found in the usual places.</summary>
    private static string? Program => Environment.GetEnvironmentVariable("GRADORACLE_BROWSER") is { Length: > 0 } named
        ? named
        : File.ReadLines(Path.Combine(Tests.Repository.Root, "tests", "browsers.txt")).FirstOrDefault(File.Exists);

    [OneTimeSetUp]
    public async Task Launch()
    {
        if (Program is not { } program)
        {
            Assert.Ignore("There is no browser in the usual places: install chromium, or name one in the environment variable "
                + "GRADORACLE_BROWSER.");
            return;
        }

        Directory.CreateDirectory(Folder);
        s_playwright = await Playwright.CreateAsync();
        s_browser = await s_playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = program,
            Args = Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows() ? ["--no-sandbox"] : [],
        });
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        await (s_browser?.CloseAsync() ?? Task.CompletedTask);
        s_playwright?.Dispose();
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    /// <summary>Opens a report's page from disk, as a person would.</summary>
    internal static async Task<OpenPage> Open(
        Report report,
        int width = 1280,
        int height = 800,
        ColorScheme scheme = ColorScheme.Light,
        bool hasScript = true)
    {
        var file = Path.Combine(Folder, $"{Guid.NewGuid():N}.html");
        await File.WriteAllTextAsync(file, HtmlReport.Of(report));
        var context = await s_browser!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            JavaScriptEnabled = hasScript,
            ReducedMotion = ReducedMotion.Reduce,
        });
        var page = await context.NewPageAsync();
        var opened = new OpenPage(context, page, new Uri(file));
        await page.GotoAsync(opened.Address.AbsoluteUri);
        return opened;
    }
}

/// <summary>A page in the browser, and what it asked for and complained of since it was opened.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    public OpenPage(IBrowserContext context, IPage page, Uri address)
    {
        (_context, Page, Address) = (context, page, address);
        page.Request += (_, request) => Requests.Add(request.Url);
        page.Console += (_, message) => Complaints.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => Complaints.Add(error);
    }

    public IPage Page { get; }

    public Uri Address { get; }

    public List<string> Requests { get; } = [];

    public List<string> Complaints { get; } = [];

    public ValueTask DisposeAsync() => new(_context.CloseAsync());

    /// <summary>A picture of the page, kept with the test's results.</summary>
    public async Task Keep(string name, bool isFull = true)
    {
        var file = Path.Combine(Tests.Repository.Root, "TestResults", "pages", $"{name}.png");
        await Page.ScreenshotAsync(new() { Path = file, FullPage = isFull });
        TestContext.AddTestAttachment(file);
    }
}
