using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace GradOracle.Files;

/// <summary>The files that are written in place of others and then renamed; what a killed process left of them is
/// cleared away.</summary>
internal static partial class TemporaryFile
{
    // Far longer than any write takes, also on a disk of the network whose clock differs.
    private static readonly TimeSpan s_old = TimeSpan.FromHours(1);
    private static readonly ConcurrentDictionary<string, bool> s_cleared = new();

    /// <summary>A new name beside a file.</summary>
    public static string NameFor(string path) =>
        FormattableString.Invariant($"{path}.{Environment.ProcessId}.{Guid.NewGuid():N}.tmp");

    /// <summary>Deletes what has our kind of name and is old; once for each folder and process.</summary>
    public static void ClearOld(string folder)
    {
        if (s_cleared.TryAdd(folder, true))
        {
            Clear(folder, DateTime.UtcNow - s_old);
        }
    }

    /// <summary>Deletes what has our kind of name and was last written before a time.</summary>
    internal static void Clear(string folder, DateTime before)
    {
        try
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*.tmp").Where(f => Ours().IsMatch(f.Name) && f.LastWriteTimeUtc < before))
            {
                file.Delete();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Somebody else's, or gone already: it does no harm.
        }
    }

    [GeneratedRegex(@"\.[0-9]+\.[0-9a-f]{32}\.tmp$")]
    private static partial Regex Ours();
}
