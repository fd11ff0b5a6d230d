using System.Diagnostics;
using GradOracle.Files;
using GradOracle.Messages;
using NUnit.Framework;

namespace GradOracle.NUnit;

/// <summary>Snapshots kept by this project alone, with Verify's conventions.</summary>
[StackTraceHidden]
internal static class SnapshotEngine
{
    /// <summary>Whether there is an approved file; an empty one approves nothing.</summary>
    public static bool IsApproved(string path) => new FileInfo(path) is { Exists: true, Length: > 0 };

    /// <summary>Holds a received text against <c>name.verified.json</c>; a failure leaves <c>name.received.json</c> beside it.</summary>
    /// <param name="folder">The folder of both files.</param>
    /// <param name="name">Their common name, without an ending.</param>
    /// <param name="received">The received text.</param>
    /// <param name="difference">Asked where the texts differ: what is wrong, or null where they mean the same.</param>
    /// <returns>Whether it holds; where it does not the test has failed, which within <c>Assert.Multiple</c> throws nothing.</returns>
    public static bool Verify(string folder, string name, string received, Func<string?> difference)
    {
        var (receivedFile, verifiedFile) = ($"{name}.received.json", $"{name}.verified.json");
        var (receivedPath, verifiedPath) = (Path.Combine(folder, receivedFile), Path.Combine(folder, verifiedFile));
        File.Delete(receivedPath);
        if (!IsApproved(verifiedPath))
        {
            return Fail("New", $"Received: {receivedFile}\n{received}");
        }

        return File.ReadAllText(verifiedPath) == received || difference() is not { } message
            || Fail("NotEqual", $"Received: {receivedFile}\nVerified: {verifiedFile}\nCompare Result:\n{message}");

        bool Fail(string what, string content)
        {
            AtomicFile.Write(receivedPath, received);
            TestContext.AddTestAttachment(receivedPath);
            Assert.Fail(PlainText.Lines(
                $"Directory: {folder}\n{what}:\n  - Received: {receivedFile}\n    Verified: {verifiedFile}\n\nFileContent:\n\n{what}:\n\n{content}\n\n"));
            return false;
        }
    }
}
