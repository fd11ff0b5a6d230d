using GradOracle.Files;

namespace GradOracle.Testing;

/// <summary>Snapshots kept by this project alone, with Verify's conventions.</summary>
internal static class Snapshots
{
    /// <summary>Whether there is an approved file; an empty one approves nothing, and Verify deletes it.</summary>
    public static bool IsApproved(string path) => new FileInfo(path) is { Exists: true, Length: > 0 };

    /// <inheritdoc cref="ITestFramework.Compare"/>
    public static string? Compare(string folder, string name, string received, Func<string?> difference)
    {
        var receivedPath = Path.Combine(folder, $"{name}.received.json");
        var approvedPath = Path.Combine(folder, $"{name}.verified.json");
        File.Delete(receivedPath);
        if (IsApproved(approvedPath) && (File.ReadAllText(approvedPath) == received || difference() is null))
        {
            return null;
        }

        AtomicFile.Write(receivedPath, received);
        return receivedPath;
    }
}
