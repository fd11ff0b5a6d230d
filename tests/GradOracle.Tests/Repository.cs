using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Places in the clone that the tests run from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Fixtures { get; } = Path.Combine(Root, "fixtures");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "GradOracle.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException(
            "The tests do not run from within a clone: there is no GradOracle.sln above them.");
    }
}
