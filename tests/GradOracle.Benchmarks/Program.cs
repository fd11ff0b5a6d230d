using BenchmarkDotNet.Running;
using GradOracle.Benchmarks;

if (args is ["memory"])
{
    Memory.Run();
}
else if (args is ["stages"])
{
    Stages.Run();
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(ThroughputBenchmarks).Assembly).Run(args);
}
