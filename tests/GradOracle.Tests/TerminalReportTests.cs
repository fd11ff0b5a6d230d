using System.Text.RegularExpressions;
using GradOracle.Cli;
using GradOracle.Reports;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Reports in a terminal.</summary>
public sealed partial class TerminalReportTests
{
    [Test]
    public void Colour_changes_no_character()
    {
        var (plain, coloured) = (Text(Samples.Wrong, inColour: false), Text(Samples.Wrong, inColour: true));

        Assert.That(coloured, Is.Not.EqualTo(plain));
        Assert.That(Codes().Replace(coloured, ""), Is.EqualTo(plain));
        Assert.That(plain, Does.Not.Contain('\u001b'));
    }

    [Test]
    public void Without_a_terminal_there_is_no_colour_even_on_a_build_server()
    {
        var before = Environment.GetEnvironmentVariable("GITHUB_ACTIONS");
        Environment.SetEnvironmentVariable("GITHUB_ACTIONS", "true");
        try
        {
            using var writer = new StringWriter { NewLine = "\n" };
            new TerminalReport(writer).Write(Samples.Wrong);
            Assert.That(writer.ToString(), Is.EqualTo(Text(Samples.Wrong, inColour: false)));
        }
        finally
        {
            Environment.SetEnvironmentVariable("GITHUB_ACTIONS", before);
        }
    }

    [Test]
    public void The_table_of_a_check_fits_eighty_columns_with_its_speed()
    {
        var check = Samples.Wrong.Checks[0];
        using var writer = new StringWriter { NewLine = "\n" };

        new TerminalReport(writer, inColour: false).Write(
            check, [], [.. check.Suites.Select(_ => TimeSpan.FromMilliseconds(1))]);

        Assert.That(
            writer.ToString().Split('\n').TakeWhile(l => l.Length > 0).Select(l => l.Length),
            Is.All.LessThanOrEqualTo(80));
    }

    [Test]
    public void The_speed_of_a_suite_is_its_cases_in_a_second()
    {
        var check = Samples.Wrong.Checks[0];
        using var writer = new StringWriter { NewLine = "\n" };

        new TerminalReport(writer, inColour: false).Write(
            check, [], [.. check.Suites.Select(_ => TimeSpan.FromMilliseconds(250))]);

        Assert.That(
            writer.ToString().Split('\n').Skip(1).Take(check.Suites.Count).Select(l => l.Split(' ')[^1]),
            Is.EqualTo(check.Suites.Select(s => $"{4 * s.Cases}")));
    }

    [Test]
    public void A_replay_stays_on_one_line_to_be_copied()
    {
        var replay = $"gradoracle check --case-file \"{new string('x', 500)}\"";

        Assert.That(
            Text(Report.Of("one", [], [Samples.Wrong.Cases[0] with { Replay = replay }]), inColour: true),
            Does.Contain($"  replay: {replay}"));
    }

    [Test]
    public void A_name_cannot_command_the_terminal()
    {
        var hostile =
            Samples.Wrong.Cases[0] with { Name = "\u001b[2J\u001b]0;title\u0007 \u202Eabc [red]x[/]\nsecond line" };

        var text = Text(Report.Of("one", [], [hostile]), inColour: false);

        Assert.That(text, Does.StartWith("✗ \uFFFD[2J\uFFFD]0;title\uFFFD \uFFFDabc [red]x[/] second line\n"));
    }

    [Test]
    public void Of_many_cases_of_tests_the_first_are_shown_and_the_rest_counted()
    {
        var text = Text(
            Report.Of(
                "Tests",
                [],
                [.. Enumerable.Range(1, 25).Select(i => Samples.Wrong.Cases[0] with { Test = $"Tests.Number_{i}" })]),
            inColour: false);

        Assert.That(
            text,
            Does.Contain("  test: Tests.Number_10\n").And.Not.Contain("Number_11").And.EndWith(
                "\n… and 15 more cases, which --to html shows.\n"));
    }

    private static string Text(Report report, bool inColour)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        new TerminalReport(writer, inColour).Write(report);
        return writer.ToString();
    }

    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Codes();
}
