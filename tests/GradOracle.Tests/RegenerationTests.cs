using System.CommandLine;
using System.Globalization;
using GradOracle.Cli;
using GradOracle.Fixtures;
using GradOracle.Gallery;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary><c>gradoracle fixtures regenerate</c>: the same bytes everywhere, and never half a file.</summary>
public sealed class RegenerationTests
{
    private const string Others = "stacked"; // a process has the derivation of the shared-weight network on trial
    private static readonly FixtureStore s_approved = new(Repository.Fixtures);
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("gradoracle-regenerate-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("de-DE", ",", "-", 1)]
    [TestCase("tr-TR", ",", "-", 2)]
    [TestCase("ar-SA", "\u066b", "\u061c-", 2)]
    public void Regenerating_elsewhere_gives_the_approved_bytes(
        string cultureName, string point, string minus, int threads)
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo(cultureName) { NumberFormat = { NumberDecimalSeparator = point, NegativeSign = minus } };
            Assert.That(
                (-0.5).ToString(CultureInfo.CurrentCulture),
                Is.EqualTo($"{minus}0{point}5"),
                "the culture is not in force");
            TorchSharp.torch.set_num_threads(threads);

            Assert.That(Run("regenerate").Code, Is.Zero);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
            TorchSharp.torch.set_num_threads(1);
        }

