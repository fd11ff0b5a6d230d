using System.Diagnostics;
using GradOracle.Cases;
using GradOracle.Oracles;
using GradOracle.Verdicts;

namespace GradOracle;

/// <summary>One suite of a check: draws the cases of one loss, kind and element type, and compares every
/// batch.</summary>
internal sealed class Sweep(Derivation derivation, Loss loss, CaseKind kind, ElementType type, CheckOptions options)
{
    // So many cases are cross-checked where no oracle is asked for; of larger batches of a shape only the first is run
    // in both orders.
    private const int FirstCases = 16;

    private static readonly Autograd s_autograd = new();
    private static readonly ReverseMode s_reverse = new();

    /// <summary>The first call of the derivation, to be repeated; null where it is not this suite's to repeat.</summary>
    public FirstCall? FirstCall { get; init; }

    /// <summary>Runs it.</summary>
    /// <param name="suite">The number of the suite: each has shapes of its own.</param>
    /// <param name="done">Told how many cases are done.</param>
    /// <exception cref="BadInputException">There are no such cases.</exception>
    public SuiteResult Run(int suite, Action<int> done)
    {
        var clock = Stopwatch.StartNew();
        var scenarios = new SuiteShapes(derivation.Network, loss, kind, type, options).Of(suite);
        var batches = new SuiteDraw(kind, type, suite).Batches(scenarios, options.Cases, options.Seed).ToList();
        clock.Stop();
        Rehearse(batches[0].First);
        clock.Start();
        var outcomes = new Outcome[batches.Count];
        var findings = new Findings(options.FindingsKept);
        Workers.Run(batches.Count, options.Threads, i =>
        {
            // On the first cases the graph is evaluated in C# too, so that a wrong value or TorchSharp call of an
            // operation says so.
            var isReverseAsked = i > 0 || !derivation.Network.HasGraph || options.Oracles.OfType<ReverseMode>().Any();
            IReadOnlyList<IOracle> asked = isReverseAsked ? options.Oracles : [.. options.Oracles, s_reverse];
            var crossChecked = options.Oracles.Count > 0 ? batches[i].Count : Math.Min(batches[i].Count, FirstCases);
            var isFirstOfShape = i == 0 || batches[i].First.Scenario != batches[i - 1].First.Scenario;
            var inBothOrders = isFirstOfShape || batches[i].Count <= FirstCases;
            var rounds = i == 0 ? Rounds.Repeated : inBothOrders ? Rounds.BothOrders : Rounds.Once;
            outcomes[i] = RunBatch(
                batches[i].First, batches[i].Count, rounds, asked, crossChecked, finding => findings.Add(i, finding));
            done(batches[i].Count);
        });

        var allAgree = kind == CaseKind.Exact && outcomes.All(o => o.Verdict == Verdict.Agrees);
        return new SuiteResult
        {
            Loss = loss,
            Kind = kind,
            Type = type,
            Shapes = [.. outcomes.GroupBy(o => o.First.Shape).Select(of =>
                new ShapeResult(
                    of.Key, of.Sum(o => o.Counts.Sum()), of.Max(o => o.Verdict), of.Max(o => o.WorstError)))],
            Values = [.. outcomes.Select(o => o.First.Sort).Distinct()],
            Counts = Enum.GetValues<Verdict>().ToDictionary(v => v, v => outcomes.Sum(o => o.Counts[(int)v])),
            WorstErrorInBounds = outcomes.Max(o => o.WorstError),
            FalseAcceptLog2 = allAgree ? outcomes.Aggregate((double?)0, (sum, o) => sum + o.FalseAcceptLog2) : null,
            Degree = outcomes.Max(o => o.First.Scenario.Degree),
            Evidence = Evidence.Of(outcomes.Select(o => o.Evidence)),
            NotApplicable = [.. outcomes.SelectMany(o => o.NotApplicable).DistinctBy(n => n.Oracle)],
            Elapsed = clock.Elapsed,
            Findings = findings.Smallest(),
        };
    }

