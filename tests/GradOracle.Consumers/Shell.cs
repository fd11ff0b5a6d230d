using System.Diagnostics;
using NUnit.Framework;

namespace GradOracle.Consumers;

/// <summary>Commands as a person types them.</summary>
internal static class Shell
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    /// <summary>Runs a line in a folder.</summary>
    /// <returns>The exit code, and all that was printed.</returns>
    public static (int Code, string Output) Run(string folder, string line)
    {
        var start = new ProcessStartInfo(
            "bash", ["-c", $"{{ {line}; }} 2>&1"])
        { WorkingDirectory = folder, RedirectStandardOutput = true };
        foreach (var (name, value) in new[] { ("DOTNET_NOLOGO", "1"), ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"), ("DOTNET_CLI_UI_LANGUAGE", "en"), ("MSBUILDDISABLENODEREUSE", "1") })
        {
            start.Environment[name] = value;
        }

        // What the test host was told is not for the tests that are tried.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("VSTEST", StringComparison.Ordinal) || k.StartsWith("GRADORACLE", StringComparison.Ordinal) || k.StartsWith("MSBuild", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        using var shell = Process.Start(start)!;
        var output = shell.StandardOutput.ReadToEndAsync();
        if (!shell.WaitForExit(s_patience))
        {
            shell.Kill(entireProcessTree: true);
            return (-1, "it hangs");
        }

        return (shell.ExitCode, output.Result);
    }

    /// <summary>Runs a line in a folder, which must succeed.</summary>
    /// <returns>All that was printed.</returns>
    public static string Require(string folder, string line)
    {
        var (code, output) = Run(folder, line);
        Assert.That(code, Is.Zero, $"{line}: {output}");
        return output;
    }
}
