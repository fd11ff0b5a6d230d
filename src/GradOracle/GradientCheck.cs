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
/// CaseGenerator ─> CaseBatch ─┬─> IDerivation.Differentiate ─┐
///   (shape, seed)             │                              ├─> Comparison ─> Verdict ─> report
///                             └─> Autograd.Differentiate ────┘
/// </code>
/// </remarks>
public static class GradientCheck
{
    // Beyond this a batch no longer fits the caches, below it calls cost more than arithmetic.
    private const int BatchBytes = 1 << 20;
    private const int LargestBatch = 4096;

    private static readonly Autograd s_autograd = new();

    /// <summary>Compares the derivation with autograd on one batch.</summary>
    public static Comparison Compare(IDerivation derivation, CaseBatch batch)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(batch);
        return Comparison.Of(batch, Trial.Run(derivation, batch), Autograd.Differentiate(batch), s => Replay(derivation, batch, s));
    }

    /// <summary>Checks one case again, by the name that a report printed; the derivation need not be registered.</summary>
    /// <exception cref="BadInputException">The name is not that of a case of the derivation's network.</exception>
    public static CaseComparison Replay(IDerivation derivation, string caseName)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        return Compare(derivation, CaseGenerator.Generate(CaseName.Parse(caseName, derivation.Network))).Describe(0);
    }

    /// <summary>What checks one case of a batch again: the command, or C# where the derivation is not registered.</summary>
    internal static string Replay(IDerivation derivation, CaseBatch batch, int index)
    {
        if (!Registry.Derivations.All.Any(d => d.GetType() == derivation.GetType() && d.Name == derivation.Name))
        {
            return $"GradientCheck.Replay(new {derivation.GetType().Name}(), \"{batch.NameOf(index)}\")";
        }

        var isDefault = Registry.DefaultDerivation(derivation.Network).Name == derivation.Name;
        return $"gradoracle check {(isDefault ? "" : $"--derivation {derivation.Name} ")}{batch.ReplayOf(index)}";
    }

    /// <summary>Draws shapes and seeds, and compares the derivation with autograd on every case.</summary>
    /// <exception cref="BadInputException">An option is out of range, or no exact case exists within the sizes asked for.</exception>
    /// <exception cref="TorchUnavailableException">libtorch cannot be loaded here.</exception>
    public static CheckResult Run(IDerivation derivation, CheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        options ??= new CheckOptions();
        options.Validate();
        var suites = (from type in options.Types from loss in options.Losses from kind in options.Kinds select (type, loss, kind)).ToList();

        // A softmax of one row is constant, a smooth function has no exact cases: what else was asked for is left, and where nothing is, running it says why.
        bool HasRows(Loss loss) => options.Shapes?.Any(shape => derivation.Network.Output(shape).Rows >= loss.LeastRows) ?? loss.LeastRows <= options.MaxSize;
        var left = suites.Where(s => HasRows(s.loss) && (s.kind == CaseKind.Real || Certificate.MayBeExact(derivation.Network, s.loss))).ToList();
        left = left.Count > 0 ? left : suites;
        var progress = new Count(options, left.Count);
        return new CheckResult(derivation, [.. left.Select(s => RunSuite(derivation, s.loss, s.kind, s.type, options, progress))])
        {
            WithoutExactCases = [.. suites.Except(left).Where(s => s.kind == CaseKind.Exact && HasRows(s.loss)).Select(s => s.loss).Distinct()],
        };
    }

    private static SuiteResult RunSuite(IDerivation derivation, Loss loss, CaseKind kind, ElementType type, CheckOptions options, Count progress)
    {
        var clock = Stopwatch.StartNew();
        bool Admits(Shape shape) => derivation.Network.Output(shape).Rows >= loss.LeastRows && (kind == CaseKind.Real || Certificate.Of(derivation.Network, loss, shape, type).Magnitude > 0);
        var shapes = options.Shapes?.Where(Admits).ToArray() ?? new Shape[Math.Min(options.Cases, options.MaxShapes)];
        if (options.Shapes is null)
        {
            InParallel(shapes.Length, options.Threads, i => shapes[i] = CaseGenerator.DrawShape(derivation.Network, options.MaxSize, options.Seed, i, Admits));
        }

        if (shapes.Length == 0 || !shapes.All(Admits))
        {
            throw new BadInputException(shapes.All(shape => derivation.Network.Output(shape).Rows < loss.LeastRows) && loss.LeastRows > 1
                ? $"{derivation.Network.Name} with {loss.Name} needs an output of at least {loss.LeastRows} rows: with fewer the loss is constant; take larger sizes."
                : $"{derivation.Network.Name} with {loss.Name} has no exact cases in {type} at the shapes asked for: some step leaves the lattice; take smaller sizes, float64, or the real kind.");
        }

        var jobs = Jobs(derivation.Network, loss, shapes, options).ToList();
        var outcomes = new Outcome[jobs.Count];
        var findings = new Findings(options.FindingsKept);
        InParallel(jobs.Count, options.Threads, i =>
        {
            var (shape, seed, count) = jobs[i];
            outcomes[i] = RunBatch(derivation, new CaseName(derivation.Network, loss, shape, kind, type, seed), count, options, finding => findings.Add(i, finding));
            progress.Add(count);
        });

        return new SuiteResult
        {
            Loss = loss,
            Kind = kind,
            Type = type,
            Shapes = [.. jobs.Zip(outcomes).GroupBy(o => o.First.Shape, o => o.Second).Select(of => new ShapeResult(
                of.Key, of.Sum(o => o.Counts.Sum()), of.Max(o => o.Verdict), of.Max(o => o.WorstError)))],
            Counts = Enum.GetValues<Verdict>().ToDictionary(v => v, v => outcomes.Sum(o => o.Counts[(int)v])),
            WorstErrorInBounds = outcomes.Max(o => o.WorstError),
            FalseAcceptLog2 = kind == CaseKind.Exact && outcomes.All(o => o.Verdict == Verdict.Agrees) ? outcomes.Aggregate((double?)0, (sum, o) => sum + o.FalseAcceptLog2) : null,
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

    private static IEnumerable<(Shape Shape, ulong Seed, int Count)> Jobs(Network network, Loss loss, Shape[] shapes, CheckOptions options)
    {
        var seed = options.Seed;
        for (var i = 0; i < shapes.Length; i++)
        {
            var share = options.Cases / shapes.Length + (i < options.Cases % shapes.Length ? 1 : 0);
            var entries = CaseBatch.SpecsOf(network, loss, shapes[i]).Sum(s => s.Length);
            var size = Math.Clamp(BatchBytes / (entries * sizeof(double)), 1, LargestBatch);
            for (; share > 0; share -= size)
            {
                var count = Math.Min(share, size);
                yield return (shapes[i], seed, count);
                seed += (ulong)count;
            }
        }
    }

    private static Outcome RunBatch(IDerivation derivation, CaseName first, int count, CheckOptions options, Action<CaseComparison> found)
    {
        var certificate = Certificate.Of(first.Network, first.Loss, first.Shape, first.Type);
        var batch = CaseGenerator.Generate(first, certificate.Magnitude, count);
        var comparison = Compare(derivation, batch);
        var answers = options.Oracles.Count == 0 ? [] : Panel.Ask(batch, options.Oracles.Prepend(s_autograd));
        var outcome = new Outcome();
        var described = 0;
        for (var s = 0; s < count; s++)
        {
            var (verdict, error) = comparison.Judge(s);
            var panel = verdict < Verdict.OraclesDisagree && answers.Count > 0 ? Panel.Of(batch, s, derivation: null, answers) : null;
            outcome.NotApplicable = panel?.NotApplicable ?? outcome.NotApplicable;
            verdict = panel is { OraclesAgree: false } ? Verdict.OraclesDisagree : verdict;
            outcome.Counts[(int)verdict]++;
            outcome.WorstError = Math.Max(outcome.WorstError, error);
            if (verdict != Verdict.Agrees && described++ < options.FindingsKept)
            {
                found(verdict == Verdict.OraclesDisagree ? comparison.Describe(s) with { Verdict = verdict, Panel = panel } : comparison.Describe(s));
            }
        }

        outcome.FalseAcceptLog2 = certificate.Degree is { } d ? count * Math.Min(0, Math.Log2(d / (2.0 * certificate.Magnitude + 1))) : null;
        return outcome;
    }

    private sealed class Outcome
    {
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

        private void Trim() => _cases = [.. _cases.OrderByDescending(f => f.Case.Verdict).ThenBy(f => f.Case.Size).ThenBy(f => f.Batch).Take(kept)];
    }

    private sealed class Count(CheckOptions options, int suites)
    {
        private long _done;

        public void Add(int cases) =>
            options.Progress?.Report(Interlocked.Add(ref _done, cases) / ((double)options.Cases * suites));
    }
}
