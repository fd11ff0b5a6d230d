using System.Diagnostics;
using GradOracle.Cli;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>The example reports in fixtures/examples are what make.sh makes.</summary>
[Platform(Exclude = "Win", Reason = "make.sh needs a shell")]
public sealed class ExampleTests
{
    private static readonly string s_kept = Path.Combine(Repository.Fixtures, "examples");
    private string _made = "";

    [OneTimeSetUp]
    public async Task Make()
    {
        _made = Directory.CreateTempSubdirectory("gradoracle-examples-").FullName;
        var start = new ProcessStartInfo(
            "bash",
            [Path.Combine(s_kept, "make.sh"), _made])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GRADORACLE"] = $"dotnet {typeof(CommandLine).Assembly.Location}";
        var (code, output, error) = await Process.Start(start)!.End();
        Assert.That((code, output, error), Is.EqualTo((0, "", "")));
    }

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(_made, recursive: true);

    [Test]
    public void Every_example_is_kept_and_no_other() => Assert.That(
        Directory.EnumerateFiles(s_kept).Select(Path.GetFileName).Where(
            f => f is not ("make.sh" or "page.png")).Order(),
        Is.EqualTo(Directory.EnumerateFiles(_made).Select(Path.GetFileName).Order()));

    [Test]
    public void Examples_of_exact_cases_are_the_same_bytes(
        [Values("missing-term", "forgotten-step")] string name, [Values("html", "md", "json")] string form) =>
        Assert.That(
            File.ReadAllBytes(Path.Combine(_made, $"{name}.{form}")),
            Is.EqualTo(File.ReadAllBytes(Path.Combine(s_kept, $"{name}.{form}"))),
            $"run ./fixtures/examples/make.sh and read the diff of {name}.{form}");

    // How far rounding takes real cases depends on the machine; all else in a sweep does not.
    [Test]
    public void The_example_of_a_sweep_is_the_same_but_for_rounding()
    {
        IEnumerable<string> Lines(string folder) => File.ReadLines(Path.Combine(folder, "sweep.json")).Where(
            l => !l.Contains("rrorInBounds", StringComparison.Ordinal));

        Assert.That(Lines(_made), Is.EqualTo(Lines(s_kept)));
    }
}
