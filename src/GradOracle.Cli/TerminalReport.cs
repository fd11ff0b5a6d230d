using GradOracle.Messages;
using GradOracle.Reports;
using Spectre.Console;

namespace GradOracle.Cli;

/// <summary>A report in a terminal: checks in tables, cases as text below; the same characters with and without
/// colour.</summary>
internal sealed class TerminalReport
{
    private const int CasesShown = 3;
    private const int CasesOfNoCheckShown = 10;
    private const int WiderThanAnyLine = 1 << 20;

    private readonly TextWriter _output;
    private readonly IAnsiConsole _console;

    /// <summary>Writes to an output, in colour where somebody watches.</summary>
    public TerminalReport(TextWriter output)
        : this(output, new PlainWidthOutput(output).IsTerminal && Environment.GetEnvironmentVariable("NO_COLOR") is null or ""
            && Environment.GetEnvironmentVariable("TERM") is not "dumb")
    {
    }

    /// <summary>Writes to an output.</summary>
    public TerminalReport(TextWriter output, bool inColour)
    {
        _output = output;
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new PlainWidthOutput(output, inColour),
            Ansi = inColour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = inColour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false }, // a build server is no terminal
        });
    }

    /// <summary>All of a report: each check with its cases, then the cases of no check, then the update runs.</summary>
    public void Write(Report report)
    {
        var left = report.Cases.ToList();
        var overview = report.Checks.Count > 1
            ? new CheckOverview(_output, [.. report.Checks.Select(c => (c.Network, c.Derivation))], isTimed: false)
            : null;
        foreach (var check in report.Checks)
        {
            var own = left.Where(
                c => (c.Network, c.Derivation) == (check.Network, check.Derivation) && c.Test is null).ToList();
            left.RemoveAll(own.Contains);
            overview?.Write(check, elapsed: null);
            if (overview is null || check.Verdict != Verdict.Agrees)
            {
                Write(check, own);
                _output.Write(overview is null ? "" : "\n");
            }
        }

        if (overview is not null)
        {
            WriteSentence(report);
        }

        foreach (var (reported, index) in left.Take(CasesOfNoCheckShown).Select((c, i) => (c, i)))
        {
            _output.Write(index > 0 ? "\n" : "");
            Write(reported);
        }

        if (left.Count > CasesOfNoCheckShown)
        {
            _output.Write("\n");
            WriteLine(
                Color.Default,
                FormattableString.Invariant(
                    $"… and {left.Count - CasesOfNoCheckShown} more cases, which --to html shows."));
        }

        foreach (var update in report.Updates)
        {
            WriteLine(ColourOf(update.Verdict), $"{update.Verdict.Mark()} {update.Sentence}");
            WriteLine(Color.Grey, $"  replay: {update.Replay}");
        }
    }

    /// <summary>One check: its table, the worst of its cases, its sentence.</summary>
    /// <param name="check">The check.</param>
    /// <param name="cases">Its cases; a terminal holds a few, the rest are in the files.</param>
    /// <param name="elapsed">How long each suite took, where it is known: a report holds nothing that depends on when
    /// or where it ran.</param>
    public void Write(ReportedCheck check, IReadOnlyList<ReportedCase> cases, IReadOnlyList<TimeSpan>? elapsed = null)
    {
        InFullWidth(() => _console.Write(SuiteTable.Of(check, elapsed)));
        if (check.WithoutExactCases.Count > 0)
        {
            WriteLine(Color.Default, $"no exact cases with {string.Join(", ", check.WithoutExactCases)}: a smooth function takes integers off the lattice");
        }

        foreach (var line in check.Covered)
        {
            WriteLine(Color.Default, line);
        }

        foreach (var suite in check.Suites)
        {
            foreach (var (oracle, reason) in suite.NotApplicable)
            {
                WriteLine(
                    Color.Default, $"{oracle} not applicable to {suite.Loss} {CaseId.Word(suite.Kind)}: {reason}");
            }
        }

        foreach (var warning in check.Warnings)
        {
            WriteLine(Color.Yellow, warning);
        }

        foreach (var reported in cases.Take(CasesShown))
        {
            _output.Write("\n");
            Write(reported);
        }

        _output.Write("\n");
        WriteLine(ColourOf(check.Verdict), $"{check.Verdict.Mark()} {check.Sentence}");
    }

    /// <summary>The verdict on everything, in one line.</summary>
    public void WriteSentence(Report report)
    {
        _output.Write("\n");
        WriteLine(ColourOf(report.Verdict), $"{report.Verdict.Mark()} {report.Sentence}.");
    }

    /// <summary>One case.</summary>
    public void Write(ReportedCase reported)
    {
        foreach (var (line, text) in CaseText.Lines(reported))
        {
            WriteLine(
                line switch
                {
                    CaseLine.Heading => ColourOf(reported.Verdict),
                    CaseLine.Wrong => Color.Yellow,
                    CaseLine.Right => Color.Green,
                    CaseLine.Diagnosis => Color.Fuchsia,
                    CaseLine.Replay => Color.Grey,
                    _ => Color.Default,
                },
                text);
        }
    }

    private static Color ColourOf(Verdict verdict) => verdict switch
    {
        Verdict.Agrees => Color.Green,
        Verdict.Inconclusive => Color.Yellow,
        _ => Color.Red,
    };

    private void WriteLine(Color colour, string text)
    {
        InFullWidth(() => _console.Write(new Text(PlainText.Line(text), new Style(colour))));
        _output.Write("\n");
    }

    // Lines are not broken here: a replay is copied whole, and in a narrow terminal a word of a table is not cut.
    private void InFullWidth(Action write)
    {
        var width = _console.Profile.Width;
        _console.Profile.Width = WiderThanAnyLine;
        write();
        _console.Profile.Width = width;
    }
}
