using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using GradOracle.Cases;
using GradOracle.Derivations;
using GradOracle.Networks;
using GradOracle.Oracles;
using GradOracle.Verdicts;

namespace GradOracle;

/// <summary>Holds a hand-written derivation against TorchSharp autograd. This file is the map of the house.</summary>
/// <remarks>
/// <code>
/// Network ──> graph ──> backward graph ──────────> RoundingErrors ─┐
///   CaseGenerator ─> CaseStack ─┬─> Derivation.Differentiate ──────┼─> Comparison ─> Verdict ─> report
///     (shape, seed)             └─> Autograd.Differentiate ────────┘
/// </code>
/// </remarks>
public static class GradientCheck
{
    // Beyond this a batch no longer fits the caches, below it calls cost more than arithmetic.
    private const int BatchBytes = 1 << 20;
    private const int LargestBatch = 4096;

    private static readonly Autograd s_autograd = new();
    private static readonly ReverseMode s_reverse = new();

    /// <summary>Draws shapes and seeds, and compares the derivation with autograd on every case.</summary>
    /// <exception cref="BadInputException">An option is out of range, or no exact case exists within the sizes asked for.</exception>
    /// <exception cref="TorchUnavailableException">libtorch cannot be loaded here.</exception>
    public static CheckResult Run(Derivation derivation, CheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        options ??= new CheckOptions();
        options.Validate();
        var network = derivation.Network;
        var suites = (
            from type in options.Types
            from loss in options.Losses
            from kind in options.Kinds
            select (type, loss, kind)).ToList();

        // A softmax of one row is constant, a smooth function has no exact cases: what else was asked for is left, and where
        // nothing is, running it says why.
        bool HasRows(Loss loss) =>
            options.Shapes?.Any(shape => HasEnoughRows(new Scenario(network, loss, shape))) ?? loss.LeastRows <= options.MaxSize;
        var exact = options.Losses.Distinct().Where(loss => Scenario.MayBeExact(network, loss)).ToHashSet();
        var left = suites.Where(s => HasRows(s.loss) && (s.kind == CaseKind.Real || exact.Contains(s.loss))).ToList();
        left = left.Count > 0 ? left : suites;
        var progress = new Count(options, left.Count);
        var scenarios = new Scenarios(network); // one suite after another
        return new CheckResult(derivation, [.. left.Select(s => RunSuite(derivation, s.loss, s.kind, s.type, options, scenarios, progress))])
        {
            WithoutExactCases = [.. suites.Except(left).Where(s => s.kind == CaseKind.Exact && HasRows(s.loss)).Select(s => s.loss).Distinct()],
        };
    }

    /// <summary>Checks a derivation that is one expression: <c>GradientCheck.Run(network, x =&gt; …)</c>.</summary>
    /// <param name="network">The network.</param>
    /// <param name="differentiate">The derivation of one case, in float64.</param>
    /// <param name="options">Which cases; by default every loss, exact and real, float64.</param>
    /// <exception cref="BadInputException">An option is out of range, or no exact case exists within the sizes asked for.</exception>
    public static CheckResult Run(Network network, Func<MatrixCase<double>, Gradients<double>> differentiate, CheckOptions? options = null) =>
        Run(new LambdaDerivation(network, differentiate), options);