        AssertApproved(s_approved.Files());
    }

    [Test]
    public async Task Two_processes_at_once_on_one_and_on_two_processors_write_the_approved_bytes()
    {
        var results = await Task.WhenAll(
            GradOracleProcess.Start(
                ["fixtures", "regenerate", "--folder", _folder, "--filter", Others],
                ("DOTNET_PROCESSOR_COUNT", "1"),
                ("OMP_NUM_THREADS", "1"),
                ("LANG", "de_DE.UTF-8")).End(),
            GradOracleProcess.Start(
                ["fixtures", "regenerate", "--folder", _folder, "--filter", Others],
                ("DOTNET_PROCESSOR_COUNT", "2"),
                ("OMP_NUM_THREADS", "2"),
                ("LANG", "tr_TR.UTF-8")).End()).ConfigureAwait(false);

        Assert.That(results.Select(r => (r.Code, r.Error)), Is.All.EqualTo((0, "")));
        AssertApproved([.. s_approved.Files().Where(f => f.StartsWith(Others, StringComparison.Ordinal))]);
    }

    [Test]
    public void Regenerating_twice_changes_nothing_and_a_filter_leaves_the_others_alone()
    {
        var first = Run("regenerate", "--filter", "projection");
        var written = new FixtureStore(_folder).Files();
        var second = Run("regenerate", "--filter", "projection");

        Assert.That(
            written,
            Has.Count.EqualTo(s_approved.Files().Count(f => f.Contains("projection", StringComparison.Ordinal))));
        Assert.That(first.Output, Does.Contain($" {written.Count} fixtures, {written.Count} changed, 0 orphans"));
        Assert.That(
            (second.Code, second.Output), Is.EqualTo((0, $" {written.Count} fixtures, 0 changed, 0 orphans\n")));
        AssertApproved(written);
    }

    [Test]
    public void Check_writes_nothing_says_what_would_change_and_fails()
    {
        CopyApproved();
        var name = FixtureCatalog.Cases[0];
        var file = FixtureStore.FileOf(name);
        Edit(file, "-366038349516", "-366038349517");
        File.Delete(Path.Combine(_folder, FixtureStore.FileOf(FixtureCatalog.Cases[1])));

        var (code, output, _) = Run("regenerate", "--check");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(
            output,
            Does.Contain(
                $" {file,-62} | changed\n   Wx 3×2: 1 entries, most at [1,0]: -366038349517 → -366038349516\n"));
        Assert.That(
            output,
            Does.Contain("| new\n").And.EndWith(
                $" {FixtureCatalog.Cases.Count} fixtures, 2 would change, 0 orphans\n"));
        Assert.That(File.ReadAllText(Path.Combine(_folder, file)), Does.Contain("-366038349517"));
    }

    [Test]
    public void Only_prune_removes_an_orphan()
    {
        CopyApproved();
        var orphan = Path.Combine(_folder, "shared-weight", "squared-error.exact.n9h9m9B9.seed1.verified.json");
        File.WriteAllText(orphan, "{}");

        Assert.That(Run("regenerate", "--check").Code, Is.EqualTo(1));
        Assert.That(Run("verify").Code, Is.EqualTo(1));
        Assert.That(
            Run("regenerate").Output, Does.Contain("orphan: the catalogue does not name it, --prune removes it"));
        Assert.That(File.Exists(orphan));
        Assert.That(Run("regenerate", "--prune").Output, Does.Contain("| removed"));
        Assert.That(File.Exists(orphan), Is.False);
        Assert.That(
            Run("verify").Output,
            Is.EqualTo($"{FixtureCatalog.Cases.Count} of {FixtureCatalog.Cases.Count} fixtures hold, 0 orphans.\n"));
    }

    [Test]
    public void A_real_value_within_the_bound_keeps_its_approved_bytes()
    {
        var name = FixtureCatalog.Cases.First(c => c.Kind == CaseKind.Real);
        var fixture = s_approved.Read(name);
        ref var entry = ref fixture.Results["Wx"].Values[0];
        entry = Math.BitDecrement(entry);
        var store = new FixtureStore(_folder);
        store.Write(fixture);
        var before = File.ReadAllText(store.PathOf(name));

        Run("regenerate", "--filter", name.ToString());

        Assert.That(
            File.ReadAllText(store.PathOf(name)),
            Is.EqualTo(before).And.Not.EqualTo(Approved(FixtureStore.FileOf(name))));
    }

    [TestCase("the file is a folder's place", 2)]
    [TestCase("the folder is read-only", 3, IncludePlatform = "Linux")]
    public void What_cannot_be_written_is_one_sentence_that_names_the_file_and_nothing_else_is_touched(string obstacle, int expected)
    {
        var (folder, filter) = (_folder, FixtureCatalog.Cases[0].ToString());
        var path = new FixtureStore(folder).PathOf(FixtureCatalog.Cases[0]);
        switch (obstacle)
        {
            case "the file is a folder's place":
                File.WriteAllText(Path.GetDirectoryName(path)!, "not a folder");
                break;
            default:
                folder = "/sys"; // read-only for everybody, the superuser too
                break;
        }

        var before = Snapshot();
        var (code, output, error) = Run("regenerate", "--folder", folder, "--filter", filter);

        Assert.That((code, Snapshot()), Is.EqualTo((expected, before)));
        Assert.That(error, Does.Match("^gradoracle: File .*shared-weight.* cannot be written: .*\\.\n$"));
        Assert.That(output, Does.Not.Contain("   at "));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_link_among_the_fixtures_is_refused_and_what_it_leads_to_is_left_alone(bool isFolder)
    {
        var path = new FixtureStore(_folder).PathOf(FixtureCatalog.Cases[0]);
        using var outside = new TemporaryFolder();
        var target = Path.Combine(outside.Path, Path.GetFileName(path));
        File.WriteAllText(target, "somebody else's");
        if (isFolder)
        {
            Directory.CreateSymbolicLink(Path.GetDirectoryName(path)!, outside.Path);
        }
        else
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.CreateSymbolicLink(path, target);
        }

        foreach (var command in new[] { "regenerate", "verify" })
        {
            var (code, _, error) = Run(command, "--filter", FixtureCatalog.Cases[0].ToString());

            Assert.That((code, File.ReadAllText(target)), Is.EqualTo((2, "somebody else's")));
            Assert.That(error, Does.Match("^gradoracle: Fixture .* lies behind the link .*, and links are not followed among fixtures: put the file itself there.\n$"));
        }
    }

    [Test]
    public void Links_that_lead_in_a_circle_are_no_fixtures()
    {
        Run("regenerate", "--filter", FixtureCatalog.Cases[0].ToString());
        Directory.CreateSymbolicLink(Path.Combine(_folder, "a"), _folder);
        Directory.CreateSymbolicLink(Path.Combine(_folder, "b"), ".");
        File.CreateSymbolicLink(Path.Combine(_folder, "c.verified.json"), "/etc/passwd");

        Assert.That(
            new FixtureStore(_folder).Files(), Is.EqualTo(new[] { FixtureStore.FileOf(FixtureCatalog.Cases[0]) }));
    }

    [Test]
    public void A_folder_that_does_not_exist_and_a_filter_that_finds_nothing_are_sentences()
    {
        Assert.That(
            Run("regenerate", "--folder", Path.Combine(_folder, "no")).Error,
            Does.EndWith("no does not exist: name the folder that holds the fixtures with --folder.\n"));
        Assert.That(
            Run("regenerate", "--filter", "../elsewhere").Error,
            Is.EqualTo(
                "gradoracle: No case of the catalogue contains \"../elsewhere\": see gradoracle fixtures list.\n"));
    }

    private string Snapshot() => string.Join(
        '\n',
        Directory.EnumerateFileSystemEntries(_folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));

    private void Edit(string file, string right, string wrong)
    {
        var text = File.ReadAllText(Path.Combine(_folder, file));
        Assert.That(text, Does.Contain(right));
        File.WriteAllText(Path.Combine(_folder, file), text.Replace(right, wrong, StringComparison.Ordinal));
    }

    private void CopyApproved()
    {
        foreach (var file in s_approved.Files())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, file))!);
            File.Copy(Path.Combine(Repository.Fixtures, file), Path.Combine(_folder, file));
        }
    }

    private static string Approved(string file) => File.ReadAllText(Path.Combine(Repository.Fixtures, file));

    private void AssertApproved(IReadOnlyList<string> files)
    {
        Assert.That(new FixtureStore(_folder).Files(), Is.EqualTo(files));
        Assert.That(Directory.GetFiles(_folder, "*.tmp", SearchOption.AllDirectories), Is.Empty);
        Assert.That(files.Where(f => File.ReadAllText(Path.Combine(_folder, f)) != Approved(f)), Is.Empty);
    }

    private (int Code, string Output, string Error) Run(params string[] arguments) =>
        Fixtures(["fixtures", .. arguments, .. arguments.Contains("--folder") ? (string[])[] : ["--folder", _folder]]);

    /// <summary>Runs the command with the tests' own derivation of the network of the question.</summary>
    internal static (int Code, string Output, string Error) Fixtures(string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var run = new CommandRun("gradoracle", w => new RootCommand { FixturesCommand.Create(w, Samples.Right) }, "");
        var code = run.Of(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
