using System.Diagnostics;
using GradOracle.Gallery;
using GradOracle.Networks;

namespace GradOracle.Benchmarks;

/// <summary>Resident memory over many cases, after the first 20 000 and ten times more: as it stands, and after the
/// collector has returned its slack.</summary>
internal static class Memory
{
    private const int Step = 20_000;

    public static void Run(int most)
    {
        var (steps, shown) = (most / Step, Math.Max(1, most / Step / 10));
        var options =
            new CheckOptions { Losses = [Named.Losses.Find("squared-error")], Kinds = [CaseKind.Exact], Cases = Step };
        var derivation = new SharedWeightBatchBackprop();
        var first = (AsIs: 0.0, Collected: 0.0);
        Console.WriteLine($"{"cases",8} {"as it stands",18} {"after a collection",20}");
        for (var step = 1; step <= steps; step++)
        {
            GradientCheck.Run(derivation, options with { Seed = (ulong)step * Step });
            if (step > 1 && step % shown != 0)
            {
                continue;
            }

            var now = (AsIs: ResidentMiB(), Collected: CollectedMiB());
            first = step == 1 ? now : first;
            Console.WriteLine(FormattableString.Invariant(
                $"{step * Step,8} {now.AsIs,7:0.0} MiB ×{now.AsIs / first.AsIs:0.000} {now.Collected,9:0.0} MiB ×{now.Collected / first.Collected:0.000}"));
        }
    }

    private static double CollectedMiB()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return ResidentMiB();
    }

    private static double ResidentMiB()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / 1048576.0;
    }
}
