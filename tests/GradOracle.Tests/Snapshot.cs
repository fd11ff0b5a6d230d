using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>A text that was approved: a change of it is a change of a file, seen in review.</summary>
/// <remarks>The files lie in the folder <c>Snapshots</c> of the test project. GRADORACLE_ACCEPT=1 writes them anew.</remarks>
internal static class Snapshot
{
    private static readonly string s_project = typeof(Snapshot).Assembly.GetName().Name!;
    private static readonly string s_folder = Path.Combine(Repository.Root, "tests", s_project, "Snapshots");

    /// <summary>Whether the approved text is this one; where it is not, the received one is kept beside it.</summary>
    public static void Verify(string name, string received)
    {
        received = received.ReplaceLineEndings("\n").TrimEnd('\n');
        var (approved, beside) = (
            Path.Combine(s_folder, $"{name}.verified.txt"), Path.Combine(s_folder, $"{name}.received.txt"));
        if (Environment.GetEnvironmentVariable("GRADORACLE_ACCEPT") == "1")
        {
            Directory.CreateDirectory(s_folder);
            File.WriteAllText(approved, received);
        }

        if (File.Exists(approved) && File.ReadAllText(approved) == received)
        {
            File.Delete(beside);
            return;
        }

        Directory.CreateDirectory(s_folder);
        File.WriteAllText(beside, received);
        Assert.Fail(
            $"Snapshots/{name}.verified.txt is not what was received: compare it with {name}.received.txt beside it. Where the change is meant, approve it with\n"
            + $"  GRADORACLE_ACCEPT=1 dotnet test tests/{s_project} --filter {TestContext.CurrentContext.Test.ClassName}");
    }
}
