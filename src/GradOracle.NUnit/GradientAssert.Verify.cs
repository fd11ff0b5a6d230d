using GradOracle.Files;
using GradOracle.Testing;
using VerifyNUnit;
using VerifyTests;

namespace GradOracle.NUnit;

/// <content>Snapshots kept by Verify; nothing is set that other snapshots of the same project would notice.</content>
public abstract partial class GradientAssert
{
    static string? ITestFramework.Compare(
        string folder, string name, string received, Func<string?> difference)
    {
        var receivedPath = Path.Combine(folder, $"{name}.received.json");
        var settings = new VerifySettings();
        settings.UseDirectory(folder);
        settings.UseFileName(name);
        settings.DisableRequireUniquePrefix();
        settings.UseStringComparer(
            (_, _, _) =>
                Task.FromResult(difference() is { } message ? CompareResult.NotEqual(message) : CompareResult.Equal));
        settings.OnFirstVerify((pair, _, _) => Leave(pair));
        settings.OnVerifyMismatch((pair, _, _) => Leave(pair));
        var context = SynchronizationContext.Current;
        try
        {
            Verifier.Verify(received, "json", settings).ToTask().GetAwaiter().GetResult();
            return null;
        }
        catch (Exception failure) when (failure.GetType().Name == "VerifyException")
        {
            // Verify's own exception is an error to NUnit: [Retry] would not retry, and Assert.Multiple would be cut
            // short.
            return receivedPath;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }

        // Verify writes a byte order mark unless told otherwise for all snapshots.
        Task Leave(FilePair pair)
        {
            receivedPath = pair.ReceivedPath;
            AtomicFile.Write(receivedPath, received);
            return Task.CompletedTask;
        }
    }
}
