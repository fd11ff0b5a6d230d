using System.Diagnostics;
using VerifyNUnit;
using VerifyTests;

namespace GradOracle.NUnit;

/// <summary>Snapshots kept by Verify.</summary>
[StackTraceHidden]
internal static class SnapshotEngine
{
    static SnapshotEngine() => VerifierSettings.UseUtf8NoBom();

    /// <summary>Holds a received text against <c>name.verified.json</c>; a failure leaves <c>name.received.json</c> beside it.</summary>
    /// <param name="folder">The folder of both files.</param>
    /// <param name="name">Their common name, without an ending.</param>
    /// <param name="received">The received text.</param>
    /// <param name="difference">Asked where the texts differ: what is wrong, or null where they mean the same.</param>
    public static void Verify(string folder, string name, string received, Func<string?> difference)
    {
        var settings = new VerifySettings();
        settings.UseDirectory(folder);
        settings.UseFileName(name);
        settings.DisableRequireUniquePrefix();
        settings.UseStringComparer((_, _, _) => Task.FromResult(difference() is { } message ? CompareResult.NotEqual(message) : CompareResult.Equal));
        Verifier.Verify(received, "json", settings).ToTask().GetAwaiter().GetResult();
    }
}
