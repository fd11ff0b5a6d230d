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

        var changed = Enumerable.Range(0, original.Length).Where(i => original[i] != weakened[i]).Select(i => (original[i], weakened[i]));
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
        Gen.Byte.Array[0, 400].Sample(bytes => !ElfVersionNeed.Weaken((byte[])[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, .. bytes], "libstdc++.so.6", "GLIBCXX_3.4.32"));

    [Test]
    public void The_library_in_the_output_folder_is_as_the_package_shipped_it()
    {
        TorchRuntime.EnsureLoaded();

        Assert.That(ElfVersionNeed.Weaken(Bridge(), "libstdc++.so.6", "GLIBCXX_3.4.32"), Is.True, "still there to be weakened");
        Assert.That(Directory.GetFiles(TestContext.CurrentContext.TestDirectory, "*.tmp"), Is.Empty);
    }
}
