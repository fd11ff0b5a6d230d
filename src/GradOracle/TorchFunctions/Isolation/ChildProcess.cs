using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace GradOracle.TorchFunctions.Isolation;

/// <summary>A process that runs the code on trial and dies in place of this one.</summary>
/// <remarks>
/// It is this process's own program, with the same libraries in the same versions, started with a hook
/// (<c>StartupHook</c>) that turns it into a child before its <c>Main</c>. It stays for the next check, so only the
/// first waits for it, and ends when this process does: its input ends.
/// </remarks>
internal static class ChildProcess
{
    private static readonly Lock s_lock = new();
    private static readonly StringBuilder s_errors = new();
    private static Process? s_child;

    /// <summary>The answer; null where this process cannot have a child, or the child cannot run it.</summary>
    public static BackwardResult? Ask(string subject, ChildRequest request)
    {
        lock (s_lock)
        {
            if (s_child is null or { HasExited: true } && !Start())
            {
                return null;
            }

            var child = s_child!;
            lock (s_errors)
            {
                s_errors.Clear();
            }

            try
            {
                child.StandardInput.WriteLine(ChildAnswer.Line(request));
                child.StandardInput.Flush();
                while (child.StandardOutput.ReadLine() is { } line)
                {
                    if (line.StartsWith(ChildLoop.Mark, StringComparison.Ordinal))
                    {
                        var answer = ChildAnswer.Read<ChildAnswer>(line[ChildLoop.Mark.Length..]);
                        return answer.IsUnable ? null : answer.Result();
                    }
                }
            }
            catch (IOException)
            {
                // The pipe broke: it died.
            }

            return Death(subject, child);
        }
    }

    private static BackwardResult Death(string subject, Process child)
    {
        child.WaitForExit(); // both streams are read to their ends
        var code = child.ExitCode;
        s_child = null;
        child.Dispose();
        string errors;
        lock (s_errors)
        {
            errors = s_errors.ToString();
        }

        return new(subject, Verdict.NotComparable, "there is nothing to compare.",
        [
            $"{LastWords.Phase(errors)} ended its process (exit code {code}), which no catch prevents: {LastWords.Of(errors)}; "
                + "a child process died in place of this one.",
        ]);
    }

    private static bool Start()
    {
        if (typeof(ChildProcess).Assembly.Location.Length == 0
            || Program() is not var (application, dependencies, configuration) || DotNet() is not { } host)
        {
            return false;
        }

        var start = new ProcessStartInfo(
            host, ["exec", "--runtimeconfig", configuration, "--depsfile", dependencies, application])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(ChildProcess).Assembly.Location;
        start.Environment[ChildLoop.Variable] = "1";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0"; // it is meant to die, and leaves nothing behind
        var child = Process.Start(start);
        if (child is null)
        {
            return false;
        }

        child.ErrorDataReceived += (_, line) =>
        {
            lock (s_errors)
            {
                s_errors.AppendLine(line.Data);
            }
        };
        child.BeginErrorReadLine();
        s_child = child;
        return true;
    }

    // The program this process runs, or the tests a test host runs: what the host was given as the list of its
    // libraries.
    private static (string Application, string Dependencies, string Configuration)? Program()
    {
        var listed = (AppContext.GetData("APP_CONTEXT_DEPS_FILES") as string ?? "").Split(
            ';', StringSplitOptions.RemoveEmptyEntries);
        if (listed is not [var dependencies, ..] || !dependencies.EndsWith(".deps.json", StringComparison.Ordinal))
        {
            return null;
        }

        var stem = dependencies[..^".deps.json".Length];
        var (application, configuration) = ($"{stem}.dll", $"{stem}.runtimeconfig.json");
        return File.Exists(application) && File.Exists(configuration)
            ? (application, dependencies, configuration)
            : null;
    }

    private static string? DotNet()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var beside = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return Path.GetFileName(Environment.ProcessPath) == name
            ? Environment.ProcessPath
            : File.Exists(beside) ? beside : null;
    }
}
