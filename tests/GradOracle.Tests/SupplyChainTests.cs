using System.Text.RegularExpressions;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>What is fetched from others is what was looked at.</summary>
public sealed class SupplyChainTests
{
    [Test]
    public void Every_action_is_pinned_by_its_commit()
    {
        var uses = Directory.GetFiles(Path.Combine(Repository.Root, ".github", "workflows"), "*.yml")
            .SelectMany(File.ReadLines).Where(l => l.Contains("uses:", StringComparison.Ordinal)).ToList();

        Assert.That(uses, Is.Not.Empty.And.All.Match("@[0-9a-f]{40} # v[0-9.]+$"));
    }

    [Test]
    public void Every_project_has_its_lock_file()
    {
        var projects = Regex.Matches(
            File.ReadAllText(Path.Combine(Repository.Root, "GradOracle.sln")), "\"([^\"]+)\\.csproj\"")
            .Select(m => Path.GetDirectoryName(Path.Combine(Repository.Root, m.Groups[1].Value.Replace('\\', '/')))!)
            .ToList();

        Assert.That(projects, Is.Not.Empty);
        Assert.That(projects.Where(p => !File.Exists(Path.Combine(p, "packages.linux-x64.lock.json"))), Is.Empty);
    }
}
