using System.CommandLine;
using GradOracle.Cases;
using GradOracle.Derivations;
using GradOracle.Oracles;
using GradOracle.Reports;
using GradOracle.Verdicts;

namespace GradOracle.Cli;

/// <summary><c>gradoracle check</c>: the main job.</summary>
internal static class CheckCommand
{
    public static Command Create(TextWriter output)
    {
        var defaults = new CheckOptions();
        var network = new Option<string>("--network") { Description = "The network, or all of them.", HelpName = "NAME|all", DefaultValueFactory = _ => Registry.Networks.All[0].Name };
        var derivation = SharedOptions.Derivation();
        var loss = new Option<string>("--loss") { Description = "The loss, or all of them.", HelpName = "NAME|all", DefaultValueFactory = _ => "all" };
        var kind = new Option<string>("--kind")
        {
            Description = "exact: integers, compared with zero tolerance. real: reals, compared within a proven rounding bound.",
            HelpName = "exact|real|both",
            DefaultValueFactory = _ => "both",
        };
        var type = new Option<string>("--dtype") { Description = "The element type.", HelpName = "float64|float32|both", DefaultValueFactory = _ => ElementType.Float64.Name };
        var cases = new Option<int>("--cases") { Description = "Cases for each loss, kind and element type.", HelpName = "N", DefaultValueFactory = _ => defaults.Cases };
        var seed = new Option<ulong>("--seed") { Description = "The seed of the first case; the same seed draws the same cases.", HelpName = "N", DefaultValueFactory = _ => defaults.Seed };
        var maxDim = new Option<int>("--max-dim") { Description = $"The largest size of any dimension, at most {Shape.MaxSize}.", HelpName = "N", DefaultValueFactory = _ => defaults.MaxSize };
        var name = new Option<string?>("--case") { Description = "Checks this one case again: a name as reports print it.", HelpName = "NAME" };
        var file = new Option<string?>("--case-file") { Description = "Checks the case in this JSON file: your own weights, inputs and target.", HelpName = "FILE" };
        var json = new Option<string?>("--json") { Description = "Writes the result to this file as JSON.", HelpName = "FILE" };
        var oracles = new Option<string>("--oracles")
        {
            Description = "The oracles asked about every case, parted by commas, or all. Autograd is always asked and decides; the others go entry by entry.",
            HelpName = "NAMES|all",
            DefaultValueFactory = _ => Registry.Oracles.All[0].Name,
        };
        var allowInconclusive = new Option<bool>("--allow-inconclusive") { Description = "Does not count inconclusive cases as failures." };

        var command = new Command(
            "check",
            """
            Checks a hand-written derivation against TorchSharp autograd over random shapes and seeds.
            Without options: the shared-weight network, every loss, exact and real cases, a few seconds.

            Every finding ends with the line that replays it:
              gradoracle check --case "shared-weight/squared-error n=2 h=3 m=1 B=1 exact float64 seed=2020"
            """)
        {
            network, derivation, loss, kind, type, cases, seed, maxDim, name, file, json, oracles, allowInconclusive,
        };
        command.SetAction(parsed =>
        {
            var target = parsed.GetValue(json);
            if (target is not null)
            {
                AtomicFile.RequireWritable(target);
            }

            Option[] drawn = [network, loss, kind, type, cases, seed, maxDim];
            if ((parsed.GetValue(name) ?? parsed.GetValue(file)) is not null && drawn.FirstOrDefault(o => IsGiven(parsed, o)) is { } idle)
            {
                throw new BadInputException($"{idle.Name} draws cases, and --case or --case-file names one: give one or the other.");
            }

            SharedOptions.RequireOtherFile(parsed.GetValue(file), target);
            var verdict = SharedOptions.Batch(parsed.GetValue(name), parsed.GetValue(file)) is { } batch
                ? CheckOne(SharedOptions.FindDerivation(parsed.GetValue(derivation), batch.Network), batch, target, Oracles(parsed.GetValue(oracles)!))
                : CheckMany(
                    Chosen(parsed.GetValue(derivation), parsed.GetValue(network)!, IsGiven(parsed, network)),
                    new CheckOptions
                    {
                        Losses = parsed.GetValue(loss) == "all" ? Registry.Losses.All : [Registry.Losses.Find(parsed.GetValue(loss)!)],
                        Kinds = Choose("--kind", parsed.GetValue(kind)!, Enum.GetValues<CaseKind>(), CaseName.Word),
                        Types = Choose("--dtype", parsed.GetValue(type)!, ElementType.All, t => t.Name),
                        Cases = parsed.GetValue(cases),
                        Seed = parsed.GetValue(seed),
                        MaxSize = parsed.GetValue(maxDim),
                        Oracles = Oracles(parsed.GetValue(oracles)!),
                    },
                    target);
            return verdict == Verdict.Agrees || (verdict == Verdict.Inconclusive && parsed.GetValue(allowInconclusive)) ? 0 : 1;
        });
        return command;

        Verdict CheckOne(IDerivation chosen, CaseBatch batch, string? target, IReadOnlyList<IGradientOracle> asked)
        {
            var comparison = GradientCheck.Compare(chosen, batch).Describe(0);
            if (comparison.Verdict >= Verdict.Disagrees)
            {
                var examination = Examination.Of(chosen, batch);
                output.Write(ExaminationText.Of(examination));
                Write(target, JsonReport.Of(examination));
                return comparison.Verdict;
            }

            if (asked.Count > 0)
            {
                var panel = Panel.Of(batch, 0, chosen.Differentiate(batch.Map(v => v)), Panel.Ask(batch, asked.Prepend(Registry.Oracles.All[0])));
                comparison = comparison with { Verdict = panel.OraclesAgree ? comparison.Verdict : Verdict.OraclesDisagree, Panel = panel };
            }

            output.Write(CaseText.Of(comparison));
            Write(target, JsonReport.Of(comparison));
            return comparison.Verdict;
        }

        Verdict CheckMany(IReadOnlyList<IDerivation> chosen, CheckOptions options, string? target)
        {
            var results = new List<(CheckResult Result, Examination? Examination)>();
            foreach (var derivation in chosen)
            {
                var result = Progress.Show(output, progress => GradientCheck.Run(derivation, options with { Progress = progress }));
                var examination = CheckSummary.Examine(result);
                CheckSummary.Print(output, result, examination);
                results.Add((result, examination));
                output.Write(chosen.Count > 1 ? "\n" : "");
            }

            Write(target, results is [var only] ? JsonReport.Of(only.Result, only.Examination) : JsonReport.Of(results));
            return results.Max(r => r.Result.Verdict);
        }
    }

