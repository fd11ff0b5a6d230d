using GradOracle.Tests;
using NUnit.Framework;

namespace GradOracle.Faults;

/// <summary>Disks that are full, read-only or not ours: exit code 3, a sentence, the old file whole, nothing left
/// over.</summary>
[Platform("Linux", Reason = "tmpfs and /sys")]
public sealed class DiskTests
{
    private static readonly string[] s_lines =
    [
        "check --case-file case.json --json TARGET", "check --case-file case.json --report TARGET", "gradient --case-file case.json --json TARGET",
    ];

    [Test]
    public void A_full_disk_is_told_and_the_old_file_stays()
    {
        using var disk = new SmallDisk("size=16k");
        File.WriteAllText(Path.Combine(disk.Path, "old.json"), "old");
        using (var filler = File.Create(Path.Combine(disk.Path, "filler")))
        {
            Assert.That(() => filler.Write(new byte[64 << 10]), Throws.InstanceOf<IOException>());
        }

        foreach (var line in s_lines)
        {
            AssertRefused(
                disk.Folder,
                line.Replace("TARGET", $"{disk.Path}/old.json", StringComparison.Ordinal),
                Path.Combine(disk.Path, "old.json"));
        }

        Assert.That(Directory.GetFiles(disk.Path), Has.Length.EqualTo(2));
        Effort.Tell($"full disk: {s_lines.Length} commands on a full disk: 0 broken, 0 lost, 0 left over");
    }

    [Test]
    public void A_read_only_disk_is_told()
    {
        using var disk = new SmallDisk("ro");
        foreach (var line in s_lines)
        {
            var run = line.Replace("TARGET", $"{disk.Path}/new.json", StringComparison.Ordinal);
            Attempt.AssertIsOurs(Attempt.Run(disk.Folder, $"{Attempt.Command} {run}"), run, 3);
        }
    }

    [Test]
    public void A_folder_that_may_not_be_written_to_is_told()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "case.json"), Attempt.CaseFile);
        foreach (var line in s_lines)
        {
            var run = line.Replace("TARGET", "/sys/new.json", StringComparison.Ordinal); // denied to the superuser too
            var result = Attempt.Run(folder.Path, $"{Attempt.Command} {run}");

            Attempt.AssertIsOurs(result, run, 3);
            Assert.That(result.Error, Does.StartWith("gradoracle: File /sys/new.json cannot be written: "));
        }
    }

    private static void AssertRefused(string folder, string line, string old)
    {
        var result = Attempt.Run(folder, $"{Attempt.Command} {line} > /dev/null");

        Attempt.AssertIsOurs(result, line, 3);
        Assert.That(result.Error, Does.Match("^gradoracle: File .* cannot be written: No space left on device; make room or give a path that you may write to.\n$"));
        Assert.That(File.ReadAllText(old), Is.EqualTo("old"));
    }

    /// <summary>A file system of its own, with a case file beside it; the test is skipped where none may be
    /// mounted.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public SmallDisk(string options)
        {
            Directory.CreateDirectory(Path);
            File.WriteAllText(System.IO.Path.Combine(Folder, "case.json"), Attempt.CaseFile);
            var (code, error) = Attempt.Run(Folder, $"mount -t tmpfs -o {options} tmpfs disk");
            if (code != 0)
            {
                _folder.Dispose();
                Assert.Ignore($"no file system may be mounted here: {error.Trim()}");
            }
        }

        public string Folder => _folder.Path;

        public string Path => System.IO.Path.Combine(Folder, "disk");

        public void Dispose()
        {
            Attempt.Run(Folder, "umount disk");
            _folder.Dispose();
        }
    }
}
