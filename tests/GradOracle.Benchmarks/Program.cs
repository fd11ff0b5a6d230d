using System.Globalization;
using BenchmarkDotNet.Running;
using GradOracle.Benchmarks;
using GradOracle.Cli;
using MathNet.Numerics.Providers.LinearAlgebra;

LinearAlgebraControl.Provider = new SpanProducts(); // what the command multiplies MathNet's matrices by
switch (args)
{
    case ["stages"]:
        Stages.Run();
        break;
    case ["stages", var sizes]:
        Stages.Run(sizes);
        break;
    case ["shapes"]:
        Shapes.Run();
        break;
    case ["processes"]:
        Processes.Run();
        break;
    case ["tolerance", .. var rest]:
        long Number(int at, long otherwise) =>
            rest.Length > at ? long.Parse(rest[at], CultureInfo.InvariantCulture) : otherwise;
        Tolerance.Run(
            cases: Number(0, 20_000), seed: (ulong)Number(1, 1), threads: (int)Number(2, Environment.ProcessorCount));
        break;
    case ["memory"]:
        Memory.Run(200_000);
        break;
    case ["memory", var cases] when int.TryParse(cases, out var most):
        Memory.Run(most);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(ThroughputBenchmarks).Assembly).Run(args);
        break;
}