    // What a process pays once, libtorch's first calls and what is compiled for them, is no suite's work: it is done
    // before the clock runs on, on a case that is not counted and that the derivation never sees.
    private static void Rehearse(CaseId name)
    {
        var batch = CaseGenerator.Generate(name);
        var expected = Autograd.Differentiate(batch);
        Comparison.Of(batch, expected, expected).Judge(0);
    }

    private Outcome RunBatch(
        CaseId first, int count, Rounds rounds, IReadOnlyList<IOracle> oracles, int crossChecked, Action<CaseComparison> found)
    {
        var batch = CaseGenerator.Generate(first, count);
        var comparison = rounds == Rounds.Once
            ? Comparison.Of(derivation, batch)
            : Comparison.InBothOrders(derivation, batch, isRepeated: rounds == Rounds.Repeated, FirstCall);
        comparison = comparison with { KnownZero = options.KnownZero };
        var outcome = new Outcome(first);
        var judged = new (Verdict Verdict, double Error)[count];
        for (var s = 0; s < count; s++)
        {
            judged[s] = comparison.Judge(s, outcome.Evidence);
        }

        if (first.Values is not null && TellsNothing(judged.Max(j => j.Verdict), comparison.Expected))
        {
            return RunBatch(first with { Values = null }, count, rounds, oracles, crossChecked, found);
        }

        var autograd = new OracleAnswer(comparison.Expected, comparison.Errors.Of); // it has been asked already
        var asked = crossChecked == count ? batch : CaseGenerator.Generate(first, crossChecked);
        IReadOnlyList<OracleReply> answers = oracles.Count == 0
            ? []
            : [new(s_autograd, autograd, null), .. Oracle.Ask(asked, oracles)];
        var kept = 0;
        for (var s = 0; s < count; s++)
        {
            var (verdict, error) = judged[s];
            var isAsked = s < crossChecked && verdict < Verdict.OraclesDisagree && answers.Count > 0;
            var crossCheck = isAsked ? CrossCheck.Of(batch, s, derivation: null, answers) : null;
            outcome.NotApplicable = crossCheck?.NotApplicable ?? outcome.NotApplicable;
            verdict = crossCheck is { OraclesAgree: false } ? Verdict.OraclesDisagree : verdict;
            outcome.Counts[(int)verdict]++;
            outcome.WorstError = Math.Max(outcome.WorstError, error);
            if (verdict != Verdict.Agrees && kept++ < options.FindingsKept)
            {
                var described = comparison.Describe(s);
                found(
                    verdict == Verdict.OraclesDisagree
                        ? described with { Verdict = verdict, CrossCheck = crossCheck }
                        : described);
            }
        }

        // Where the target is drawn about the output, the entries are not independent: such cases prove nothing of the
        // kind.
        outcome.FalseAcceptLog2 = comparison.Detour is null
            && first.Scenario is { Degree: { } d, DrawsNumbersOnly: true }
            ? first.Values is not null ? 0 : count * Math.Min(0, Math.Log2(d / (2.0 * first.Range + 1)))
            : null;
        return outcome;
    }

    // Saturated throughout, or beyond the element type, on whichever side is right: plain entries say more.
    private static bool TellsNothing(Verdict worst, GradientStack expected) => worst == Verdict.Inconclusive
        || (worst > Verdict.Inconclusive && !expected.All.All(t => t.Values.All(double.IsFinite)));

    // How often the derivation is called on a batch: once, in the other order too, and the first batch of a suite once
    // more.
    private enum Rounds
    {
        Once,
        BothOrders,
        Repeated,
    }

    private sealed class Outcome(CaseId first)
    {
        public CaseId First => first;

        public Evidence Evidence { get; } = new();

        public int[] Counts { get; } = new int[Enum.GetValues<Verdict>().Length];

        public double WorstError { get; set; }

        public double? FalseAcceptLog2 { get; set; }

        public IReadOnlyList<(string Oracle, string Reason)> NotApplicable { get; set; } = [];

        public Verdict Verdict => (Verdict)Array.FindLastIndex(Counts, c => c > 0);
    }
}
