using System.Diagnostics;
using System.Globalization;

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
            var text = string.Join(
                ' ', arguments.Select(a => a.Contains(' ', StringComparison.Ordinal) ? $"\"{a}\"" : a));
            Console.WriteLine(
                FormattableString.Invariant(
                    $"| `{text}` | {runs.Min(r => r.Clock):0.00} | {runs.Min(r => r.Processor):0.00} |"));
        }
    }

    // The shell knows what its children took of the processors; it says so as 0m0.93s.
    private static (double Clock, double Processor) Time(string[] arguments)
    {
        var start = new ProcessStartInfo(
            "sh",
            ["-c", "\"$0\" \"$@\" > /dev/null; times", Command(), .. arguments])
        { RedirectStandardOutput = true };
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var times = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (clock.Elapsed.TotalSeconds, times.Split('\n')[1].Split(' ').Sum(Seconds));
    }

    private static double Seconds(string text) =>
        60 * double.Parse(text.Split('m')[0], CultureInfo.InvariantCulture)
            + double.Parse(text.Split('m')[1].TrimEnd('s'), CultureInfo.InvariantCulture);

    // The command as its own project builds it, compiled ahead; beside this project lies a copy that is not.
    private static string Command() => Directory
        .EnumerateFiles(
            Path.GetFullPath(
                Path.Combine(AppContext.BaseDirectory, "../../../../../../src/GradOracle.Cli/bin/Release")),
            "GradOracle.Cli",
            SearchOption.AllDirectories)
        .First();
}
