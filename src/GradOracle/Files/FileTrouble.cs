using System.Text.RegularExpressions;

namespace GradOracle.Files;

/// <summary>Why a file could not be read or written, in words, and whose trouble that is.</summary>
internal static partial class FileTrouble
{
    /// <summary>Whether it is the system that refuses. .NET takes a file beyond the limit of the process (EFBIG) for an
    /// argument out of range.</summary>
    public static bool IsOfTheSystem(Exception error) =>
        error is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    /// <summary>The reason, without the path, which the sentence around it names.</summary>
    public static string Reason(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error switch
        {
            UnauthorizedAccessException => "access is denied",
            DirectoryNotFoundException => "there is no such folder",
            ObjectDisposedException => "it is closed",
            ArgumentOutOfRangeException => "it would be larger than files may be here (ulimit -f)",
            _ => QuotedPath().Replace(error.Message.ReplaceLineEndings(" "), "").TrimEnd(' ', '.', ':'),
        };
    }

    // ": '/a/b'" or " '/a/b'"; a path may hold a quote itself, and so the last one counts.
    [GeneratedRegex(" ?:? '.*'")]
    private static partial Regex QuotedPath();
}
