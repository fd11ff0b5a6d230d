using GradOracle.Files;
using GradOracle.Messages;

namespace GradOracle.Testing;

/// <summary>Snapshots kept by this project alone, with Verify's conventions.</summary>
internal static class Snapshots
{
    /// <summary>Whether there is an approved file; an empty one approves nothing, and Verify deletes it.</summary>
    public static bool IsApproved(string path) => new FileInfo(path) is { Exists: true, Length: > 0 };

    /// <inheritdoc cref="ITestFramework.Compare"/>
    public static SnapshotFailure? Compare(string folder, string name, string received, Func<string?> difference)
    {
        var (receivedFile, verifiedFile) = ($"{name}.received.json", $"{name}.verified.json");
        var (receivedPath, verifiedPath) = (Path.Combine(folder, receivedFile), Path.Combine(folder, verifiedFile));
        File.Delete(receivedPath);
        if (!IsApproved(verifiedPath))
        {
            return Failure("New", $"Received: {receivedFile}\n{received}");
        }

        return File.ReadAllText(verifiedPath) == received || difference() is not { } message
            ? null
            : Failure("NotEqual", $"Received: {receivedFile}\nVerified: {verifiedFile}\nCompare Result:\n{message}");

        SnapshotFailure Failure(string what, string content)
        {
            AtomicFile.Write(receivedPath, received);
            return new(
                PlainText.Lines(
                    $"Directory: {folder}\n{what}:\n  - Received: {receivedFile}\n    Verified: {verifiedFile}\n\n"
                    + $"FileContent:\n\n{what}:\n\n{content}\n\n"),
                receivedPath);
        }
    }
}
