using System.Text.Json;
using System.Text.RegularExpressions;
using GradOracle.Cli;
using GradOracle.Fixtures;
using GradOracle.Gallery;
using GradOracle.Reports;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Every option does what it says, and every exit code says what was found.</summary>
[Category("Quick")]
public sealed class OptionTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("gradoracle-options-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase(Verdict.Agrees, 0, 0)]
    [TestCase(Verdict.Inconclusive, 1, 0)]
    [TestCase(Verdict.OraclesDisagree, 1, 1)]
    [TestCase(Verdict.Disagrees, 1, 1)]
    [TestCase(Verdict.NotComparable, 1, 1)]
    public void Allowing_inconclusive_cases_allows_nothing_else(Verdict verdict, int code, int allowed) =>
        Assert.That(
            (CheckCommand.ExitCode(verdict, false), CheckCommand.ExitCode(verdict, true)), Is.EqualTo((code, allowed)));

    [TestCase("There is no command \"chek\" of gradoracle: did you mean check?", "help", "chek")]
    [TestCase("--derivation says nothing: --cases stands where its value should be", "check", "--derivation", "--cases", "2")]
    [TestCase("--json says nothing: --cases stands where its value should be", "check", "--json", "--cases")]
    [TestCase("There is no option \"--pge\" of gradoracle explain: did you mean --page?", "explain", "--pge")]
    [TestCase("There is no network \"derivaton\": did you mean \"derivations\"?", "list", "derivaton")]
    public void What_was_not_understood_is_said_of_the_word_itself(string sentence, params string[] arguments)
    {
        var (code, _, text) = Run(arguments);

        Assert.That(code, Is.EqualTo(2));
        Assert.That(text, Does.StartWith($"gradoracle: {sentence}"));
    }

    [Test]
    public void Fixtures_of_somebody_elses_networks_are_neither_verified_nor_removed()
    {
        var own = Path.Combine(_folder, "tied", "squared-error.exact.n3h2B4.seed1.verified.json");
        Directory.CreateDirectory(Path.GetDirectoryName(own)!);
        File.WriteAllText(own, "{}");

        foreach (var command in (string[][])[["verify"], ["regenerate", "--prune"]])
        {
            var (code, _, text) = Run(["fixtures", .. command, "--folder", _folder]);
            Assert.That(code, Is.EqualTo(2));
            Assert.That(text, Does.Contain("none of the networks that come with this command: your own are held by your tests"));
        }

        Assert.That(File.Exists(own));
    }

    [Test]
    public void Cases_that_are_drawn_may_be_inconclusive_where_it_is_allowed_and_wrong_ones_still_fail() =>
        Assert.That(
            Run(
                "check",
                "--derivation",
                "missing-x1-contribution",
                "--cases",
                "2",
                "--loss",
                "projection",
                "--allow-inconclusive").Code,
            Is.EqualTo(1));

    [Test]
    public void A_mistake_that_is_missed_or_a_right_derivation_that_is_refused_exits_with_1()
    {
        var right = new OwnBackprop();
        var wrong = Trial.Wrong("harmless", right, "nothing", "nothing");
        var (caught, missed) = (
            new TrialResult(wrong, TrialResult.Of(Trials.All[0]).Caught, Description.Silent, []),
            new TrialResult(wrong, null, Description.Silent, []));

        Assert.That(
            (MistakesCommand.ExitCode([caught]), MistakesCommand.ExitCode([caught, missed])), Is.EqualTo((0, 1)));
    }

    [Test]
    public void Output_that_cannot_be_written_exits_with_3_and_says_so()
    {
        using var error = new StringWriter { NewLine = "\n" };
        using var broken = new Broken(new IOException("gone"));

        Assert.That(CommandLine.Run(["list", "losses"], broken, error), Is.EqualTo(3));
        Assert.That(error.ToString(), Does.StartWith("gradoracle: The output cannot be written"));
    }

    [Test]
    public void What_nobody_expected_exits_with_3_and_asks_for_a_report()
    {
        using var error = new StringWriter { NewLine = "\n" };
        using var broken = new Broken(new NotSupportedException("odd"));

        Assert.That(CommandLine.Run(["list", "losses"], broken, error), Is.EqualTo(3));
        Assert.That(error.ToString(), Does.Contain("this is a defect: odd").And.Contain("please report it"));
    }

    [Test]
    public void Memory_that_runs_out_exits_with_3_and_is_told_as_that()
    {
        using var error = new StringWriter { NewLine = "\n" };
        using var broken = new Broken(new InvalidOperationException("bad_alloc"));

        Assert.That(
            (CommandLine.Run(["list", "losses"], broken, error), error.ToString()),
            Is.EqualTo((3, $"gradoracle: {Shortage.Sentence}\n")));
    }

    [Test]
    public void What_is_drawn_is_what_the_options_say()
    {
        var report = Report(
            "check",
            "--derivation",
            "missing-x1-contribution",
            "--seed",
            "77",
            "--cases",
            "3",
            "--max-dim",
            "2",
            "--loss",
            "huber,projection",
            "--kind",
            "real",
            "--dtype",
            "float32");

        var suites = report.Checks.Single().Suites;
        Assert.Multiple(() =>
        {
            Assert.That(
                suites.Select(s => (s.Loss, s.Kind, s.Type, s.Cases)),
                Is.EqualTo(
                    new[] { ("huber", CaseKind.Real, "float32", 3), ("projection", CaseKind.Real, "float32", 3) }));
            Assert.That(suites.SelectMany(s => s.Shapes).SelectMany(s => s.Shape.Values), Is.All.InRange(1, 2));
            Assert.That(report.Cases, Is.Not.Empty);
            Assert.That(report.Title, Is.EqualTo("gradoracle check --derivation missing-x1-contribution --loss huber,projection --kind real --dtype float32 --cases 3 --seed 77 --max-dim 2"));
            Assert.That(report.Cases.Select(c => Samples.Case(c.Name).Seed), Is.All.InRange(77UL, 79UL));
        });
    }

    [TestCase("exact", "float64", 1)]
    [TestCase("real", "float64", 1)]
    [TestCase("both", "float64", 2)]
    [TestCase("both", "both", 4)]
    public void Kinds_and_element_types_are_those_asked_for(string kind, string type, int suites)
    {
        var report = Report(
            "check", "--cases", "2", "--max-dim", "2", "--loss", "projection", "--kind", kind, "--dtype", type);

        Assert.That(report.Checks.Single().Suites, Has.Count.EqualTo(suites));
        Assert.That(
            report.Checks.Single().Suites.Select(s => kind == "both" ? kind : CaseId.Word(s.Kind)).Distinct(),
            Is.EqualTo(new[] { kind }));
    }

    [Test]
    public void Sizes_beyond_the_default_are_drawn_where_they_are_asked_for()
    {
        var report = Report("check", "--cases", "60", "--max-dim", "40", "--loss", "projection", "--kind", "real");

        Assert.That(
            report.Checks.Single().Suites[0].Shapes.Count(s => s.Shape.Values.Count(size => size > 12) > 1),
            Is.GreaterThan(5));
    }

    [Test]
    public void Another_network_is_checked_with_its_own_derivation_or_the_one_asked_for()
    {
        Assert.That(
            Report("check", "--network", "untied", "--cases", "1", "--loss", "projection").Checks.Select(
                c => (c.Network, c.Derivation)),
            Is.EqualTo(new[] { ("untied", "untied") }));
        Assert.That(
            Report(
                "check",
                "--derivation",
                "answer-2",
                "--cases",
                "1",
                "--loss",
                "projection").Checks.Select(c => c.Derivation),
            Is.EqualTo(new[] { "answer-2" }));
    }

    [Test]
    public void A_single_case_is_put_to_every_oracle_that_is_asked()
    {
        string[] one = ["check", "--derivation", Samples.Other, "--case", CaseId.Example];
        var alone = Run(one);
        var asked = Run([.. one, "--oracles", "complex-step,reverse"]);
        var all = Run([.. one, "--oracles", "all"]);

        Assert.That(alone.Output, Does.Not.Contain("complex-step"));
        Assert.That(asked.Output, Does.Contain("derivation = autograd = complex-step = reverse"));
        Assert.That(
            all.Output, Does.Contain("derivation = autograd = reverse = rational = central-difference = complex-step"));
    }

    [Test]
    public void Oracles_are_asked_about_every_case_of_a_sweep_too()
    {
        var report = Report(
            "check", "--cases", "2", "--max-dim", "2", "--loss", "absolute-error", "--oracles", "complex-step");

        Assert.That(
            report.Checks.Single().Suites.SelectMany(s => s.NotApplicable).Select(n => n.Oracle),
            Has.All.EqualTo("complex-step").And.Not.Empty);
    }

    [Test]
    public void Gradient_is_of_the_derivation_that_is_asked_for()
    {
        var target = Path.Combine(_folder, "gradient.json");
        var (code, output, _) = Run(
            "gradient", "--case", CaseId.Example, "--derivation", "missing-x1-contribution", "--json", target);

        using var json = JsonDocument.Parse(File.ReadAllBytes(target));
        Assert.That(
            (code, output.EndsWith("✗ missing-x1-contribution and autograd: disagrees\n", StringComparison.Ordinal)),
            Is.EqualTo((0, true)));
        Assert.That(
            json.RootElement.GetProperty("derivation").GetProperty("Wx").ToString(),
            Is.Not.EqualTo(json.RootElement.GetProperty("autograd").GetProperty("Wx").ToString()));
        Assert.That(
            json.RootElement.GetProperty("derivation").GetProperty("Wy").ToString(),
            Is.EqualTo(json.RootElement.GetProperty("autograd").GetProperty("Wy").ToString()));
    }

    [TestCase("--case", "--case-file")]
    public void A_case_is_named_once(string first, string second)
    {
        Assert.That(
            Run("check", first, CaseId.Example, second, "case.json").Error,
            Does.Contain("--case and --case-file both name a case: give one of them."));
        Assert.That(Run("check", second, "").Error, Does.Contain("--case-file is empty"));
    }

    [TestCase("--network", "untied")]
    [TestCase("--loss", "huber")]
    [TestCase("--kind", "real")]
    [TestCase("--dtype", "float32")]
    [TestCase("--cases", "3")]
    [TestCase("--seed", "3")]
    [TestCase("--max-dim", "3")]
    public void What_draws_cases_does_not_go_with_a_case(string option, string value)
    {
        var (code, _, error) = Run("check", "--case", CaseId.Example, option, value);

        Assert.That((code, error), Is.EqualTo((2, $"gradoracle: {option} draws cases, and --case or --case-file names one: give one or the other.\n")));
    }

    [Test]
    public void Of_several_updates_the_worst_is_shown_in_full_and_the_exit_code_is_1()
    {
        var (code, output, _) = Run(
            "check",
            "--update",
            "sgd",
            "--steps",
            "2",
            "--derivation",
            "gradient-of-another-loss",
            "--max-dim",
            "3",
            "--kind",
            "real");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(
            output, Does.Match("(?m)^✓ .*").And.Match("(?m)^✗ the update by hand disagrees with torch.optim.SGD"));
        Assert.That(output, Does.Match("✗ sgd, rate 2\\^-6: updates by hand with the gradients of gradient-of-another-loss against torch.optim.SGD: \\d+ of \\d+ runs agree.\n$"));
    }

    [Test]
    public void The_numbers_of_an_update_are_those_of_the_options()
    {
        var target = Path.Combine(_folder, "update.json");
        Run(
            "check",
            "--update",
            "sgd",
            "--steps",
            "3",
            "--rate",
            "2^-8",
            "--momentum",
            "0.5",
            "--weight-decay",
            "0.25",
            "--case",
            CaseId.Example,
            "--json",
            target);

        var update = JsonReport.Read(target).Updates.Single();
        Assert.That(
            (update.Rule, update.Losses.Count), Is.EqualTo(("sgd, rate 2^-8, momentum 2^-1, weight decay 2^-2", 4)));
        Assert.That(update.Replay, Does.Contain("--steps 3 --rate 2^-8 --momentum 2^-1 --weight-decay 2^-2"));
    }

    [Test]
    public void The_replay_line_of_an_update_runs_and_says_the_same()
    {
        var (_, first, _) = Run(
            "check",
            "--update",
            "sgd",
            "--steps",
            "5",
            "--rate",
            "0.01",
            "--momentum",
            "0.9",
            "--weight-decay",
            "2^-10",
            "--case",
            CaseId.Example);
        var replay = first.Split('\n').Single(
            l => l.StartsWith("  replay: gradoracle ", StringComparison.Ordinal))["  replay: gradoracle ".Length..];
        string[] arguments = [.. Regex.Matches(replay, "\"([^\"]*)\"|(\\S+)").Select(m => m.Groups[1].Success ? m.Groups[1].Value : m.Value)];

        Assert.That(Run(arguments).Output, Is.EqualTo(first));
    }

    [Test]
    public void Verifying_fixtures_exits_with_0_where_all_hold_and_with_1_where_one_does_not()
    {
        var name = Copied();
        var file = new FixtureStore(_folder).PathOf(name);

        Assert.That(
            Run("fixtures", "verify", "--folder", _folder, "--filter", name.ToString()),
            Is.EqualTo((0, "1 of 1 fixtures hold, 0 orphans.\n", "")));

        File.WriteAllText(file, File.ReadAllText(file).Replace("\"loss\": ", "\"loss\": 1", StringComparison.Ordinal));
        var (code, output, _) = Run("fixtures", "verify", "--folder", _folder, "--filter", name.ToString());
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("  L 1×1").And.EndWith("0 of 1 fixtures hold, 0 orphans.\n"));
    }

    [Test]
    public void A_fixture_that_is_missing_is_bad_input_when_it_is_verified() =>
        Assert.That(
            Run("fixtures", "verify", "--folder", _folder, "--filter", FixtureCatalog.Cases[0].ToString()).Code,
            Is.EqualTo(2));

    [Test]
    public void Check_writes_and_deletes_nothing_even_with_prune()
    {
        foreach (var file in Directory.GetFiles(Repository.Fixtures, "*.verified.json", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(_folder, Path.GetRelativePath(Repository.Fixtures, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var orphan = Path.Combine(_folder, "shared-weight", "squared-error.exact.n9h9m9B9.seed1.verified.json");
        File.WriteAllText(orphan, "{}");

        var (code, output, _) = Run("fixtures", "regenerate", "--folder", _folder, "--check", "--prune");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.EndWith(" 0 would change, 1 orphans\n").And.Not.Contain("removed"));
        Assert.That(File.Exists(orphan));
    }

    [Test]
    public void A_filter_leaves_orphans_alone_and_one_that_matches_nothing_is_bad_input()
    {
        var name = Copied();
        File.WriteAllText(Path.Combine(_folder, "orphan.verified.json"), "{}");

        Assert.That(Run("fixtures", "verify", "--folder", _folder, "--filter", name.ToString()).Code, Is.Zero);
        Assert.That(
            Run("fixtures", "regenerate", "--folder", _folder, "--check", "--filter", name.ToString()).Code, Is.Zero);
        Assert.That(
            Run("fixtures", "regenerate", "--folder", _folder, "--prune", "--filter", name.ToString()).Code, Is.Zero);
        Assert.That(File.Exists(Path.Combine(_folder, "orphan.verified.json")));
        Assert.That(Run("fixtures", "list", "--filter", "no such case").Code, Is.EqualTo(2));
        Assert.That(Run("fixtures", "list", "--filter", name.ToString()).Output, Is.EqualTo($"{name}\n"));
    }

    [Test]
    public void A_case_whose_inputs_the_name_does_not_draw_is_regenerated()
    {
        var name = Copied();
        var store = new FixtureStore(_folder);
        var fixture = store.Read(name);
        fixture.Case["X1"].Values[0]++;
        store.Write(fixture);
        var before = File.ReadAllText(store.PathOf(name));

        var (code, output, _) = Run(
            "fixtures", "regenerate", "--folder", _folder, "--check", "--filter", name.ToString());

        Assert.That(File.ReadAllText(store.PathOf(name)), Is.EqualTo(before), "--check writes nothing");
        Assert.That((code, output.Contains("| other inputs\n", StringComparison.Ordinal)), Is.EqualTo((1, true)));
        Assert.That(Run("fixtures", "regenerate", "--folder", _folder, "--filter", name.ToString()).Code, Is.Zero);
        Assert.That(
            File.ReadAllText(store.PathOf(name)),
            Is.EqualTo(File.ReadAllText(new FixtureStore(Repository.Fixtures).PathOf(name))));
    }

    [TestCase("plain.json", "\"plain.json\"")]
    [TestCase("a$b.json", "'a$b.json'")]
    [TestCase("a`b.json", "'a`b.json'")]
    [TestCase("it's $5.json", "'it'\\''s $5.json'")]
    public void The_name_of_a_file_is_quoted_as_a_shell_reads_it(string file, string quoted)
    {
        var batch = Samples.Exact(Samples.Unequal) with { File = file };

        Assert.That(
            CommandReplay.Instance.Of(new SharedWeightBackprop(), batch),
            Is.EqualTo($"gradoracle check --case-file {quoted}"));
    }

    private CaseId Copied()
    {
        var name = FixtureCatalog.Cases[0];
        new FixtureStore(_folder).Write(new FixtureStore(Repository.Fixtures).Read(name));
        return name;
    }

    private Report Report(params string[] arguments)
    {
        var target = Path.Combine(_folder, "report.json");
        Run([.. arguments, "--json", target]);
        return JsonReport.Read(target);
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments) =>
        arguments is ["fixtures", ..] ? RegenerationTests.Fixtures(arguments) : CommandTests.Run(arguments);

    private sealed class Broken(Exception thrown) : StringWriter
    {
        private bool _isBroken;

        public override void Write(string? value) => Break();

        public override void Flush() => Break();

        private void Break()
        {
            if (!_isBroken)
            {
                _isBroken = true;
                throw thrown;
            }
        }
    }
}
