using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using GradOracle.Cli;
using GradOracle.Files;
using GradOracle.Reports;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Where reports go: devices, pipes and links are what they are, and no input is ever written over.</summary>
public sealed class ReportTargetTests
{
    private const string Case =
        """{ "network": "shared-weight", "loss": "squared-error", "shape": { "n": 1, "h": 1, "m": 1, "B": 1 }, "tensors": { "Wx": [[1]], "Wh": [[2]], "Wy": [[3]], "X1": [[4]], "X2": [[5]], "T": [[6]] } }""";

    private string _folder = "";

    [SetUp]
    public void CreateFolder()
    {
        _folder = Directory.CreateTempSubdirectory("gradoracle-targets-").FullName;
        File.WriteAllText(At("case.json"), Case);
        File.WriteAllText(At("report.json"), JsonReport.Of(Samples.Wrong));
    }

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("check --case-file case.json --json LINK", "case.json")]
    [TestCase("check --case-file case.json --report LINK", "case.json")]
    [TestCase("check --case-file LINK --report case.json", "case.json")]
    [TestCase("gradient --case-file case.json --json LINK", "case.json")]
    [TestCase("report report.json --output LINK", "report.json")]
    [TestCase("report diff report.json report.json --to json --output LINK", "report.json")]
    public void A_link_to_the_input_does_not_let_it_be_written_over(string line, string input)
    {
        var before = File.ReadAllBytes(At(input));
        foreach (var link in new[] { At("link.json"), Path.Combine(At("folder"), input) })
        {
            if (link == At("link.json"))
            {
                File.CreateSymbolicLink(link, At(input));
            }
            else
            {
                Directory.CreateSymbolicLink(At("folder"), _folder);
            }

            var (code, error) = Run([.. line.Split(' ').Select(a => a == "LINK" ? link : a.EndsWith(".json", StringComparison.Ordinal) ? At(a) : a)]);

            Assert.That((code, File.ReadAllBytes(At(input))), Is.EqualTo((2, before)), link);
            Assert.That(error, Does.Contain(" would replace the "));
        }
    }

    [Test]
    [Platform("Linux", Reason = "descriptors of processes")]
    public void A_report_to_the_standard_output_is_added_to_a_log()
    {
        File.WriteAllText(At("log"), "before\n");

        Shell($"{Command} check --derivation {Samples.Other} --case-file case.json --json /dev/stdout >> log");

        var log = File.ReadAllText(At("log"));
        Assert.That(
            log,
            Does.StartWith("before\n✓ ").And.Contain("\n{\n  \"schema\": \"gradoracle-report/1\"").And.EndsWith("}\n"));
        Assert.That(Directory.GetFiles(_folder, "*.tmp"), Is.Empty);
    }

    [Test]
    [Platform("Linux", Reason = "mkfifo")]
    public void A_pipe_is_written_to_and_stays_a_pipe()
    {
        Shell($"mkfifo pipe; cat pipe > got & {Command} check --case-file case.json --json pipe > /dev/null; wait; test -p pipe");

        Assert.That(JsonReport.Read(At("got")).Cases, Has.Count.EqualTo(1));
    }

    [Test]
    [UnsupportedOSPlatform("windows")]
    [Platform(Exclude = "Win", Reason = "modes of Unix")]
    public void A_file_keeps_its_mode_when_it_is_replaced()
    {
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherExecute;
        File.WriteAllText(At("a.json"), "old");
        File.SetUnixFileMode(At("a.json"), mode);

        AtomicFile.Write(At("a.json"), "new");

        Assert.That((File.ReadAllText(At("a.json")), File.GetUnixFileMode(At("a.json"))), Is.EqualTo(("new", mode)));
    }

    [Test]
    public void What_a_killed_run_left_is_cleared_if_it_is_ours_and_old()
    {
        string[] ours = [$"report.json.123.{Guid.NewGuid():N}.tmp", $"page.html.7.{Guid.NewGuid():N}.tmp"];
        string[] others = ["mine.tmp", $"{Guid.NewGuid():N}.tmp", $"report.json.x.{Guid.NewGuid():N}.tmp"];
        var young = $"report.json.124.{Guid.NewGuid():N}.tmp";
        foreach (var file in ours.Concat(others).Append(young))
        {
            File.WriteAllText(At(file), "");
            File.SetLastWriteTimeUtc(At(file), DateTime.UtcNow - TimeSpan.FromHours(file == young ? 0 : 2));
        }

        AtomicFile.Write(At("new.json"), "{}");

        Assert.That(
            Directory.GetFiles(_folder, "*.tmp").Select(Path.GetFileName), Is.EquivalentTo(others.Append(young)));
    }

    [TestCase("CON")]
    [TestCase("con.json")]
    [TestCase("Nul.html.json")]
    [TestCase("COM1.json")]
    [TestCase("lpt9 .json")]
    public void A_name_that_is_a_device_on_one_system_is_refused_on_every(string name) => Assert.That(
        () => AtomicFile.Write(At(name), ""),
        Throws.TypeOf<BadInputException>().With.Message.Contains("its name is that of a device on Windows"));

    [Test]
    public void A_page_names_the_JSON_file_it_belongs_to()
    {
        Run("check", "--case-file", At("case.json"), "--report", At("a.html"), "--report", At("a.json"));

        Assert.That(
            File.ReadAllText(At("a.html")),
            Does.Contain($"content=\"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(At("a.json"))))}\""));
    }

    private static string Command => $"dotnet '{typeof(CommandLine).Assembly.Location}'";

    private string At(string name) => Path.Combine(_folder, name);

    private void Shell(string line)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", line]) { WorkingDirectory = _folder })!;
        Assert.That(shell.WaitForExit(60_000), "it hangs");
        Assert.That(shell.ExitCode, Is.Zero);
    }

    private static (int Code, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return (CommandLine.Run(arguments, output, error), error.ToString());
    }
}
