using System.Text;
using CsCheck;
using GradOracle.Cli;
using GradOracle.Fixtures;
using GradOracle.Gallery;
using GradOracle.Messages;
using GradOracle.NUnit;
using GradOracle.Reports;
using NUnit.Framework;
using NUnit.Framework.Internal;

namespace GradOracle.Tests;

/// <summary>What files say never reaches a terminal or a build server as anything but text.</summary>
public sealed class PlainOutputTests
{
    private const string Hostile =
        "x\n::stop-commands::p\r\n  ::error::e\n##[group]g ##vso[task.x]y ##teamcity[z]\u001B]52;c;YQ==\a\u001B[2J\u202Eolleh\u200B\u200F\u061C\u2060\uFEFF\u00AD\u0085\u2028\U000E0041\t";

    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("gradoracle-plain-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    private static IEnumerable<TestCaseData> Commands()
    {
        string[][] all =
        [
            ["check", "--network", Hostile],
            [
                "check", "--derivation", Hostile
            ], ["check", "--loss", Hostile], ["check", "--kind", Hostile],
            ["check", "--dtype", Hostile], ["check", "--case", Hostile], ["check", "--oracles", Hostile], ["check", "--cases", Hostile],
            ["check", "--report", Hostile], ["check", "--json", "no/" + Hostile], ["check", "--update", Hostile],
            [
                "check", "--update", "sgd", "--rate", Hostile
            ],
            ["check", "--case-file", "CASE"], ["check", "--case-file", "RIGHT"],
            [
                "check", "--case-file", "RIGHT", "--derivation", "missing-x1-contribution"
            ],
            [
                "check", "--case-file", "RIGHT", "--update", "sgd", "--steps", "2"
            ], ["gradient", "--case-file", "CASE"], ["gradient", "--case-file", "RIGHT"],
            ["gradient", "--case", Hostile], ["fixtures", "list", "--filter", Hostile],
            [
                "fixtures", "verify", "--folder", "FIXTURES"
            ],
            [
                "fixtures", "regenerate", "--check", "--folder", "FIXTURES"
            ], ["fixtures", "regenerate", "--folder", Hostile], ["report", "REPORT"],
            ["report", "REPORT", "--to", "md"],
            [
                "report", "REPORT", "--to", "html"
            ], ["report", "REPORT", "--to", "json"], ["report", "REPORT", "--to", Hostile],
            ["report", "CASE"], ["report", "SCHEMA"], ["report", Hostile], ["report", "diff", "REPORT", "SAMPLE"],
            [
                "report", "diff", "REPORT", "SAMPLE", "--to", "md"
            ],
            [
                "report", "diff", "REPORT", "SAMPLE", "--to", "json"
            ], ["list", Hostile], ["explain", Hostile], ["mistakes", Hostile], [Hostile],
        ];
        return all.Select((arguments, i) => new TestCaseData([arguments]).SetArgDisplayNames($"command {i}"));
    }

    [TestCaseSource(nameof(Commands))]
    public void Hostile_text_never_comes_out_raw(string[] arguments)
    {
        var files = WriteFiles();
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };

        var code = CommandLine.Run([.. arguments.Select(a => files.GetValueOrDefault(a, a))], output, error);

        Assert.That(code, Is.InRange(0, 2), error.ToString());
        Assert.Multiple(() =>
        {
            AssertPlain(output.ToString());
            AssertPlain(error.ToString());
            Assert.That(output.ToString() + error.ToString(), Is.Not.Empty);
        });
    }

    [Test]
    public void Every_command_is_tried_with_hostile_text()
    {
        using var help = new StringWriter();
        CommandLine.Run(["--help"], help, help);
        var commands = help.ToString().Split("Commands:")[1].Split('\n').Where(
            l => l is [' ', ' ', not ' ', ..]).Select(l => l.Split(' ')[2]);

        Assert.That(commands.Except(Commands().Select(c => ((string[])c.Arguments[0]!)[0])), Is.Empty);
    }

    [Test]
    public void Commands_know_no_console_but_the_gate()
    {
        string[] allowed = ["Start.cs", "PlainWriter.cs", "PlainWidthOutput.cs", "Progress.cs"];
        var files = Directory.GetFiles(Path.Combine(Repository.Root, "src", "GradOracle.Cli"), "*.cs")
            .Where(
                f => !allowed.Contains(Path.GetFileName(f))
                    && File.ReadAllText(f).Contains(" Console.", StringComparison.Ordinal));

        Assert.That(files, Is.Empty);
    }

    [Test]
    public void A_message_quotes_two_hundred_characters_of_sixty_megabytes()
    {
        var file = Path.Combine(_folder, "large.json");
        File.WriteAllText(file, $"{{ \"{new string('x', 60_000_000)}\": 1 }}");
        using var output = new StringWriter();
        using var error = new StringWriter();

        Assert.That(CommandLine.Run(["check", "--case-file", file], output, error), Is.EqualTo(2));

        Assert.That(
            error.ToString(),
            Does.Contain($"\"{new string('x', 100)}…{new string('x', 99)}\"").And.Length.LessThan(1000));
    }

