using System.Diagnostics;
using GradOracle.Reports;
using NUnit.Framework;
using VerifyNUnit;
using VerifyTests;

namespace GradOracle.NUnit;

/// <summary>Snapshots kept by Verify; nothing is set that other snapshots of the same project would notice.</summary>
[StackTraceHidden]
internal static class SnapshotEngine
{
    /// <summary>Whether there is an approved file; an empty one approves nothing, and Verify deletes it.</summary>
    public static bool IsApproved(string path) => new FileInfo(path) is { Exists: true, Length: > 0 };

    /// <summary>Holds a received text against <c>name.verified.json</c>; a failure leaves <c>name.received.json</c> beside it.</summary>
    /// <param name="folder">The folder of both files.</param>
    /// <param name="name">Their common name, without an ending.</param>
    /// <param name="received">The received text.</param>
    /// <param name="difference">Asked where the texts differ: what is wrong, or null where they mean the same.</param>
    /// <returns>Whether it holds; where it does not the test has failed, which within <c>Assert.Multiple</c> throws nothing.</returns>
    public static bool Verify(string folder, string name, string received, Func<string?> difference)
    {
        var settings = new VerifySettings();
        settings.UseDirectory(folder);
        settings.UseFileName(name);
        settings.DisableRequireUniquePrefix();
        settings.UseStringComparer((_, _, _) => Task.FromResult(difference() is { } message ? CompareResult.NotEqual(message) : CompareResult.Equal));
        settings.OnFirstVerify((pair, _, _) => Leave(pair));
        settings.OnVerifyMismatch((pair, _, _) => Leave(pair));
        var context = SynchronizationContext.Current;
        try
        {
            Verifier.Verify(received, "json", settings).ToTask().GetAwaiter().GetResult();
            return true;
        }
        catch (Exception failure) when (failure.GetType().Name == "VerifyException")
        {
            // Verify's own exception is an error to NUnit: [Retry] would not retry, and Assert.Multiple would be cut short.
            Assert.Fail(PlainText.Lines(failure.Message));
            return false;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }

        // Verify writes a byte order mark unless told otherwise for all snapshots, and attaches the file on build servers only.
        Task Leave(FilePair pair)
        {
            AtomicFile.Write(pair.ReceivedPath, received);
            TestContext.AddTestAttachment(pair.ReceivedPath);
            return Task.CompletedTask;
        }
    }
}
