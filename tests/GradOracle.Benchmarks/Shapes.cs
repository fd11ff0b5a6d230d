using System.Diagnostics;
using GradOracle.Cases;
using GradOracle.Gallery;
using GradOracle.Networks;

namespace GradOracle.Benchmarks;

/// <summary>What a shape costs before its first case: the graph, the backward graph, the largest exact k. Microseconds,
/// over the shapes that a check draws.</summary>
internal static class Shapes
{
    private const int Drawn = 100;
    private const int Rounds = 150;

    public static void Run()
    {
        Console.WriteLine("| network | nodes | graph | + backward graph | + k |");
        Console.WriteLine("|---|---:|---:|---:|---:|");
        foreach (var name in (string[])["shared-weight", "stacked-bias", "elman", "elman-sequence"])
        {
            var (network, loss) = (Catalog.Networks.Find(name), Named.Losses.Find("squared-error"));
            var shapes = Enumerable.Range(0, Drawn)
                .Select(
                    i =>
                        ShapeDraw.Of(network, loss, 12, 2020, i, s => s.RangeOf(ElementType.Float64) > 0)).Select(s =>
                            s.Shape).ToArray();
            var nodes = shapes.Average(s => new Scenario(network, loss, s).Gradients.Nodes.Length);
            var graph = Least(s => new Scenario(network, loss, s));
            var backward = Least(s => new Scenario(network, loss, s).Gradients);
            var range = Least(s => new Scenario(network, loss, s).RangeOf(ElementType.Float64));
            Console.WriteLine(
                FormattableString.Invariant($"| {name} | {nodes:0} | {graph:0.0} | {backward:0.0} | {range:0.0} |"));

            double Least(Func<Shape, object> make) => Enumerable.Range(0, Rounds).Min(_ =>
            {
                var start = Stopwatch.GetTimestamp();
                foreach (var shape in shapes)
                {
                    make(shape);
                }

                return Stopwatch.GetElapsedTime(start).TotalMicroseconds / shapes.Length;
            });
        }
    }
}
