using System.Globalization;
using NUnit.Framework;

namespace GradOracle.Faults;

/// <summary>The system refuses a call that writes, one after the other, until none is left: a sentence and the old
/// file, or the new one.</summary>
[Platform("Linux", Reason = "the calls are refused by a library that is preloaded")]
public sealed class RefusalTests
{
    private const int NoSpace = 28; // ENOSPC
    private const string Old = "old\n";

    private static readonly (string Line, string[] Files)[] s_commands =
    [
        ("check --case-file case.json --report a.html --json b.json", ["a.html", "b.json"]),
        ("gradient --case-file case.json --json c.json", ["c.json"]),
        ("report report.json --output d.md", ["d.md"]),
        ("fixtures regenerate --folder fixtures --filter \"shared-weight/projection n=1\"", []),
    ];

    [TestCase(NoSpace, "No space left on device")]
    [TestCase(13, "access is denied")]
    [TestCase(5, "Input/output error")]
    public void Every_call_that_writes_may_be_refused(int error, string reason)
    {
        Attempt.Require("cc");
        using var folder = Attempt.Folder();
        var (shim, said) = (Path.Combine(folder.Path, "refuse.so"), Path.Combine(folder.Path, "said"));
        var source = Path.Combine(TestContext.CurrentContext.TestDirectory, "refuse.c");
        var work = Directory.CreateDirectory(
            Path.Combine(folder.Path, "work", "fixtures", "shared-weight")).Parent!.Parent!.FullName;
        File.WriteAllText(Path.Combine(work, "case.json"), Attempt.CaseFile);
        Assert.That(
            Attempt.Run(folder.Path, $"cc -shared -fPIC -O1 -o refuse.so '{source}' -ldl"), Is.EqualTo((0, "")));
        Assert.That(
            Attempt.Run(work, $"{Attempt.Command} check --case-file case.json --json report.json > /dev/null").Code,
            Is.Zero);

        var calls = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (line, files) in s_commands.Take(error == NoSpace ? s_commands.Length : Effort.Times(1)))
        {
            for (var at = 1; ; at++)
            {
                Array.ForEach(files, f => File.WriteAllText(Path.Combine(work, f), Old));
                File.Delete(said);
                var result = Attempt.Run(
                    work, $"{Attempt.Command} {line} > /dev/null",
                    ("LD_PRELOAD", shim), ("REFUSE_IN", work), ("REFUSE_AT", at.ToString(CultureInfo.InvariantCulture)), ("REFUSE_WITH", error.ToString(CultureInfo.InvariantCulture)), ("REFUSE_SAID", said));
                var call = File.Exists(said) ? File.ReadAllText(said).Trim() : null;
                var what = $"{call} number {at} of {line}";

                Attempt.AssertIsOurs(result, what, call is null ? 0 : 3);
                Assert.That(
                    result.Error,
                    call is null ? Is.Empty : Does.Match($"^gradoracle: File .* cannot be written: {reason}; .*\n$"),
                    what);
                foreach (var text in files.Select(f => File.ReadAllText(Path.Combine(work, f))))
                {
                    Assert.That(text == Old || (text.Length > 100 && text.EndsWith('\n')), what);
                }

                Assert.That(Directory.GetFiles(work, "*.tmp", SearchOption.AllDirectories), Is.Empty, what);
                if (call is null)
                {
                    break;
                }

                calls[call] = calls.GetValueOrDefault(call) + 1;
            }
        }

        Assert.That(calls.Keys, Is.SupersetOf(new[] { "open", "pwrite", "rename" }));
        Effort.Tell($"{reason}: {string.Join(", ", calls.Select(c => FormattableString.Invariant($"{c.Value} {c.Key}")))} refused: 0 broken, 0 lost, 0 left over");
    }
}
