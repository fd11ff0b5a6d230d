using System.Text.RegularExpressions;

namespace GradOracle.Files;

/// <summary>Why a file could not be read or written, in words, and whose trouble that is.</summary>
internal static partial class FileTrouble
{
    /// <summary>The reason, without the path, which the sentence around it names.</summary>
    public static string Reason(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error switch
        {
            UnauthorizedAccessException => "access is denied",
            DirectoryNotFoundException => "there is no such folder",
            ObjectDisposedException => "it is closed",
            _ => QuotedPath().Replace(error.Message.ReplaceLineEndings(" "), "").TrimEnd(' ', '.', ':'),
        };
    }

    // ": '/a/b'" or " '/a/b'"; a path may hold a quote itself, and so the last one counts.
    [GeneratedRegex(" ?:? '.*'")]
    private static partial Regex QuotedPath();
}
