using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using GradOracle.Messages;
using GradOracle.Reports;
using GradOracle.Updates;
using Spectre.Console;

namespace GradOracle.Cli;

/// <summary><c>gradoracle check --update sgd</c>: weight updates by hand against TorchSharp's optimiser.</summary>
internal sealed partial class UpdateCommand
{
    private readonly Option<string?> _update = new("--update") { Description = "Checks weight updates by this optimiser, step by step and over a whole run, in place of single gradients.", HelpName = UpdateRule.Name };
    private readonly Option<int> _steps = new("--steps") { Description = "With --update: how many steps.", HelpName = "K", DefaultValueFactory = _ => 20 };
    private readonly Option<string> _rate = new("--rate") { Description = "With --update: η in W ← W − η v, written 0.01 or 2^-6. A power of two keeps integers exact for a few steps.", HelpName = "η", DefaultValueFactory = _ => "2^-6" };
    private readonly Option<string> _momentum = new("--momentum") { Description = "With --update: μ in v ← μ v + g.", HelpName = "μ", DefaultValueFactory = _ => "0" };
    private readonly Option<string> _decay = new("--weight-decay") { Description = "With --update: λ in g = ∂L/∂W + λ W.", HelpName = "λ", DefaultValueFactory = _ => "0" };

    /// <summary>The options, for the command that has them.</summary>
    public IReadOnlyList<Option> Options => [_update, _steps, _rate, _momentum, _decay];

    /// <summary>Whether updates are to be checked.</summary>
    /// <exception cref="BadInputException">An option is given that does not go with the others.</exception>
    public bool IsAsked(ParseResult parsed, params Option[] idle)
    {
        bool IsGiven(Option option) => parsed.GetResult(option) is { Implicit: false };
        if (parsed.GetValue(_update) is not { } name)
        {
            return Options.FirstOrDefault(IsGiven) is { } alone
                ? throw new BadInputException($"{alone.Name} belongs to --update: add --update {UpdateRule.Name}.")
                : false;
        }

        if (name != UpdateRule.Name)
        {
            throw new BadInputException($"There is no optimiser \"{name}\": --update knows {UpdateRule.Name}.");
        }

        return idle.FirstOrDefault(IsGiven) is { } other
            ? throw new BadInputException(
                $"{other.Name} is about single gradients, and --update checks steps: leave one of them out.")
            : true;
    }

    /// <summary>Runs what was asked for and prints it.</summary>
    /// <returns>The runs, as reports have them.</returns>
    public IReadOnlyList<ReportedUpdate> Run(
        ParseResult parsed,
        TextWriter output,
        IReadOnlyList<Derivation> derivations,
        CaseStack? batch,
        Func<CheckOptions> options)
    {
        var rule = new UpdateRule(Number(parsed, _rate), Number(parsed, _momentum), Number(parsed, _decay));
        var steps = parsed.GetValue(_steps);
        rule.Validate(ElementType.Float64);
        var results = new List<UpdateResult>();
        foreach (var derivation in derivations)
        {
            IReadOnlyList<UpdateResult> runs = batch is not null
                ? [UpdateRun.Of(derivation, batch, rule, steps)]
                : Progress.Show(
                    output,
                    progress => UpdateSuite.Run(derivation, options() with { Progress = progress }, rule, steps));
            Print(output, derivation, rule, runs);
            output.Write(derivations.Count > 1 ? "\n" : "");
            results.AddRange(runs);
        }

        return [.. results.Select(r => UpdateText.Reported(r, CommandReplay.Instance))];
    }

    private static void Print(
        TextWriter output, Derivation derivation, UpdateRule rule, IReadOnlyList<UpdateResult> runs)
    {
        if (runs is [var only])
        {
            output.Write(UpdateText.Of(only, CommandReplay.Instance));
            return;
        }

        AnsiConsole.Create(
            new AnsiConsoleSettings { Out = new PlainWidthOutput(output), Ansi = AnsiSupport.No }).Write(Table(runs));
        output.WriteLine();
        output.Write(UpdateText.Of(runs.MaxBy(r => r.Verdict)!, CommandReplay.Instance));
        output.WriteLine();
        var agreeing = runs.Count(r => r.Verdict == Verdict.Agrees);
        var of = agreeing == runs.Count ? $"all {runs.Count} runs agree" : $"{agreeing} of {runs.Count} runs agree";
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{runs.Max(r => r.Verdict).Mark()} {rule}: updates by hand with the gradients of {derivation.Name} against torch.optim.SGD: {of}."));
    }

    private static Table Table(IReadOnlyList<UpdateResult> runs)
    {
        // Fits 80 columns while there is one element type.
        var severalTypes = runs.Select(r => TypeOf(r)).Distinct().Count() > 1;
        string[] headers = ["run", "steps", "exact", "step/bound", "run/bound", "loss", "last loss"];
        var table = new Table { Border = TableBorder.None };
        foreach (var header in headers)
        {
            // the longest name leaves no room between it and "steps", whose numbers are shorter
            var isRun = header == "run";
            table.AddColumn(new TableColumn(header)
            {
                Alignment = isRun ? Justify.Left : Justify.Right,
                Padding = new Padding(0, 0, isRun ? 0 : 1, 0),
            });
        }

        foreach (var run in runs)
        {
            string Worst(Func<UpdateStep, double> error) =>
                run.Steps.Select(error).DefaultIfEmpty().Max() is var worst && double.IsPositiveInfinity(worst)
                ? "∞"
                : NumberFormat.Short(worst);
            table.AddRow(
            [.. new[]
            {
                $"{run.Verdict.Mark()} {LossAndKind(run)}{(severalTypes ? $" {TypeOf(run)}" : "")}",
                run.Steps.Count.ToString(CultureInfo.InvariantCulture),
                run.Steps.Count(s => s.IsExact).ToString(CultureInfo.InvariantCulture),
                Worst(s => s.ErrorInBounds),
                Worst(s => s.RunErrorInBounds),
                NumberFormat.Short(run.Losses.First()),
                NumberFormat.Short(run.FinalLoss.ByHand),
            }.Select(Markup.Escape)]);
        }

        return table;
    }

    // A case name is network/loss, its sizes, its kind and its element type: the network is the same for all, and the
    // sizes are in the replay.
    private static string LossAndKind(UpdateResult run) => string.Join(' ', Words(run).SkipLast(1));

    private static string TypeOf(UpdateResult run) => Words(run)[^1];

    private static List<string> Words(UpdateResult run) =>
        [.. run.Case[(run.Case.IndexOf('/', StringComparison.Ordinal) + 1)..].Split(' ').Where(w => !w.Contains('=', StringComparison.Ordinal))];

    private static double Number(ParseResult parsed, Option<string> option)
    {
        var text = parsed.GetValue(option)!;
        if (Power().Match(text) is { Success: true } power
            && int.TryParse(
                power.Groups[1].ValueSpan,
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var exponent))
        {
            return Math.ScaleB(1, exponent);
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new BadInputException(
                $"{option.Name} is \"{text}\": write a number like 0.01, or a power of two like 2^-6.");
    }

    [GeneratedRegex(@"^2\^(-?[0-9]{1,5})$", RegexOptions.CultureInvariant)]
    private static partial Regex Power();
}