    [Test]
    public void An_assertion_about_a_hostile_derivation_says_it_plainly()
    {
        var derivation = new Hostility();
        var messages = new[]
        {
            Failure(
                () =>
                    GradientAssert.Agrees(derivation, new CheckOptions { Cases = 1, Losses = [Samples.SquaredError] })),
            Failure(() => GradientAssert.UpdatesAgree(derivation, new(0.5), 2)),
            Failure(() => GradientAssert.Approved(derivation, FixtureCatalog.Cases[0].ToString(), _folder)),
            Failure(() => GradientAssert.Approved(derivation, FixtureCatalog.Cases[0].ToString(), Repository.Fixtures)),
        };

        Assert.Multiple(() => Array.ForEach(messages, AssertPlain));
    }

    [Test]
    public void A_command_of_a_build_server_does_not_pass_the_gate_in_pieces_or_in_colour()
    {
        using var output = new StringWriter { NewLine = "\n" };
        using (var gate = new PlainWriter(output))
        {
            foreach (var piece in Hostile)
            {
                gate.Write(piece);
            }

            gate.Write(" ");
            gate.Write(":");
            gate.Write(":error::\n");
            gate.Coloured.Write("\u001B[31mred\u001B[0m #");
            gate.Coloured.Write("#[error]\u001B[2J\n");
        }

        AssertPlain(
            output.ToString().Replace(
                "\u001B[31m", "", StringComparison.Ordinal).Replace("\u001B[0m", "", StringComparison.Ordinal));
        Assert.That(output.ToString(), Does.Contain("\u001B[31mred\u001B[0m \uFFFD#[error]\uFFFD[2J\n"));
    }

    [Test]
    public void Any_text_is_plain_after_the_gate_and_plain_text_is_left_alone() => Gen.String.Sample(text =>
    {
        AssertPlain(PlainText.Lines(text));
        var plain = PlainText.Lines(text);
        return PlainText.Lines(plain) == plain;
    });

    [Test]
    public void Json_on_the_terminal_is_plain_and_reads_back_to_what_it_was()
    {
        var report = Samples.Wrong with { Title = Hostile };

        var text = JsonReport.Of(report);
        var file = Path.Combine(_folder, "a.json");
        File.WriteAllText(file, text);

        AssertPlain(text);
        Assert.That(JsonReport.Read(file).Title, Is.EqualTo(Hostile));
    }

    private Dictionary<string, string> WriteFiles()
    {
        var json = Encoding.UTF8.GetString(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(Hostile));
        string Write(string name, string text)
        {
            var path = Path.Combine(_folder, name);
            File.WriteAllText(path, text);
            return path;
        }

        var fixtures = Directory.CreateDirectory(Path.Combine(_folder, "fixtures", "shared-weight")).FullName;
        Write(Path.Combine("fixtures", $"{Hostile.Replace('/', ' ')}.verified.json"), "{}");
        foreach (var name in FixtureCatalog.Cases)
        {
            new FixtureStore(Path.GetDirectoryName(fixtures)!).Write(new FixtureStore(Repository.Fixtures).Read(name));
        }

        var spoiled = new FixtureStore(Path.GetDirectoryName(fixtures)!).PathOf(FixtureCatalog.Cases[0]);
        File.WriteAllText(spoiled, $"{{ {json}: 1 }}");
        var reported = Samples.Wrong.Cases[0];
        return new()
        {
            ["CASE"] = Write(
                "case.json", $$"""{ "network": {{json}}, "loss": "projection", "shape": {}, "tensors": {} }"""),
            ["RIGHT"] = Write($"{Hostile.Replace('/', ' ')}.json", """{ "network": "shared-weight", "loss": "squared-error", "shape": { "n": 1, "h": 1, "m": 1, "B": 1 }, "tensors": { "Wx": [[1]], "Wh": [[2]], "Wy": [[3]], "X1": [[4]], "X2": [[5]], "T": [[6]] } }"""),
            ["SCHEMA"] = Write("schema.json", $$"""{ "schema": {{json}} }"""),
            ["FIXTURES"] = Path.GetDirectoryName(fixtures)!,
            ["SAMPLE"] = Write("sample.json", JsonReport.Of(Samples.Wrong)),
            ["REPORT"] = Write("report.json", JsonReport.Of(Samples.Wrong with
            {
                Title = Hostile,
                Sentence = Hostile,
                Checks = [.. Samples.Wrong.Checks.Select(c => c with { Derivation = Hostile, Sentence = Hostile, WithoutExactCases = [Hostile], Covered = [Hostile] })],
                Cases = [reported with { Name = Hostile, Test = Hostile, Replay = Hostile, Agreement = Hostile, Unexplained = [Hostile] }],
            })),
        };
    }

    private static void AssertPlain(string text)
    {
        Assert.That(
            text.EnumerateRunes().Where(r => r.Value != '\n' && PlainText.IsHidden(r)).Select(r => $"U+{r.Value:X4}"),
            Is.Empty,
            PlainText.Lines(text));
        Assert.That(text.Split('\n').Where(l => l.TrimStart().StartsWith("::", StringComparison.Ordinal) || l.Contains("##[", StringComparison.Ordinal)
            || l.Contains("##vso[", StringComparison.Ordinal) || l.Contains(
                "##teamcity[", StringComparison.Ordinal)), Is.Empty);
    }

    private static string Failure(Action assertion)
    {
        using (new TestExecutionContext.IsolatedContext())
        {
            return Assert.Catch(() => assertion())!.Message;
        }
    }

    private sealed class Hostility : Derivation
    {
        public override string Name => Hostile;

        public override string Summary => Hostile;

        public override Network Network => Samples.SharedWeight;

        public override GradientStack Differentiate(CaseStack batch) =>
            Samples.MissingX1Contribution.Differentiate(batch);
    }
}
