using BenchmarkDotNet.Running;
using GradOracle.Benchmarks;

if (args is ["memory"])
{
    Memory.Run();
}
else if (args is ["tolerance", .. var rest])
{
    long Number(int at, long otherwise) => rest.Length > at ? long.Parse(rest[at], System.Globalization.CultureInfo.InvariantCulture) : otherwise;
    Tolerance.Run(cases: Number(0, 20_000), seed: (ulong)Number(1, 1));
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(ThroughputBenchmarks).Assembly).Run(args);
}
