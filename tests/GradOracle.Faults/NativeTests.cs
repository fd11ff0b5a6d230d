using System.Runtime.Versioning;
using GradOracle.Cli;
using GradOracle.Tests;
using GradOracle.Torch;
using NUnit.Framework;

namespace GradOracle.Faults;

/// <summary>Natives that are cut short, spoiled, missing or planted.</summary>
[Platform("Linux", Reason = "the natives are those of Linux")]
[SupportedOSPlatform("linux")]
public sealed class NativeTests
{
    private const string Line = "check --case-file case.json";
    private static readonly string[] s_natives = ["libLibTorchSharp.so", "libc10.so", "libtorch.so", "libtorch_cpu.so"];

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void LinkTheCommand()
    {
        _folder = new();
        File.WriteAllText(Path.Combine(_folder.Path, "case.json"), Attempt.CaseFile);
        if (Attempt.Run(
                _folder.Path,
                $"cp -al '{Path.GetDirectoryName(typeof(CommandLine).Assembly.Location)}' command").Code != 0)
        {
            _folder.Dispose();
            Assert.Ignore("the command cannot be linked into the folder for temporary files: they are on two disks");
        }
    }

    [TearDown]
    public void Delete() => _folder.Dispose();

    [Test]
    public void A_native_that_is_cut_short_is_told_and_ends_nothing()
    {
        var tried = 0;
        foreach (var native in s_natives)
        {
            var path = Native(native);
            var whole = $"{path}.whole";
            File.Move(path, whole);
            var length = new FileInfo(whole).Length;
            foreach (var left in new[] { 0, 1, 63, 64, 4096, length / 2, ElfImage.LengthByHeaders(whole)!.Value - 1 })
            {
                Cut(whole, path, left);

                var result = Run();

                Attempt.AssertIsOurs(result, $"{native} cut to {left}", 3);
                Assert.That(
                    result.Error,
                    Does.Contain($"{native} is cut short or no library; restore the packages and build again."));
                tried++;
            }

            File.Delete(path);
            File.Move(whole, path);
        }

        Assert.That(Run().Code, Is.Zero, "whole again");
        Effort.Tell($"natives: {tried} cut short: {tried} sentences");
    }

    [Test]
    public void A_native_that_is_missing_or_something_else_is_told()
    {
        foreach (var native in s_natives)
        {
            var path = Native(native);
            File.Move(path, $"{path}.whole");
            Attempt.AssertIsOurs(Run(), $"no {native}", 3);

            File.WriteAllText(path, new string('x', 100_000));
            Attempt.AssertIsOurs(Run(), $"{native} is text", 3);

            File.Move($"{path}.whole", path, overwrite: true);
        }
    }

    [Test]
    public void What_is_planted_in_a_cache_that_others_may_write_to_is_never_loaded()
    {
        var cache = Directory.CreateDirectory(Path.Combine(_folder.Path, "cache", "gradoracle")).FullName;
        File.SetUnixFileMode(cache, (UnixFileMode)0x1FF);
        foreach (var name in s_natives.Append("libLibTorchSharp.5968efac8270eff8.so"))
        {
            File.WriteAllText(Path.Combine(cache, name), "planted");
        }

        File.SetUnixFileMode(Path.Combine(_folder.Path, "command"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var result = Attempt.Run(
            _folder.Path,
            $"XDG_CACHE_HOME=\"$PWD/cache\" HOME=/nowhere dotnet command/GradOracle.Cli.dll {Line} > /dev/null");
        File.SetUnixFileMode(
            Path.Combine(_folder.Path, "command"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Attempt.AssertIsOurs(result, "a poisoned cache", 0);
        Assert.That(Directory.GetFiles(cache).Select(File.ReadAllText), Is.All.EqualTo("planted").And.Exactly(5).Items);
    }

    [Test]
    public void Loading_leaves_no_file_behind()
    {
        string[] Files() => [.. Directory.GetFiles(Path.Combine(_folder.Path, "command"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        var before = Files();

        Assert.That(Run().Code, Is.Zero);

        Assert.That(Files(), Is.EqualTo(before));
    }

    private (int Code, string Error) Run() =>
        Attempt.Run(_folder.Path, $"dotnet command/GradOracle.Cli.dll {Line} > /dev/null");

    private string Native(string name) => Path.Combine(_folder.Path, "command", name);

    // The beginning is what the loader reads first; the rest need not take room.
    private static void Cut(string whole, string path, long length)
    {
        using var from = File.OpenRead(whole);
        using var to = File.Create(path);
        var head = new byte[Math.Min(length, 1 << 20)];
        from.ReadExactly(head);
        to.Write(head);
        to.SetLength(length);
    }
}
