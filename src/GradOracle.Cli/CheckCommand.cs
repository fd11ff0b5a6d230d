using System.CommandLine;
using GradOracle.Cases;
using GradOracle.Gallery;
using GradOracle.Networks;
using GradOracle.Oracles;
using GradOracle.Reports;
using GradOracle.Updates;

namespace GradOracle.Cli;

/// <summary><c>gradoracle check</c>: the main job.</summary>
internal static class CheckCommand
{
    public static Command Create(TextWriter output)
    {
        var defaults = new CheckOptions();
        var network = new Option<string>("--network") { Description = "The network, several parted by commas, or all of them.", HelpName = "NAMES|all", DefaultValueFactory = _ => Catalog.Networks.All[0].Name };
        var derivation = SharedOptions.Derivation();
        var loss = new Option<string>("--loss") { Description = "The loss, several parted by commas, or all of them; mse finds mean-squared-error.", HelpName = "NAMES|all", DefaultValueFactory = _ => "all" };
        var assembly = Shown.Option();
        var kind = new Option<string>("--kind")
        {
            Description =
                "exact: integers, compared with zero tolerance. real: reals, compared within a proven rounding bound.",
            HelpName = "exact|real|both",
            DefaultValueFactory = _ => "both",
        };
        var type = new Option<string>("--dtype") { Description = "The element type.", HelpName = "float64|float32|both", DefaultValueFactory = _ => ElementType.Float64.Name };
        var cases = new Option<int>("--cases") { Description = "Cases for each loss, kind and element type.", HelpName = "N", DefaultValueFactory = _ => defaults.Cases };
        var seed = new Option<ulong>("--seed") { Description = "The seed of the first case; the same seed draws the same cases.", HelpName = "N", DefaultValueFactory = _ => defaults.Seed };
        var maxDim = new Option<int>("--max-dim") { Description = $"The largest size of any dimension, at most {Shape.MaxSize}; from 12 up a few shapes have one size of 33, 65 or 129 (steps: 13 to 20), the others at most 3.", HelpName = "N", DefaultValueFactory = _ => defaults.MaxSize };
        var name = new Option<string?>("--case") { Description = "Checks this one case again: a name as reports print it.", HelpName = "NAME" };
        var file = new Option<string?>("--case-file") { Description = "Checks the case in this JSON file: your own weights, inputs and target.", HelpName = "FILE" };
        var report = new Option<string[]>("--report") { Description = "Writes the report to this file, as its ending says: .html, .md or .json. May be given again.", HelpName = "FILE" };
        var json = new Option<string?>("--json") { Description = "Writes the report to this file as JSON, whatever its ending.", HelpName = "FILE" };
        var oracles = new Option<string>("--oracles")
        {
            Description = "The oracles asked about every case, parted by commas, or all. Autograd is always asked and decides; the others go entry by entry.",
            HelpName = "NAMES|all",
            DefaultValueFactory = _ => Oracle.All.All[0].Name,
        };
        var allowInconclusive =
            new Option<bool>("--allow-inconclusive") { Description = "Does not count inconclusive cases as failures." };

        var details =
            new Option<bool>("--details") { Description = "Of several networks each in full, and not only a line." };

        var shard = ShardOption.Create();

        var update = new UpdateCommand();

        var command = new Command(
            "check",
            $"""
            Checks a hand-written derivation against TorchSharp autograd over random shapes and seeds.
            Without options: the shared-weight network, every loss, exact and real cases, a few seconds.

            Every finding ends with the line that replays it:
              gradoracle check --case "shared-weight/squared-error n=2 h=3 m=1 B=1 exact float64 seed=2020"

            A case that is drawn takes at most {CaseBudget.Drawn} and has at most 20 steps;
            a case of --case or --case-file may take {CaseBudget.Single}.

            With --assembly, your own code: what a .dll of yours shows in public classes and static properties.
              gradoracle check --assembly bin/Debug/net10.0/Mine.dll

            With --update, weight updates by hand are held against TorchSharp's optimiser:
              gradoracle check --update sgd --steps 100 --rate 2^-6 --momentum 0.9
            """)
        {
            network, derivation, assembly, loss, kind, type, cases, seed, maxDim, name, file, report, json, oracles, allowInconclusive, details, shard,
        };
        foreach (var option in update.Options)
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            var targets = new ReportTargets(
                parsed.GetValue(report) ?? [], parsed.GetValue(json), parsed.GetValue(file));
            Option[] drawn = [network, loss, kind, type, cases, seed, maxDim];
            if ((parsed.GetValue(name) ?? parsed.GetValue(file)) is not null
                && drawn.FirstOrDefault(o => IsGiven(parsed, o)) is { } idle)
            {
                throw new BadInputException(
                    $"{idle.Name} draws cases, and --case or --case-file names one: give one or the other.");
            }

            if (IsGiven(parsed, shard)
                && ((parsed.GetValue(name) ?? parsed.GetValue(file)) is not null || IsGiven(parsed, update.Options[0])))
            {
                throw new BadInputException("--shard parts the checks of a run among processes: leave it out with --case, --case-file and --update.");
            }

            var shown = Shown.Of(parsed.GetValue(assembly));
            var title = Title(parsed, [assembly, network, derivation, loss, kind, type, cases, seed, maxDim, name, file, oracles, .. update.Options]);
            var batch = SharedOptions.Batch(parsed.GetValue(name), parsed.GetValue(file), shown);
            var run = new CheckRun(output, title, shown);
            var result = update.IsAsked(parsed, oracles) ? CheckUpdates() : batch is not null
                ? run.One(
                    shown.Find(parsed.GetValue(derivation), batch.Network),
                    batch,
                    Oracles(parsed.GetValue(oracles)!))
                : run.Many(
                    Chosen(shown, parsed.GetValue(derivation), parsed.GetValue(network)!, IsGiven(parsed, network)),
                    parsed.GetValue(shard),
                    Drawn(),
                    targets.Depth,
                    parsed.GetValue(details));
            targets.Write(result);
            return ExitCode(result.Verdict, parsed.GetValue(allowInconclusive));

            CheckOptions Drawn()
            {
                var options = Given();
                return IsGiven(parsed, type)
                    ? options with { Types = Choose("--dtype", parsed.GetValue(type)!, ElementType.All, t => t.Name) }
                    : options;
            }

            CheckOptions Given() => new()
            {
                Losses = parsed.GetValue(loss) == "all" ? Loss.All : Named.Losses.Choose(parsed.GetValue(loss)!),
                Kinds = Choose("--kind", parsed.GetValue(kind)!, Enum.GetValues<CaseKind>(), CaseId.Word),
                Cases = parsed.GetValue(cases),
                Seed = parsed.GetValue(seed),
                MaxSize = parsed.GetValue(maxDim),
                Oracles = Oracles(parsed.GetValue(oracles)!),
                FindingsKept = targets.Depth.Cases,
            };

            Report CheckUpdates()
            {
                IReadOnlyList<Derivation> chosen = batch is null
                    ? Chosen(shown, parsed.GetValue(derivation), parsed.GetValue(network)!, IsGiven(parsed, network))
                    : [shown.Find(parsed.GetValue(derivation), batch.Network)];
                return Report.Of(title, [], [], [.. update.Run(parsed, output, chosen, batch, () => IsGiven(parsed, cases) ? Drawn() : Drawn() with { Cases = UpdateSuite.DefaultCases })]);
            }
        });
        return command;
    }

    internal static int ExitCode(Verdict verdict, bool allowInconclusive) =>
        new CheckOptions { AllowInconclusive = allowInconclusive }.Accepts(verdict) ? 0 : 1;

    /// <summary>The command as it would be typed to run this again; files and what changes no result are left
    /// out.</summary>
    private static string Title(ParseResult parsed, IEnumerable<Option> options) => string.Join(' ', options
        .Where(o => IsGiven(parsed, o))
        .SelectMany(o => (string[])[o.Name, .. parsed.GetResult(o)!.Tokens.Select(t => t.Value.Contains(' ', StringComparison.Ordinal) ? $"\"{t.Value}\"" : t.Value)])
        .Prepend("gradoracle check"));

    /// <summary>The derivation named, or the default one of every network that is asked for.</summary>
    private static IReadOnlyList<Derivation> Chosen(
        Shown shown, string? derivation, string network, bool isNetworkGiven)
    {
        if (derivation is not null && !isNetworkGiven)
        {
            return [shown.Derivations.Find(derivation)];
        }

        if (derivation is null && shown != Shown.Gallery && (!isNetworkGiven || network == "all"))
        {
            return shown.Derivations.All;
        }

        return (derivation, shown.Networks.Choose(network)) switch
        {
            (null, var networks) => [.. networks.Select(n => shown.Find(null, n))],
            (_, [var only]) => [shown.Find(derivation, only)],
            _ => throw new BadInputException($"--derivation {derivation} belongs to one network, and --network {network} asks for several: leave one of them out."),
        };
    }

    // Autograd is asked in any case.
    private static List<IOracle> Oracles(string names) => names == "all"
        ? [.. Oracle.All.All.Skip(1)]
        : [.. names.Split(',', StringSplitOptions.TrimEntries).Select(Oracle.All.Find).Distinct().Where(o => o != Oracle.All.All[0])];

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static IReadOnlyList<T> Choose<T>(
        string option, string words, IReadOnlyList<T> all, Func<T, string> name) => words == "both"
        ? all
        : [.. words.Split(',', StringSplitOptions.TrimEntries).Select(word => all.Where(x => name(x) == word).ToList() is [var chosen]
            ? chosen
            : throw new BadInputException(
                $"{option} is \"{words}\": it must be {string.Join(", ", all.Select(name))} or both.")).Distinct()];
}
