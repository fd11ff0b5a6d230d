using GradOracle.Reports;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>A run parted among processes, and its report made whole again.</summary>
public sealed class ShardTests
{
    // Five checks, one of them with findings: four shards of them are not of one size.
    private static readonly string[] s_run = ["check", "--network", "untied,stacked,shared-weight-bias,untied-bias,stacked-bias", "--cases", "2", "--max-dim", "3", "--loss", "squared-error"];
    private static readonly string[] s_wrong =
        ["check", "--derivation", "missing-x1-contribution", "--cases", "2", "--loss", "squared-error"];
    private string _folder = "";

    [OneTimeSetUp]
    public void CheckInParts()
    {
        _folder = Directory.CreateTempSubdirectory("gradoracle-shards-").FullName;
        Run([.. s_run, "--json", At("whole"), "--report", At("whole", "html")]);
        foreach (var number in Enumerable.Range(1, 4))
        {
            Run([.. s_run, "--shard", $"{number}/4", "--json", At($"{number}")]);
        }

        Run([.. s_run, "--shard", "2/3", "--json", At("of-three")]);
        Run([.. s_run, "--seed", "7", "--shard", "2/4", "--json", At("other-seed")]);
        Run([.. s_wrong, "--shard", "1/1", "--json", At("wrong")]);
        Run([.. s_wrong, "--json", At("wrong-whole")]);
    }

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Merged_shards_are_the_undivided_run_to_the_byte_in_any_order()
    {
        var (code, output, error) = Run(
            "report", "merge", At("3"), At("1"), At("4"), At("2"), "--output", At("merged"));
        Run("report", "merge", At("1"), At("2"), At("3"), At("4"), "--output", At("merged", "html"));

        Assert.That((code, output, error), Is.EqualTo((0, "", "")));
        Assert.That(File.ReadAllBytes(At("merged")), Is.EqualTo(File.ReadAllBytes(At("whole"))));
        Assert.That(File.ReadAllBytes(At("merged", "html")), Is.EqualTo(File.ReadAllBytes(At("whole", "html"))));
    }

    [Test]
    public void Merged_findings_are_those_of_the_undivided_run_and_the_exit_code_says_that_there_are_some()
    {
        var (code, output, _) = Run("report", "merge", At("wrong"), "--to", "json");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Is.EqualTo(File.ReadAllText(At("wrong-whole"))));
    }

    [Test]
    public void A_shard_has_its_own_checks_alone()
    {
        var names = Enumerable.Range(1, 4).Select(
            i => string.Join(' ', JsonReport.Read(At($"{i}")).Checks.Select(c => c.Network)));

        Assert.That(names, Is.EqualTo(new[] { "untied stacked-bias", "stacked", "shared-weight-bias", "untied-bias" }));
    }

    [TestCase("0/4", "they are counted from 1 to the last, as in 1/4 … 4/4.")]
    [TestCase("5/4", "they are counted from 1 to the last, as in 1/4 … 4/4.")]
    [TestCase("1/0", "there must be at least one shard")]
    [TestCase("-1/4", "they are counted from 1 to the last")]
    [TestCase("3", "write the number of the shard and how many there are, as in 3/16.")]
    [TestCase("a/b", "write the number of the shard and how many there are, as in 3/16.")]
    [TestCase("1/2/3", "write the number of the shard and how many there are, as in 3/16.")]
    [TestCase("1/9", "--shard 1/9 parts 5 checks into 9, and a shard takes whole ones: ask for at most 5.")]
    public void What_is_no_shard_is_refused_in_a_sentence(string shard, string sentence) =>
        RequireBadInput(sentence, [.. s_run, "--shard", shard]);

    [Test]
    public void One_case_has_no_shards() => RequireBadInput(
        "--shard parts the checks of a run among processes: leave it out with --case, --case-file and --update.",
        "check", "--case", SampleReports.MissingTermCase, "--shard", "1/2");

    [Test]
    public void Reports_that_are_no_whole_run_are_refused_in_a_sentence()
    {
        Merging("Of 4 shards shard 3 is missing: give the report of every one.", "1", "2", "4");
        Merging("Of 4 shards shards 2, 3 are missing: give the report of every one.", "1", "4");
        Merging("are both of shard 2/4: give each shard once.", "1", "2", "2", "3", "4");
        Merging("are of different runs: shard 1/4 of", "1", "other-seed", "3", "4");
        Merging("are of different runs: shard 1/4 of", "1", "of-three", "3", "4");
        Merging("is the report of a whole run: only those of check --shard can be merged.", "1", "whole", "3", "4");
        RequireBadInput("does not exist", "report", "merge", At("1"), At("nowhere"));
        RequireBadInput("--output would replace the report", "report", "merge", At("1"), "--output", At("1"));
        File.WriteAllText(
            At("cut"), File.ReadAllText(At("1")).Replace("\"checks\": 5", "\"checks\": 4", StringComparison.Ordinal));
        Merging("has 2 checks where shard 1/4 of 4 has 1: it is not whole.", "cut", "cut2", "cut3", "cut4");
        File.WriteAllText(
            At("no-shard"),
            File.ReadAllText(At("1")).Replace("\"number\": 1", "\"number\": 6", StringComparison.Ordinal));
        Merging("there is no shard 6/4 of 5 checks", "no-shard");
    }

    private void Merging(string sentence, params string[] names)
    {
        foreach (var name in names.Where(n => n.StartsWith("cut", StringComparison.Ordinal) && n != "cut"))
        {
            File.WriteAllText(
                At(name),
                File.ReadAllText(At(name[3..])).Replace("\"checks\": 5", "\"checks\": 4", StringComparison.Ordinal));
        }

        RequireBadInput(sentence, ["report", "merge", .. names.Select(n => At(n))]);
    }

    private string At(string name, string ending = "json") => Path.Combine(_folder, $"{name}.{ending}");

    private static void RequireBadInput(string sentence, params string[] arguments)
    {
        var (code, _, error) = Run(arguments);
        Assert.That((code, error.Count(c => c == '\n')), Is.EqualTo((2, 1)), error);
        Assert.That(error, Does.Contain(sentence));
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        return (Cli.CommandLine.Run(arguments, output, error), output.ToString(), error.ToString());
    }
}
