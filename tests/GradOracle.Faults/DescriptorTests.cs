using NUnit.Framework;

namespace GradOracle.Faults;

/// <summary>Descriptors that are closed, full or gone: an exit code of ours whatever can be said to whom.</summary>
[Platform("Linux", Reason = "the lines are of a Unix shell, and /dev/full is of Linux")]
public sealed class DescriptorTests
{
    private static readonly (string Line, int Code)[] s_commands =
    [
        ("check --case-file case.json", 0),
        ("check --case nonsense", 2),
        ("check --nonsense", 2),
        ("list", 0),
        ("--help", 0),
        ("check --case-file case.json --json /dev/stdout", 0),
        ("check --case-file case.json --json out.json", 0),
        ("gradient --case-file case.json", 0),
        ("explain nothing", 2),
        ("fixtures list", 0),
    ];

    private static readonly string[] s_obstacles =
        ["2>&-", "2>/dev/full", "<&-", ">&-", ">/dev/full", ">&- 2>&-", ">/dev/full 2>/dev/full", "<&- >&- 2>&-", "| head -c 1 >/dev/null"];

    [Test]
    public void Whatever_is_closed_or_full_the_exit_code_is_ours_and_there_is_no_trace()
    {
        var tried = 0;
        foreach (var (line, code) in s_commands.Take(Effort.Times(6)))
        {
            foreach (var obstacle in s_obstacles)
            {
                using var folder = Attempt.Folder();
                var result = Attempt.Run(folder.Path, $"{Attempt.Command} {line} {(obstacle.Contains("2>", StringComparison.Ordinal) ? "" : "2>error")} {obstacle}");
                var error = Path.Combine(folder.Path, "error");
                result.Error += File.Exists(error) ? File.ReadAllText(error) : "";

                // What has nothing to say on the standard output does not miss it.
                var isHeard = obstacle[0] is '|' or '<'
                    && !obstacle.Contains('>', StringComparison.Ordinal)
                    || obstacle.StartsWith("2>", StringComparison.Ordinal);
                Attempt.AssertIsOurs(
                    result, $"{line} {obstacle}", obstacle[0] == '|' ? 0 : isHeard || code == 2 ? code : 3);
                Assert.That(Directory.GetFiles(folder.Path, "*.tmp"), Is.Empty);
                tried++;
            }
        }

        Effort.Tell($"descriptors: {tried} runs with some closed, full or gone: no exit code but ours, no trace");
    }

    [TestCase("TERM", 143)]
    [TestCase("INT", 130)]
    [TestCase("HUP", 129)]
    [TestCase("QUIT", 131)]
    public void A_process_that_is_asked_to_end_ends_without_a_trace(string signal, int code)
    {
        using var folder = Attempt.Folder();

        var result = Attempt.Run(folder.Path, $"set -m; {Attempt.Command} check --network all --cases 3000 --max-dim 30 > /dev/null & sleep 1; kill -{signal} $!; wait $!");

        Attempt.AssertIsOurs(result, signal, code); // the system's way of saying which signal it was
    }

    [Test]
    public void A_process_that_is_asked_to_end_gives_the_cursor_back()
    {
        Attempt.Require("script");
        using var folder = Attempt.Folder();
        var record = Path.Combine(folder.Path, "record");
        File.WriteAllText(
            Path.Combine(folder.Path, "run.sh"),
            $"echo $$ > pid; exec {Attempt.Command} check --network all --cases 3000 --max-dim 30\n");

        Attempt.Run(folder.Path,
            "script -qfec 'sh run.sh' record </dev/null >/dev/null & for i in $(seq 200); do grep -aq '?25l' record 2>/dev/null && break; sleep 0.1; done; kill -TERM $(cat pid); wait");

        var shown = File.ReadAllText(record);
        Assume.That(shown, Does.Contain("\u001B[?25l"), "no progress bar was shown");
        Assert.That(
            shown.LastIndexOf("\u001B[?25h", StringComparison.Ordinal),
            Is.GreaterThan(shown.LastIndexOf("\u001B[?25l", StringComparison.Ordinal)));
    }
}
