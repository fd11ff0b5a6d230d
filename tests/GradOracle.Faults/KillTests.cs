using System.Diagnostics;
using GradOracle.Fixtures;
using GradOracle.Gallery;
using NUnit.Framework;

namespace GradOracle.Faults;

/// <summary>kill -9 at any moment, over every command that writes: each file is the old one or the new one.</summary>
/// <remarks>Every second process is killed at a moment drawn from its whole life, the others when a file is being
/// written: just after it appeared.</remarks>
[Platform("Linux", Reason = "kill -9, and that a file appears is told at once")]
public sealed class KillTests
{
    private const int Lanes = 2;
    private const string Old = "old\n";

    // What each writes; the fixtures last. Those that need no libtorch are quick, and so there are more of them.
    private static readonly (string Line, string[] Files)[] s_commands =
    [
        ("check --case-file case.json --report a.html --report b.md --report c.json", ["a.html", "b.md", "c.json"]),
        ("check --case-file case.json --json d.json", ["d.json"]),
        ("gradient --case-file case.json --json e.json", ["e.json"]),
        ("report report.json --output f.html", ["f.html"]),
        ("report diff report.json report.json --to json --output g.json", ["g.json"]),
        ("report report.json --output h.md", ["h.md"]),
        ("report report.json --output i.json", ["i.json"]),
        ("report diff report.json report.json --to md --output j.md", ["j.md"]),
        ("report report.json --to html --output k.html", ["k.html"]),
        ("fixtures regenerate --folder . --filter n=1", [.. FixtureCatalog.Cases.Where(c => c.ToString().Contains("n=1", StringComparison.Ordinal)).Select(FixtureStore.FileOf)]),
    ];

    [Test]
    public async Task A_process_killed_at_any_moment_leaves_every_file_old_or_new_and_the_next_run_clears_up()
    {
        var kills = Effort.Times(300);
        var figures = await Task.WhenAll(
            Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => Lane(lane, kills / Lanes)))).ConfigureAwait(false);

        Assert.That(
            figures.Sum(f => f.Killed),
            Is.EqualTo(kills / Lanes * Lanes),
            "most were done before they could be killed");
        Effort.Tell($"kill -9: {figures.Sum(f => f.Killed)} processes killed, {figures.Sum(f => f.During)} between two files, {figures.Sum(f => f.Temporary)} within a file, whose temporary ones were cleared: 0 files broken, 0 lost, 0 left over");
    }

    private static async Task<(int Killed, int During, int Temporary)> Lane(int lane, int kills)
    {
        using var folder = Attempt.Folder();
        var random = new Random(lane);
        foreach (var file in s_commands.SelectMany(c => c.Files))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        }

        Assert.That(
            Attempt.Run(
                folder.Path,
                $"{Attempt.Command} check --cases 1 --loss projection --report report.json > /dev/null").Code,
            Is.Zero);

        // What each command writes when nobody kills it, and how long it takes.
        var commands = new List<(string Line, Dictionary<string, string> New, int Milliseconds)>();
        foreach (var (line, files) in s_commands)
        {
            var watch = Stopwatch.StartNew();
            Assert.That(Attempt.Run(folder.Path, $"{Attempt.Command} {line} > /dev/null").Code, Is.Zero, line);
            commands.Add(
                (line, files.ToDictionary(f => f, f => File.ReadAllText(PathOf(f))), (int)watch.ElapsedMilliseconds));
        }

        using var appearing = new FileSystemWatcher(folder.Path, "*.tmp") { IncludeSubdirectories = true };
        var (killed, during) = (0, 0);
        for (var i = 0; killed < kills && i < 2 * kills; i++) // some are done before they are killed
        {
            var (line, renewed, milliseconds) = commands[i % commands.Count];
            foreach (var file in renewed.Keys)
            {
                await File.WriteAllTextAsync(PathOf(file), Old).ConfigureAwait(false);
            }

            // Each file appears once to try whether it can be written, before the work, and once to be written.
            var seen = 0;
            var nth = random.Next(renewed.Count) + 1 + (
                line.StartsWith("check", StringComparison.Ordinal) ? renewed.Count : 0);
            var appeared = new TaskCompletionSource();
            void Count(object sender, FileSystemEventArgs e) =>
                _ = Interlocked.Increment(ref seen) == nth && appeared.TrySetResult();
            appearing.Created += Count;
            appearing.EnableRaisingEvents = true;
            using var process = Process.Start(
                new ProcessStartInfo(
                    "bash",
                    ["-c", $"exec {Attempt.Command} {line} > /dev/null 2>&1"])
                { WorkingDirectory = folder.Path })!;
            await Task.WhenAny(
                process.WaitForExitAsync(),
                i / commands.Count % 2 == 0 ? Task.Delay(random.Next(milliseconds)) : appeared.Task)
                .ConfigureAwait(false);
            Thread.SpinWait(random.Next(20_000));
            process.Kill();
            await process.WaitForExitAsync().ConfigureAwait(false);
            appearing.Created -= Count;

            killed += process.ExitCode == 137 ? 1 : 0;
            var found = renewed.ToDictionary(f => f.Key, f => File.ReadAllText(PathOf(f.Key)));
            Assert.That(
                found.Where(f => f.Value != Old && f.Value != renewed[f.Key]).Select(f => f.Key),
                Is.Empty,
                $"neither old nor new: {line}");
            during += found.ContainsValue(Old) && found.Any(f => f.Value == renewed[f.Key]) ? 1 : 0;
        }

        appearing.EnableRaisingEvents = false;
        var left = Directory.GetFiles(folder.Path, "*.tmp", SearchOption.AllDirectories);
        Array.ForEach(left, file => File.SetLastWriteTimeUtc(file, DateTime.UtcNow - TimeSpan.FromDays(1)));
        foreach (var file in commands[^1].New.Keys)
        {
            File.Delete(PathOf(file)); // so that each folder of fixtures is written to once more
        }

        commands.ForEach(c => Attempt.Run(folder.Path, $"{Attempt.Command} {c.Line} > /dev/null"));
        Assert.That(Directory.GetFiles(folder.Path, "*.tmp", SearchOption.AllDirectories), Is.Empty, "left over");
        return (killed, during, left.Length);

        string PathOf(string file) => Path.Combine(folder.Path, file);
    }
}
