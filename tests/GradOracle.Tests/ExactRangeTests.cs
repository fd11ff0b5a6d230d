using GradOracle.Cases;
using GradOracle.Gallery;
using GradOracle.Networks;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>k decides which integers a case name stands for: a k that moves silently gives every replay line another
/// meaning.</summary>
[Parallelizable]
public sealed class ExactRangeTests
{
    private const int Shapes = 14;
    private const int LargestSize = 12;
    private const ulong Seed = 7;

    private static string Table => Path.Combine(Repository.Root, "tests", "GradOracle.Tests", "ExactRanges.txt");

    /// <summary>A line for each network and shape: k for every loss, float64 and float32.</summary>
    private static IEnumerable<string> Lines() =>
        from network in Catalog.Networks.All
        from index in Enumerable.Range(0, Shapes)
        let shape = ShapeDraw.Of(network, Loss.All[0], LargestSize, Seed, index, _ => true).Shape
        select $"{network.Name} {shape}: {string.Join(' ', Loss.All.Select(loss => $"{loss.Name}={RangeOf(network, loss, shape)}"))}";

    private static string RangeOf(Network network, Loss loss, Shape shape) =>
        new Scenario(network, loss, shape) is var scenario
            ? string.Join('/', ElementType.All.Select(type => scenario.RangeOf(type)))
            : "";

    [Test]
    public void The_largest_exact_integers_of_every_network_and_loss_are_those_of_the_table()
    {
        var lines = Lines().ToList();
        if (Environment.GetEnvironmentVariable("GRADORACLE_WRITE_TABLES") == "1")
        {
            File.WriteAllText(Table, string.Join('\n', lines) + "\n");
        }

        Assert.That(lines, Is.EqualTo(File.ReadAllLines(Table)));
    }
}
