using GradOracle.Tests;
using NUnit.Framework;

namespace GradOracle.Faults;

/// <summary>Several processes that write the same files at once.</summary>
[Platform(Exclude = "Win", Reason = "the lines are of a Unix shell")]
public sealed class WriterTests
{
    [Test]
    public void Eight_writers_of_one_file_leave_what_one_would_leave()
    {
        using var folder = new TemporaryFolder();
        const string line = "check --cases 1 --loss projection --report a.html --report b.json > /dev/null";
        Assert.That(Attempt.Run(folder.Path, $"{Attempt.Command} {line}").Code, Is.Zero);
        var (page, json) = (Read("a.html"), Read("b.json"));

        for (var round = 0; round < Effort.Times(1); round++)
        {
            Assert.That(Attempt.Run(folder.Path, $"for i in 1 2 3 4 5 6 7 8; do {Attempt.Command} {line} & all=\"$all $!\"; done; for one in $all; do wait $one || exit 1; done"), Is.EqualTo((0, "")));

            Assert.That((Read("a.html"), Read("b.json")), Is.EqualTo((page, json)));
            Assert.That(Directory.GetFiles(folder.Path), Has.Length.EqualTo(2), "left over");
        }

        Effort.Tell($"at once: {8 * Effort.Times(1)} writers, 2 files each: 0 broken, 0 left over");

        string Read(string name) => File.ReadAllText(Path.Combine(folder.Path, name));
    }
}
