using NUnit.Framework;

namespace GradOracle.Faults;

/// <summary>Limits of a process: memory, data, files, their length. A sentence and exit code 3, or the result; never
/// the runtime's own end.</summary>
/// <remarks>Below what .NET itself needs to start (some 2 GB of address space, 24 open files, 4 MB of heap) no line of
/// ours runs, and its exit code is its own.</remarks>
[Platform("Linux", Reason = "the limits are those of a Linux shell")]
public sealed class LimitTests
{
    private static readonly string[] s_lines =
        ["check --cases 1 --loss huber --report page.html", "list", "gradient --case-file case.json"];

    // Its values alone are more than any heap that is tried.
    private const string TooLarge = "--case \"elman/projection T=24 n=64 h=64 m=1 B=64 real float64 seed=1\"";

    [TestCase("ulimit -v", 2_200_000, 6_000_000)]
    [TestCase("ulimit -d", 150_000, 1_400_000)]
    [TestCase("ulimit -n", 40, 250)]
    public void A_limit_is_told_in_a_sentence_or_is_no_obstacle(string limit, int from, int to) =>
        Try(limit, from, to, "", "This process is allowed ");

    // The runtime maps compiled code twice through a file of its own, whose length counts as well; without it our own
    // files are what does not fit.
    [Test]
    public void A_file_that_would_be_too_long_is_told() =>
        Try(
            "ulimit -f",
            8,
            4_000,
            "export DOTNET_EnableWriteXorExecute=0; ",
            "cannot be (written|loaded)|The output cannot be written");

    [Test]
    public void A_heap_that_is_too_small_is_told()
    {
        var (told, ran) = (0, 0);
        for (var i = 0; i < Effort.Times(4); i++)
        {
            using var folder = Attempt.Folder();
            var bytes = FormattableString.Invariant($"{(8 << 20) + i * (16 << 20) / Effort.Times(4):x}");
            var what = i % 2 == 0 ? TooLarge : "--network elman --max-dim 16 --cases 20";
            var result = Attempt.Run(
                folder.Path,
                $"{Attempt.Command} check {what} --report page.html >/dev/null",
                ("DOTNET_GCHeapHardLimit", bytes));
            Attempt.AssertIsOurs(result, $"heap of 0x{bytes}", 0, 3);
            Assert.That(
                result.Code == 0 || result.Error.StartsWith(
                    "gradoracle: There is not enough memory for this", StringComparison.Ordinal),
                result.Error);
            Assert.That(Directory.GetFiles(folder.Path, "*.tmp"), Is.Empty);
            (told, ran) = (told + (result.Code == 3 ? 1 : 0), ran + (result.Code == 0 ? 1 : 0));
        }

        Assert.That(told, Is.Positive);
        Effort.Tell($"heap limits: {told} told, {ran} ran, 0 ended otherwise");
    }

    private static void Try(string limit, int from, int to, string before, string sentence)
    {
        var (told, ran, random) = (0, 0, new Random(from));
        for (var i = 0; i < Effort.Times(5); i++)
        {
            using var folder = Attempt.Folder();
            var at = i < 2 ? (i == 0 ? from : to) : random.Next(from, to);
            var (line, under) = (s_lines[i % s_lines.Length], FormattableString.Invariant($"{limit} {at}"));
            var result = Attempt.Run(folder.Path, $"{under} || exit 99; {before}{Attempt.Command} {line} > out");
            if (result.Code == 99)
            {
                Assert.Ignore($"{under} cannot be set here: {result.Error.Trim()}");
            }

            Attempt.AssertIsOurs(result, $"{under}; {line}", 0, 3);
            Assert.That(result.Error, result.Code == 0 ? Is.Empty : Does.Match(sentence), under);
            Assert.That(Directory.GetFiles(folder.Path, "*.tmp"), Is.Empty);
            (told, ran) = (told + (result.Code == 3 ? 1 : 0), ran + (result.Code == 0 ? 1 : 0));
        }

        Assert.That(told, Is.Positive);
        Effort.Tell($"{limit}: {told} told, {ran} ran, 0 ended otherwise");
    }
}
