using System.Diagnostics;

namespace GradOracle.Benchmarks;

/// <summary>Whole processes of the command: the least of many runs, by the clock and in processor time.</summary>
internal static class Processes
{
    private const int Runs = 15;

    public static void Run()
    {
        Console.WriteLine("| command | seconds | processor time |");
        Console.WriteLine("|---|---:|---:|");
        foreach (var arguments in (string[][])
        [
            ["list"],
            ["check", "--case", CaseId.Example],
            ["check"],
        ])
        {
            var runs = Enumerable.Range(0, Runs).Select(_ => Time(arguments)).ToList();
            var text = string.Join(' ', arguments.Select(a => a.Contains(' ', StringComparison.Ordinal) ? $"\"{a}\"" : a));
            Console.WriteLine(FormattableString.Invariant($"| `{text}` | {runs.Min(r => r.Clock):0.00} | {runs.Min(r => r.Processor):0.00} |"));
        }
    }

    private static (double Clock, double Processor) Time(string[] arguments)
    {
        var start = new ProcessStartInfo(Command(), arguments) { RedirectStandardOutput = true };
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (clock.Elapsed.TotalSeconds, process.TotalProcessorTime.TotalSeconds);
    }

    // The command as its own project builds it, compiled ahead; beside this project lies a copy that is not.
    private static string Command() => Directory
        .EnumerateFiles(Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../../src/GradOracle.Cli/bin/Release")), "GradOracle.Cli", SearchOption.AllDirectories)
        .First();
}
