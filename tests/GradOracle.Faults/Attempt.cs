using System.Diagnostics;
using GradOracle.Cli;
using GradOracle.Tests;
using NUnit.Framework;

namespace GradOracle.Faults;

/// <summary>A command tried under some obstacle, as a line of a shell.</summary>
internal static class Attempt
{
    /// <summary>The command, for a shell.</summary>
    public static string Command { get; } = $"dotnet '{typeof(CommandLine).Assembly.Location}'";

    /// <summary>A case file as small as they get.</summary>
    public const string CaseFile =
        """{ "network": "shared-weight", "loss": "squared-error", "shape": { "n": 1, "h": 1, "m": 1, "B": 1 }, "tensors": { "Wx": [[1]], "Wh": [[2]], "Wy": [[3]], "X1": [[4]], "X2": [[5]], "T": [[6]] } }""";

    /// <summary>A folder with that case in <c>case.json</c>.</summary>
    public static TemporaryFolder Folder()
    {
        var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "case.json"), CaseFile);
        return folder;
    }

    /// <summary>Runs a line in a folder.</summary>
    /// <returns>The exit code and what was printed to the standard error; −1 where it hangs.</returns>
    public static (int Code, string Error) Run(
        string folder, string line, params IEnumerable<(string Name, string Value)> environment)
    {
        var start =
            new ProcessStartInfo("bash", ["-c", line]) { WorkingDirectory = folder, RedirectStandardError = true };
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var shell = Process.Start(start)!;
        var error = shell.StandardError.ReadToEndAsync();
        if (!shell.WaitForExit(120_000))
        {
            shell.Kill(entireProcessTree: true);
            return (-1, "it hangs");
        }

        return (shell.ExitCode, error.Result);
    }

    /// <summary>Asserts an exit code of ours, and a sentence in place of a stack trace.</summary>
    public static void AssertIsOurs((int Code, string Error) result, string line, params int[] codes)
    {
        Assert.That(codes, Does.Contain(result.Code), $"{line}: {result.Error}");
        Assert.That(
            result.Error, Does.Not.Contain("   at ").And.Not.Contain("defect").And.Not.Contain("Unhandled"), line);
    }

    /// <summary>Skips the test where a tool is not here.</summary>
    public static void Require(string tool)
    {
        if (Run("/", $"command -v {tool} >/dev/null").Code != 0)
        {
            Assert.Ignore($"{tool} is not installed here");
        }
    }
}
