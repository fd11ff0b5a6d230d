using System.IO.Compression;
using GradOracle.Tests;
using NUnit.Framework;

namespace GradOracle.Consumers;

/// <summary>The command as a tool, from the feed.</summary>
[Platform(Exclude = "Win", Reason = "the commands are those of a Unix shell")]
public sealed class ToolTests
{
    private const long MostBytes = 150_000_000;

    [Test]
    public void The_tool_is_small_brings_nothing_that_nobody_calls_and_checks_once_installed()
    {
        using var feed = new Feed();
        using var folder = new TemporaryFolder();
        feed.OfferIn(folder.Path);

        var package = feed.PackTool();
        using (var files = ZipFile.OpenRead(package.FullName))
        {
            Assert.That(
                files.Entries.Select(e => e.Name).Where(n => n.Contains("torch_cpu", StringComparison.Ordinal)),
                Has.Exactly(1).Items);
            Assert.That(files.Entries.Select(e => e.Name), Has.None.Contains("torch_python").And.None.Contains("torchbind_test").And.None.Contains("jitbackend_test"));
        }

        Assert.That(package.Length, Is.LessThan(MostBytes));
        Shell.Require(folder.Path, $"dotnet tool install GradOracle.Cli --version {feed.Version} --tool-path tools");
        Assert.That(
            Shell.Require(folder.Path, "tools/gradoracle check --cases 2"),
            Does.Contain("✓ shared-weight against autograd in float64: all 22 cases agree"));
        Assert.That(
            Shell.Run(folder.Path, "tools/gradoracle check --derivation missing-x1-contribution --cases 2").Code,
            Is.EqualTo(1));
    }
}
