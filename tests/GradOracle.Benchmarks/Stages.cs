using System.Diagnostics;
using GradOracle.Bounds;
using GradOracle.Cases;
using GradOracle.Derivations;
using GradOracle.Gallery;
using GradOracle.Networks;
using GradOracle.Oracles;
using GradOracle.Torch;
using GradOracle.Verdicts;

namespace GradOracle.Benchmarks;

/// <summary>Where the time of a check goes, on one thread: bare batched autograd is 1, and everything else is in units
/// of its time in the same round.</summary>
internal static class Stages
{
    private const int Rounds = 25;
    private static readonly string[] s_names =
        ["autograd", "draw", "differentiate", "bound", "compare", "whole, 1 thread", "whole, 2 threads"];

    public static void Run(string? only = null)
    {
        TorchRuntime.EnsureLoaded();
        Console.WriteLine($"| n,h,m,B | kind | autograd, µs a case | {string.Join(" | ", s_names.Skip(1).Take(4))} | whole ÷ autograd | 2 threads ÷ 1 |");
        Console.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var sizes in ThroughputBenchmarks.AllSizes.Where(s => only is null || s == only))
        {
            foreach (var kind in Enum.GetValues<CaseKind>())
            {
                var (times, speedup) = Least(sizes, kind);
                var cells = times.Skip(1).Take(4).Select(t => Text($"{t / times[0]:0.00}"));
                Console.WriteLine(Text(
                    $"| {sizes} | {CaseId.Word(kind)} | {times[0]:0.00} | {string.Join(" | ", cells)} | {times[0] / times[5]:0.00} | {speedup:0.00} |"));
            }
        }
    }

    // Microseconds of processor time a case: the least of all rounds, every stage once a round, so that what else the
    // machine does meets them alike.
    private static (double[] Times, double Speedup) Least(string sizes, CaseKind kind)
    {
        var derivation = new SharedWeightBatchBackprop();
        var loss = Named.Losses.Find("squared-error");
        var shape = new Shape(derivation.Network.Dimensions.Zip(sizes.Split(',').Select(int.Parse)));
        var scenario = new Scenario(derivation.Network, loss, shape);
        var name = new CaseId(scenario, kind, ElementType.Float64, 1);
        var cases = ThroughputBenchmarks.CasesAt(sizes);
        var count = Math.Min(cases, SuiteDraw.BatchSizeOf(scenario));
        var options =
            new CheckOptions { Losses = [loss], Kinds = [kind], Cases = cases, Shapes = [shape], Threads = 1 };
        CaseStack batch = CaseGenerator.Generate(name, count);
        var (received, expected, errors) = (
            derivation.Differentiate(batch), Autograd.Differentiate(batch), RoundingErrors.Of(batch));
        var comparison = new Comparison(batch, received, expected, errors);
        Action[] stages =
        [
            () => Autograd.Differentiate(batch),
            () => CaseGenerator.Generate(name, count),
            () => IsolatedRun.Of(derivation, batch),
            () => RoundingErrors.Of(batch),
            () =>
            {
                for (var s = 0; s < count; s++)
                {
                    comparison.Judge(s);
                }
            },
            () => GradientCheck.Run(derivation, options),
            () => GradientCheck.Run(derivation, options with { Threads = 2 }),
        ];
        var (least, onClock) = (new double[stages.Length], new double[stages.Length]);
        Array.Fill(least, double.PositiveInfinity);
        Array.Fill(onClock, double.PositiveInfinity);
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < stages.Length; i++)
            {
                var (isWhole, repeats) = (i > 4, i > 4 ? 1 : Math.Max(1, cases / count));
                var (start, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
                for (var r = 0; r < repeats; r++)
                {
                    stages[i]();
                }

                var treated = isWhole ? cases : repeats * count;
                onClock[i] = Math.Min(onClock[i], Stopwatch.GetElapsedTime(start).TotalMicroseconds / treated);
                least[i] = Math.Min(least[i], (Environment.CpuUsage.TotalTime - used).TotalMicroseconds / treated);
            }
        }

        return (least, onClock[^2] / onClock[^1]);
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
