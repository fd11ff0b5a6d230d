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

}
