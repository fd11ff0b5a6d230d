using GradOracle.Cli;
using GradOracle.Gallery;
using GradOracle.Reports;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Sentences, lines and exit codes of commands that compute nothing.</summary>
[Category("Quick")]
public sealed class CommandDetailTests
{
    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        return (CommandLine.Run(arguments, output, error), output.ToString(), error.ToString());
    }

    private static string Merged(string folder, Verdict verdict, params string[] more)
    {
        var path = Path.Combine(folder, "shard.json");
        var report = Report.Of("t", [new("net", "d", "", verdict, "s", [])], []) with { Shard = new(1, 1, 1) };
        File.WriteAllText(path, JsonReport.Of(report));
        var (code, output, error) = Run(["report", "merge", path, .. more]);
        return $"{code} {output}{error}";
    }

    [Test]
    public void A_merged_report_that_is_inconclusive_exits_with_1_unless_that_is_allowed()
    {
        using var folder = new TemporaryFolder();

        Assert.That(Merged(folder.Path, Verdict.Agrees), Does.StartWith("0"));
        Assert.That(Merged(folder.Path, Verdict.Inconclusive), Does.StartWith("1"));
        Assert.That(Merged(folder.Path, Verdict.Inconclusive, "--allow-inconclusive"), Does.StartWith("0"));
        Assert.That(Merged(folder.Path, Verdict.Disagrees, "--allow-inconclusive"), Does.StartWith("1"));
        Assert.That(Merged(folder.Path, Verdict.Agrees, "--to", "json"), Does.StartWith("0 {"));
    }

    [Test]
    public void A_report_in_a_form_that_a_file_names_has_it_and_no_file_is_written_over_its_input()
    {
        using var folder = new TemporaryFolder();
        string At(string name) => Path.Combine(folder.Path, name);
        File.WriteAllText(At("a.json"), JsonReport.Of(Report.Of("t", [], [])));
        File.Copy(At("a.json"), At("b.json"));

        Assert.That(Run("report", At("a.json"), "--output", At("page.html")).Code, Is.Zero);
        Assert.That(File.ReadAllText(At("page.html")), Does.StartWith("<!DOCTYPE html>"));
        foreach (var input in new[] { "a.json", "b.json" })
        {
            Assert.That(
                Run("report", "diff", At("a.json"), At("b.json"), "--output", At(input)).Error,
                Does.Contain("--output would replace the report"));
        }

        Assert.That(Run("report", "diff", At("a.json"), At("b.json"), "--to", "json").Output, Does.StartWith("{"));
        Assert.That(
            Run("report", "diff", At("a.json"), At("b.json"), "--to", "html").Error,
            Does.Contain("--to is \"html\": it must be terminal, md or json."));
    }

    [TestCase("2/3", 3, 2)]
    [TestCase("3/3", 3, 3)]
    public void A_shard_of_as_many_as_there_are_checks_has_one(string text, int checks, int number) =>
        Assert.That(ShardOption.Of(text, checks), Is.EqualTo(new ReportedShard(number, 3, checks)));

    [TestCase("5/4", 9, "counted from 1 to the last")]
    [TestCase(" 1/4", 9, "write the number of the shard")]
    [TestCase("1/2", 1, "--shard 1/2 parts 1 check into 2")]
    public void What_is_no_shard_is_told(string text, int checks, string sentence) => Assert.That(
        () => ShardOption.Of(text, checks), Throws.TypeOf<BadInputException>().With.Message.Contains(sentence));

    [Test]
    public void The_last_shard_of_several_has_every_checks_that_is_left() =>
        Assert.That(new ReportedShard(3, 3, 7).Indices(), Is.EqualTo(new[] { 2, 5 }));

    [TestCase("check --netwrok x", "There is no option \"--netwrok\" of gradoracle check: did you mean --network?")]
    [TestCase("check --hlep", "did you mean --help?")]
    [TestCase("check --zzzz", "There is no option \"--zzzz\" of gradoracle check; ")]
    [TestCase("check -x", "There is no option \"-x\" of gradoracle check")]
    [TestCase("fixtures verfy", "There is no command \"verfy\" of gradoracle fixtures: did you mean verify?")]
    [TestCase("list elman too", "gradoracle list has no use for \"too\"")]
    [TestCase("report a b", "gradoracle report has no use for \"b\"")]
    [TestCase("check a=b", "gradoracle check has no use for \"a=b\"")]
    [TestCase("check --case shared-weight n=2", "\"n=2\" stands alone: quote the whole name")]
    [TestCase("check --seed -1", "--seed is \"-1\": it must be a whole number from 0 up")]
    [TestCase("check --cases x", "--cases is \"x\": it must be a whole number; ")]
    public void A_word_that_nothing_expects_is_told_with_what_was_probably_meant(string line, string sentence)
    {
        var (code, _, error) = Run(line.Split(' '));

        Assert.That((code, error), Is.EqualTo((2, error)));
        Assert.That(
            error, Does.Contain(sentence).Or.Contain(sentence.Replace("; ", ".", StringComparison.Ordinal).TrimEnd()));
    }

    [Test]
    public void A_long_name_has_a_line_of_its_own_and_words_go_on_under_the_others()
    {
        using var output = new StringWriter { NewLine = "\n" };
        Sections.Write(output, "title", [("short", "one"), (new string('x', 30), "two")]);
        Sections.WriteWrapped(output, "name", string.Join(' ', Enumerable.Repeat("word", 40)));
        var lines = output.ToString().Split('\n');

        Assert.That(lines[1], Is.EqualTo($"  short{new string(' ', 22)}one"));
        Assert.That(lines[2].Trim(), Is.EqualTo(new string('x', 30)));
        Assert.That(lines[3], Is.EqualTo($"{new string(' ', 29)}two"));
        Assert.That(lines[5], Does.StartWith($"{new string(' ', 29)}word"));
    }

    [Test]
    public void A_tab_becomes_a_blank_and_a_command_of_a_build_server_is_spoiled_whole_or_in_pieces()
    {
        using var inner = new StringWriter();
        using var gate = new PlainWriter(inner);
        gate.Write(":");
        gate.Write(":error::a\tb\nc");
        gate.Flush();

        Assert.That(inner.ToString(), Does.Not.StartWith("::").And.Contain("a b\nc"));
    }

    [Test]
    public void A_shortage_of_memory_is_seen_wherever_it_is_told() => Assert.Multiple(() =>
    {
        Assert.That(
            Shortage.IsOfMemory(
                new AggregateException(new InvalidOperationException(), new InsufficientMemoryException())));
        Assert.That(Shortage.IsOfMemory(new InvalidOperationException("", new InsufficientMemoryException())));
        Assert.That(Shortage.IsOfMemory(new System.ComponentModel.Win32Exception(12)));
        Assert.That(Shortage.IsOfMemory(new InvalidOperationException("std::bad_alloc")));
        Assert.That(Shortage.IsOfMemory(new InvalidOperationException("other")), Is.False);
        Assert.That(Shortage.IsOfMemory(new AggregateException(new InvalidOperationException())), Is.False);
    });

    [Test]
    public void A_replay_names_the_derivation_where_it_is_not_the_first_of_its_network_and_the_assembly_it_is_from()
    {
        var batch = Samples.Exact(Samples.Unequal);
        var (first, other) = (Catalog.DefaultDerivation(batch.Network), Catalog.Derivations.Find("answer-1"));

        Assert.That(CommandReplay.Instance.Of(first, batch), Does.StartWith("gradoracle check --case \""));
        Assert.That(
            CommandReplay.Instance.Of(other, batch), Does.StartWith("gradoracle check --derivation answer-1 --case"));
        Assert.That(
            new CommandReplay("/a/b.dll", Catalog.Derivations.All).Of(first, batch),
            Does.StartWith("gradoracle check --assembly \"/a/b.dll\" --case"));
        Assert.That(
            CommandReplay.Instance.Of(new OfThatName(first), batch), Does.Not.StartWith("gradoracle check --case"));
    }

    [Test]
    public void The_line_of_a_check_has_its_weakest_power_its_widest_bound_and_whatever_is_not_agreement()
    {
        using var output = new StringWriter { NewLine = "\n" };
        ReportedSuite Suite(double? log2, double width) => new()
        {
            Loss = "l",
            Kind = log2 is null ? CaseKind.Real : CaseKind.Exact,
            Type = "float64",
            Counts = new Dictionary<Verdict, int> { [Verdict.Agrees] = 2 },
            WorstErrorInBounds = 0,
            FalseAcceptLog2 = log2,
            WidestBound = width,
        };
        var overview = new CheckOverview(output, [("net", "d")], isTimed: false);
        overview.Write(
            new(
                "net",
                "d",
                "",
                Verdict.Inconclusive,
                "",
                [Suite(-50, 0), Suite(-9, 0), Suite(null, 1e-9), Suite(null, 1e-3)]),
            null);

        Assert.That(output.ToString(), Does.Contain("2^-9").And.Contain("1.0E-3").And.Contain("? inconclusive"));
    }

    [Test]
    public void Everything_is_listed_where_all_is_asked_for_and_one_kind_where_that_is()
    {
        var (code, output, _) = Run("list", "--all");

        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("Mistakes: derivations wrong on purpose").And.Contain("Oracles\n"));
        Assert.That(Run("list", "oracles").Output, Does.StartWith("Oracles\n").And.Not.Contain("Networks"));
    }

    [Test]
    public void A_network_is_explained_with_sizes_in_letters_and_sums_of_terms()
    {
        var elman = SymbolicSizes.Of(Catalog.Networks.Find("elman-bias"))!;

        Assert.That(elman.Select(t => $"{t.Name} {t.Sizes}"), Does.Contain("Wx h×n").And.Contain("X1 … XT n×B"));
        Assert.That(Run("list", "shared-weight").Output, Does.Contain("= ∂L/∂H1 X1ᵀ + ∂L/∂H2 X2ᵀ"));
        Assert.That(
            Run("explain", "shared-weight").Output,
            Does.Contain("Other derivations").And.Not.Contain("wrong on purpose"));
    }

    [Test]
    public void Checks_of_one_network_by_several_derivations_keep_their_own_cases_when_they_are_merged()
    {
        var a = SampleReports.Case("case of a", [[1]], [[2]]) with { Network = "net", Derivation = "a" };
        var b = a with { Name = "case of b", Derivation = "b" };
        ReportedCheck Check(string derivation) => new("net", derivation, "", Verdict.Disagrees, "", []);
        Report Shard(int number, string derivation, ReportedCase found) =>
            Report.Of("t", [Check(derivation)], [found]) with { Shard = new(number, 2, 2) };
        var whole = Report.Of("t", [Check("a"), Check("b")], [a, b]) with { Shard = new(1, 1, 2) };

        Assert.That(
            MergedReport.Of([("2", Shard(2, "b", b)), ("1", Shard(1, "a", a))]).Cases.Select(c => c.Name),
            Is.EqualTo(new[] { "case of a", "case of b" }));
        Assert.That(MergedReport.Of([("1", whole)]).Cases, Has.Count.EqualTo(2));
        Assert.That(
            () => MergedReport.Of([("1", Shard(1, "a", a)), ("2", Shard(2, "b", b) with { Title = "u" })]),
            Throws.TypeOf<BadInputException>().With.Message.Contains("are of different runs"));
        Assert.That(
            () => MergedReport.Of([("1", whole with { Checks = [Check("a")] })]),
            Throws.TypeOf<BadInputException>().With.Message.Contains("it is not whole"));
    }

    private sealed class OfThatName(Derivation like) : Derivation
    {
        public override string Name => like.Name;

        public override string Summary => like.Summary;

        public override Network Network => like.Network;

        public override GradientStack Differentiate(CaseStack batch) => like.Differentiate(batch);
    }
}