    /// <summary>Checks one case again, by the name that a report printed.</summary>
    /// <exception cref="BadInputException">The name is not that of a case of the derivation's network.</exception>
    public static CaseResult Replay(Derivation derivation, string caseName)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        return new(derivation, Compare(derivation, CaseGenerator.Generate(CaseId.Parse(caseName, derivation.Network))).Describe(0));
    }

    /// <summary>Compares the derivation with autograd on one batch.</summary>
    internal static Comparison Compare(Derivation derivation, CaseStack batch) =>
        Comparison.Of(batch, IsolatedRun.Of(derivation, batch), Autograd.Differentiate(batch), derivation);

    private static SuiteResult RunSuite(
        Derivation derivation, Loss loss, CaseKind kind, ElementType type, CheckOptions options, Scenarios scenarios, Count progress)
    {
        var clock = Stopwatch.StartNew();
        bool Admits(Scenario s) => HasEnoughRows(s) && (kind == CaseKind.Real || s.RangeOf(type) > 0);
        scenarios.Begin(loss);
        var drawn = new Scenario[options.Shapes?.Count ?? Math.Min(options.Cases, options.MaxShapes)];
        InParallel(drawn.Length, options.Threads, i => drawn[i] = scenarios.Keep(options.Shapes is { } asked
            ? scenarios.Of(asked[i])
            : ShapeDraw.Of(derivation.Network, loss, options.MaxSize, options.Seed, i, Admits, scenarios.Of)));

        var admitted = drawn.Where(Admits).ToArray();
        if (admitted.Length == 0 || (options.Shapes is null && admitted.Length < drawn.Length))
        {
            var what = $"{derivation.Network.Name} with {loss.Name}";
            throw new BadInputException(!drawn.Any(HasEnoughRows) && loss.LeastRows > 1
                ? $"{what} needs an output of at least {loss.LeastRows} rows: with fewer the loss is constant; take larger sizes."
                : $"{what} has no exact cases in {type} at the shapes asked for: some step leaves the lattice; "
                    + "take smaller sizes, float64, or the real kind.");
        }

        var jobs = Jobs(admitted, options).ToList();
        var outcomes = new Outcome[jobs.Count];
        var findings = new Findings(options.FindingsKept);
        InParallel(jobs.Count, options.Threads, i =>
        {
            var (scenario, seed, count) = jobs[i];

            // On the first batch the graph is evaluated in C# too, so that a wrong value or TorchSharp call of an operation says so.
            var isReverseAsked = i > 0 || options.Oracles.OfType<ReverseMode>().Any();
            IReadOnlyList<IOracle> asked = isReverseAsked ? options.Oracles : [.. options.Oracles, s_reverse];
            var first = new CaseId(scenario, kind, type, seed);
            outcomes[i] = RunBatch(derivation, first, count, asked, options.FindingsKept, finding => findings.Add(i, finding));
            progress.Add(count);
        });

        var allAgree = kind == CaseKind.Exact && outcomes.All(o => o.Verdict == Verdict.Agrees);
        return new SuiteResult
        {
            Loss = loss,
            Kind = kind,
            Type = type,
            Shapes = [.. jobs.Zip(outcomes).GroupBy(o => o.First.Scenario.Shape, o => o.Second).Select(of =>
                new ShapeResult(of.Key, of.Sum(o => o.Counts.Sum()), of.Max(o => o.Verdict), of.Max(o => o.WorstError)))],
            Counts = Enum.GetValues<Verdict>().ToDictionary(v => v, v => outcomes.Sum(o => o.Counts[(int)v])),
            WorstErrorInBounds = outcomes.Max(o => o.WorstError),
            Degree = admitted.Max(s => s.Degree),
            FalseAcceptLog2 = allAgree ? outcomes.Aggregate((double?)0, (sum, o) => sum + o.FalseAcceptLog2) : null,
            Evidence = Evidence.Of(outcomes.Select(o => o.Evidence)),
            NotApplicable = [.. outcomes.SelectMany(o => o.NotApplicable).DistinctBy(n => n.Oracle)],
            Elapsed = clock.Elapsed,
            Findings = findings.Smallest(),
        };
    }

    // Several workers may fail alike; one of their errors says it all.
    private static void InParallel(int count, int threads, Action<int> work)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, threads) }, work);
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.Flatten().InnerExceptions[0]);
        }
    }

    private static IEnumerable<(Scenario Scenario, ulong Seed, int Count)> Jobs(Scenario[] scenarios, CheckOptions options)
    {
        var seed = options.Seed;
        for (var i = 0; i < scenarios.Length; i++)
        {
            var share = options.Cases / scenarios.Length + (i < options.Cases % scenarios.Length ? 1 : 0);
            var size = (int)Math.Clamp(BatchBytes / (scenarios[i].Gradients.EntriesOfACase * sizeof(double)), 1, LargestBatch);
            for (; share > 0; share -= size)
            {
                var count = Math.Min(share, size);
                yield return (scenarios[i], seed, count);
                seed += (ulong)count;
            }
        }
    }

    private static bool HasEnoughRows(Scenario scenario) => scenario.Output.Sizes.Rows >= scenario.Loss.LeastRows;

    private static Outcome RunBatch(
        Derivation derivation, CaseId first, int count, IReadOnlyList<IOracle> oracles, int findingsKept, Action<CaseComparison> found)
    {
        var batch = CaseGenerator.Generate(first, count);
        var comparison = Compare(derivation, batch);
        var autograd = new OracleAnswer(comparison.Expected, comparison.Errors.Of); // it has been asked already
        var answers = oracles.Count == 0 ? [] : Oracle.Ask(batch, oracles).Prepend((s_autograd, autograd, null)).ToList();
        var outcome = new Outcome();
        var kept = 0;
        for (var s = 0; s < count; s++)
        {
            var (verdict, error) = comparison.Judge(s, outcome.Evidence);
            var isAsked = verdict < Verdict.OraclesDisagree && answers.Count > 0;
            var crossCheck = isAsked ? CrossCheck.Of(batch, s, derivation: null, answers) : null;
            outcome.NotApplicable = crossCheck?.NotApplicable ?? outcome.NotApplicable;
            verdict = crossCheck is { OraclesAgree: false } ? Verdict.OraclesDisagree : verdict;
            outcome.Counts[(int)verdict]++;
            outcome.WorstError = Math.Max(outcome.WorstError, error);
            if (verdict != Verdict.Agrees && kept++ < findingsKept)
            {
                var described = comparison.Describe(s);
                found(verdict == Verdict.OraclesDisagree ? described with { Verdict = verdict, CrossCheck = crossCheck } : described);
            }
        }

        outcome.FalseAcceptLog2 = comparison.Detour is null && first.Scenario.Degree is { } d
            ? count * Math.Min(0, Math.Log2(d / (2.0 * first.Range + 1)))
            : null;
        return outcome;
    }

    /// <summary>The scenarios that suites of one loss have drawn: its kinds and element types share them, and the next loss frees them.</summary>
    private sealed class Scenarios(Network network)
    {
        private readonly ConcurrentDictionary<Shape, Scenario> _drawn = new();
        private Loss? _loss;

        /// <summary>Begins a suite.</summary>
        public void Begin(Loss loss)
        {
            if (loss != _loss)
            {
                _drawn.Clear();
                _loss = loss;
            }
        }

        /// <summary>The scenario of a shape; one that is not kept is made anew, for most shapes that are looked at may be refused.</summary>
        public Scenario Of(Shape shape) => _drawn.GetValueOrDefault(shape) ?? new Scenario(network, _loss!, shape);

        /// <summary>Keeps a scenario that was drawn; where two of one shape were, the first.</summary>
        public Scenario Keep(Scenario drawn) => _drawn.GetOrAdd(drawn.Shape, drawn);
    }

    private sealed class LambdaDerivation(Network network, Func<MatrixCase<double>, Gradients<double>> differentiate)
        : MatrixDerivation(network)
    {
        public override string Name => Network.Name;

        public override string Summary => "a derivation in one expression";

        protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
        {
            var inDouble = x.InDouble();
            var found = differentiate(inDouble);
            return found as Gradients<T> ?? found.In<T>(inDouble.Output);
        }
    }

    private sealed class Outcome
    {
        public Evidence Evidence { get; } = new();

        public int[] Counts { get; } = new int[Enum.GetValues<Verdict>().Length];

        public double WorstError { get; set; }

        public double? FalseAcceptLog2 { get; set; }

        public IReadOnlyList<(string Oracle, string Reason)> NotApplicable { get; set; } = [];

        public Verdict Verdict => (Verdict)Array.FindLastIndex(Counts, c => c > 0);
    }

    // Bounded, however many cases fail; and the same ones, whichever batch is done first.
    private sealed class Findings(int kept)
    {
        private readonly Lock _lock = new();
        private List<(int Batch, CaseComparison Case)> _cases = [];

        public void Add(int batch, CaseComparison finding)
        {
            lock (_lock)
            {
                _cases.Add((batch, finding));
                if (_cases.Count >= 2 * kept + 100)
                {
                    Trim();
                }
            }
        }

        public IReadOnlyList<CaseComparison> Smallest()
        {
            Trim();
            return [.. _cases.Select(f => f.Case)];
        }

        private void Trim() => _cases =
        [
            .. _cases.OrderByDescending(f => f.Case.Verdict).ThenBy(f => f.Case.Size).ThenBy(f => f.Batch).Take(kept),
        ];
    }

    private sealed class Count(CheckOptions options, int suites)
    {
        private long _done;

        public void Add(int cases) =>
            options.Progress?.Report(Interlocked.Add(ref _done, cases) / ((double)options.Cases * suites));
    }
}
