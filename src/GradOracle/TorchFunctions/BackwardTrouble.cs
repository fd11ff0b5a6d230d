using System.Diagnostics;
using System.Runtime.InteropServices;

namespace GradOracle.TorchFunctions;

/// <summary>There is no gradient to compare; the message is a finding.</summary>
internal sealed class BackwardTrouble(string finding) : Exception(finding)
{
    private const int FramesShown = 3;

    /// <summary>An exception of the code on trial, with its type, message and the first frames of that code.</summary>
    /// <param name="where">What was running: "forward", "backward".</param>
    /// <param name="error">What it threw.</param>
    public static string Describe(string where, Exception error)
    {
        var message = error.Message.Split('\n')[0].TrimEnd('.');
        var type = error is ExternalException ? "libtorch" : error.GetType().Name;
        return $"{where} threw: {type}: {message}{Frames(error)}.";
    }

    private static string Frames(Exception error)
    {
        var frames = new StackTrace(error, fNeedFileInfo: true).GetFrames()
            .Where(f => f.GetMethod()?.DeclaringType is { } type && !IsOurs(type.FullName ?? ""))
            .Take(FramesShown)
            .Select(Text)
            .ToList();
        return frames.Count == 0 ? "" : $" (at {string.Join(", ", frames)})";
    }

    private static bool IsOurs(string type) =>
        type.StartsWith("TorchSharp.", StringComparison.Ordinal) || type.StartsWith("System.", StringComparison.Ordinal)
        || type.StartsWith("GradOracle.TorchFunctions.", StringComparison.Ordinal)
        || type.StartsWith("GradOracle.BackwardCheck", StringComparison.Ordinal);

    private static string Text(StackFrame frame)
    {
        var method = frame.GetMethod()!;
        var name = $"{method.DeclaringType!.Name}.{method.Name}";
        return frame.GetFileName() is { } file
            ? $"{name} in {Path.GetFileName(file)}:{frame.GetFileLineNumber()}"
            : name;
    }
}