    /// <summary>The derivation named, or the default one of the network; of every network where all are asked for.</summary>
    private static IReadOnlyList<IDerivation> Chosen(string? derivation, string network, bool isNetworkGiven) => (derivation, network) switch
    {
        (null, "all") => [.. Registry.Networks.All.Select(Registry.DefaultDerivation)],
        (_, "all") => throw new BadInputException($"--derivation {derivation} belongs to one network, and --network all asks for every one: leave one of them out."),
        (not null, _) when !isNetworkGiven => [Registry.Derivations.Find(derivation)],
        _ => [SharedOptions.FindDerivation(derivation, Registry.Networks.Find(network))],
    };

    // Autograd is asked in any case.
    private static List<IGradientOracle> Oracles(string names) => names == "all"
        ? [.. Registry.Oracles.All.Skip(1)]
        : [.. names.Split(',', StringSplitOptions.TrimEntries).Select(Registry.Oracles.Find).Distinct().Where(o => o != Registry.Oracles.All[0])];

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static void Write(string? target, string text)
    {
        if (target is not null)
        {
            AtomicFile.Write(target, text);
        }
    }

    private static IReadOnlyList<T> Choose<T>(string option, string word, IReadOnlyList<T> all, Func<T, string> name)
    {
        if (word == "both")
        {
            return all;
        }

        var chosen = all.Where(x => name(x) == word).ToList();
        return chosen.Count > 0
            ? chosen
            : throw new BadInputException($"{option} is \"{word}\": it must be {string.Join(", ", all.Select(name))} or both.");
    }
}
