using System.Globalization;
using System.Runtime.InteropServices;
using GradOracle.Tests;
using NUnit.Framework;

namespace GradOracle.Consumers;

/// <summary>The packages as they are built, in a local feed, under a version that no cache knows.</summary>
internal sealed class Feed : IDisposable
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private static readonly string[] s_packages =
        ["GradOracle", "GradOracle.Testing", "GradOracle.NUnit", "GradOracle.ML", "GradOracle.Templates"];

    private readonly TemporaryFolder _folder = new();

    /// <summary>Packs them.</summary>
    public Feed()
    {
        foreach (var package in s_packages)
        {
            var packed = Shell.Run(
                Repository.Root,
                $"dotnet pack src/{package} --no-build -c {Configuration} -p:Version={Version} -o '{_folder.Path}'");
            Assert.That(packed.Code, Is.Zero, packed.Output);
        }
    }

    /// <summary>Packs the command for this platform, too, which takes minutes.</summary>
    /// <returns>The package with the natives.</returns>
    public FileInfo PackTool()
    {
        var platform = RuntimeInformation.RuntimeIdentifier;
        var packed = Shell.Run(Repository.Root, $"dotnet pack src/GradOracle.Cli -c Release -p:RunAnalyzers=false -p:ToolPlatforms={platform} -p:Version={Version} -o '{_folder.Path}'");
        Assert.That(packed.Code, Is.Zero, packed.Output);
        return new(Path.Combine(_folder.Path, $"GradOracle.Cli.{platform}.{Version}.nupkg"));
    }

    /// <summary>The file of a package.</summary>
    public string FileOf(string package) => Path.Combine(_folder.Path, $"{package}.{Version}.nupkg");

    /// <summary>Of this run alone.</summary>
    public string Version { get; } = $"0.1.0-try.{DateTime.UtcNow.Ticks.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Lets what is restored below a folder see the feed, beside the feeds of this machine.</summary>
    public void OfferIn(string folder) => File.WriteAllText(
        Path.Combine(folder, "nuget.config"),
        $"""<configuration><packageSources><add key="gradoracle" value="{_folder.Path}" /></packageSources></configuration>""");

    /// <summary>Takes the packages back, out of the cache too.</summary>
    public void Dispose()
    {
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (var package in (string[])[.. s_packages, "GradOracle.Cli", $"GradOracle.Cli.{RuntimeInformation.RuntimeIdentifier}"])
        {
#pragma warning disable CA1308 // the cache has them in lower case
            var copy = Path.Combine(cache, package.ToLowerInvariant(), Version);
#pragma warning restore CA1308
            if (Directory.Exists(copy))
            {
                Directory.Delete(copy, recursive: true);
            }
        }

        _folder.Dispose();
    }
}
