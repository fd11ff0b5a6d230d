using System.CommandLine;
using GradOracle.Files;
using GradOracle.Messages;
using GradOracle.Reports;

namespace GradOracle.Cli;

/// <summary><c>gradoracle report</c>: a report read again, in another form or against another run's.</summary>
internal static class ReportCommand
{
    private const string Terminal = "terminal";

    public static Command Create(TextWriter output)
    {
        var file = new Argument<string?>("FILE") { Description = "A report in JSON, as check --report FILE.json and dotnet test write it.", Arity = ArgumentArity.ZeroOrOne };
        var to = To(Forms);
        var target = Output();
        var command = new Command("report", "Shows a report again: in the terminal, or as a page, as Markdown or as JSON.") { file, to, target, Diff(output), MergeCommand.Create(output) };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(file) ?? throw new BadInputException(
                "gradoracle report needs a report: give the path of a JSON file.");
            var render = Chosen(parsed.GetValue(to), parsed.GetValue(target));
            RequireTarget(parsed.GetValue(target), path);
            Send(output, parsed.GetValue(target), JsonReport.Read(path), render);
            return 0;
        });
        return command;
    }

    /// <summary>The forms that a report may be shown in.</summary>
    public static IReadOnlyList<string> Forms { get; } = [Terminal, .. Rendering.All.Select(r => r.Name)];

    /// <summary>The form asked for, or what the ending of a file says; null: the terminal's.</summary>
    public static Rendering? Chosen(string? to, string? target)
    {
        var name = to ?? (target is null ? Terminal : Rendering.ForFile(target).Name);
        return name == Terminal
            ? null
            : Rendering.All.FirstOrDefault(r => r.Name == name) ?? throw Unknown(name, Forms);
    }

    /// <summary>Writes a report in a form, to the terminal or to a file.</summary>
    public static void Send(TextWriter output, string? target, Report report, Rendering? render) => Send(
        output, target, writer =>
        {
            if (render is null)
            {
                new TerminalReport(writer).Write(report);
            }
            else
            {
                writer.Write(render.Of(report));
            }
        });

    private static Command Diff(TextWriter output)
    {
        string[] forms = [Terminal, Rendering.Markdown.Name, Rendering.Json.Name];
        var before = new Argument<string>("BEFORE") { Description = "The report of the earlier run, in JSON." };
        var after = new Argument<string>("AFTER") { Description = "The report of the later run, in JSON." };
        var (to, target) = (To(forms), Output());
        var command = new Command("diff", "Says what became worse, better or otherwise from one run to another. Exit code 1 if anything became worse.") { before, after, to, target };
        command.SetAction(parsed =>
        {
            var name = parsed.GetValue(to) ?? Terminal;
            if (!forms.Contains(name))
            {
                throw Unknown(name, forms);
            }

            RequireTarget(parsed.GetValue(target), parsed.GetValue(before)!);
            RequireTarget(parsed.GetValue(target), parsed.GetValue(after)!);
            var diff = ReportDiff.Of(
                JsonReport.Read(parsed.GetValue(before)!), JsonReport.Read(parsed.GetValue(after)!));
            Send(output, parsed.GetValue(target), writer => writer.Write(
                name == Terminal
                    ? DiffText.Of(diff)
                    : name == Rendering.Json.Name
                    ? DiffText.Json(diff)
                    : DiffText.Markdown(diff)));
            return diff.IsWorse ? 1 : 0;
        });
        return command;
    }

    public static Option<string?> To(IReadOnlyList<string> forms) => new("--to")
    {
        Description = $"The form: {string.Join(", ", forms)}. By default what the ending of --output says, or else the terminal's.",
        HelpName = string.Join('|', forms),
    };

    public static Option<string?> Output() =>
        new("--output") { Description = "Writes to this file and not to the terminal.", HelpName = "FILE" };

    private static BadInputException Unknown(string form, IReadOnlyList<string> forms) =>
        new($"--to is \"{PlainText.Line(form)}\": it must be {string.Join(", ", forms.SkipLast(1))} or {forms[^1]}.");

    public static void RequireTarget(string? target, string input)
    {
        if (target is null)
        {
            return;
        }

        AtomicFile.RequireWritable(target);
        AtomicFile.RequireOther("--output would replace the report", input, target);
    }

    private static void Send(TextWriter output, string? target, Action<TextWriter> write)
    {
        if (target is null)
        {
            write(output);
            return;
        }

        using var text = new StringWriter { NewLine = "\n" };
        write(text);
        AtomicFile.Write(target, text.ToString());
    }
}
