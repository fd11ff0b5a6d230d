using System.Runtime.Versioning;
using CsCheck;
using GradOracle.Torch;
using NUnit.Framework;

namespace GradOracle.Tests;

public sealed class TorchRuntimeTests
{
    private static byte[] Bridge()
    {
        var file = Path.Combine(TestContext.CurrentContext.TestDirectory, "libLibTorchSharp.so");
        Assume.That(File.Exists(file), "only the Linux build has this file");
        return File.ReadAllBytes(file);
    }

    [Test]
    public void Weakening_a_version_changes_that_one_flag_and_nothing_else()
    {
        var original = Bridge();
        var weakened = (byte[])original.Clone();

        Assert.That(ElfVersionNeed.Weaken(weakened, "libstdc++.so.6", "GLIBCXX_3.4.32"), Is.True);

        var changed = Enumerable.Range(0, original.Length).Where(
            i => original[i] != weakened[i]).Select(i => (original[i], weakened[i]));
        Assert.That(changed, Is.EqualTo(new[] { ((byte)0, (byte)2) }));
    }

    [TestCase("libstdc++.so.6", "GLIBCXX_9.9.99")]
    [TestCase("libnothing.so", "GLIBCXX_3.4.32")]
    public void A_requirement_that_is_not_there_changes_nothing(string library, string version)
    {
        var original = Bridge();
        var weakened = (byte[])original.Clone();

        Assert.That(ElfVersionNeed.Weaken(weakened, library, version), Is.False);
        Assert.That(weakened.AsSpan().SequenceEqual(original));
    }

    [Test]
    public void Files_that_are_no_library_are_refused_and_never_crash_the_reader() =>
        Gen.Byte.Array[0, 400].Sample(
            bytes => !ElfVersionNeed.Weaken(
                (byte[])[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, .. bytes], "libstdc++.so.6", "GLIBCXX_3.4.32"));

    [Test]
    public void The_library_in_the_output_folder_is_as_the_package_shipped_it()
    {
        TorchRuntime.EnsureLoaded();

        Assert.That(
            ElfVersionNeed.Weaken(Bridge(), "libstdc++.so.6", "GLIBCXX_3.4.32"), Is.True, "still there to be weakened");
        Assert.That(Directory.GetFiles(TestContext.CurrentContext.TestDirectory, "*.tmp"), Is.Empty);
    }

    [TestCase(0x0c, TestName = "libraries in a circle")]
    [TestCase(0x1c, TestName = "versions in a circle")]
    public void A_table_whose_entries_lead_back_ends(int next)
    {
        // A header, two section headers (names and needs), and one entry of each table that leads to the one before it.
        var elf = new byte[0x140];
        "\u007fELF\u0002\u0001"u8.CopyTo(elf);
        (elf[0x28], elf[0x3a], elf[0x3c]) = (0x40, 0x40, 2);
        elf[0x40 + 0x18] = 0xc0; // the names
        BitConverter.GetBytes(0x6ffffffeu).CopyTo(elf, 0x80 + 4);
        elf[0x80 + 0x19] = 0x01; // the needs, at 0x100
        "a\0b\0"u8.CopyTo(elf.AsSpan(0xc0));
        (elf[0x100 + 8], elf[0x110 + 8]) = (0x10, 2);
        BitConverter.GetBytes(0x10).CopyTo(elf, 0xf0 + 0x0c);
        BitConverter.GetBytes(next == 0x0c ? -0x10 : 0x10).CopyTo(elf, 0x100 + 0x0c);
        BitConverter.GetBytes(-0x10).CopyTo(elf, 0x100 + 0x1c);

        var task = Task.Run(() => ElfVersionNeed.Weaken((byte[])elf.Clone(), next == 0x0c ? "none" : "a", "none"));

        Assert.That(task.Wait(TimeSpan.FromSeconds(5)), "it runs without end");
        Assert.That(task.Result, Is.False);
    }

    [Test]
    public void A_library_that_is_cut_short_is_told_by_its_headers_whatever_is_missing()
    {
        var bytes = Bridge();
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "a.so");
        foreach (var length in new[] { 0, 10, 64, 1000, bytes.Length / 2, bytes.Length - 1, bytes.Length })
        {
            File.WriteAllBytes(path, bytes[..length]);

            Assert.That(
                ElfImage.LengthByHeaders(path) <= length, Is.EqualTo(length == bytes.Length), $"{length} bytes");
        }
    }

    [Test]
    [SupportedOSPlatform("linux")]
    public void A_library_loaded_from_bytes_leaves_no_file()
    {
        var bytes = Bridge();
        TorchRuntime.EnsureLoaded();
        using var folder = new TemporaryFolder();
        ElfVersionNeed.Weaken(bytes, "libstdc++.so.6", "GLIBCXX_3.4.32");

        Assert.That(AnonymousLibrary.Load(bytes, folder.Path), Is.Not.Zero);
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Is.Empty);
    }
}
