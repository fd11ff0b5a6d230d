using GradOracle.Cases;
using GradOracle.Derivations;
using GradOracle.Networks;
using GradOracle.Torch;
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
    /// <summary>Draws shapes and seeds, and compares the derivation with autograd on every case.</summary>
    /// <exception cref="BadInputException">An option is out of range, or no exact case exists within the sizes asked
    /// for.</exception>
    /// <exception cref="TorchUnavailableException">libtorch cannot be loaded here.</exception>
    public static CheckResult Run(Derivation derivation, CheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        options ??= new CheckOptions();
        options.Validate();
        TorchRuntime.EnsureLoaded(); // before any clock runs: the first suite is no slower than the others
        options = options with { Types = ElementTypes.Of(derivation, options, out var first) };
        var (drawn, withoutExactCases) = SuitesOf(derivation.Network, options);
        var progress = new Count(options, drawn.Count);
        List<SuiteResult> found = [.. Run(derivation, options, drawn, first, progress.Add)];
        KnownZeros.Require(found, options.KnownZero);
        return new CheckResult(derivation, found) { KnownZero = options.KnownZero, WithoutExactCases = withoutExactCases };
    }

    /// <summary>The suites of a check one after the other, each run when it is asked for.</summary>
    internal static IEnumerable<SuiteResult> Suites(Derivation derivation, CheckOptions options)
    {
        options.Validate();
        TorchRuntime.EnsureLoaded();
        return Run(derivation, options, SuitesOf(derivation.Network, options).Drawn, first: null, _ => { });
    }

    private static IEnumerable<SuiteResult> Run(
        Derivation derivation, CheckOptions options, List<Suite> suites, FirstCall? first, Action<int> done) =>
        suites.Select((s, number) => new Sweep(derivation, s.Loss, s.Kind, s.Type, options)
        {
            FirstCall = number == 0 ? first : null,
        }.Run(number, done));

    // A softmax of one row is constant, a smooth function has no exact cases: what else was asked for is left, and
    // where nothing is, running it says why.
    private static (List<Suite> Drawn, IReadOnlyList<Loss> WithoutExactCases) SuitesOf(
        Network network, CheckOptions options)
    {
        var suites = (
            from type in options.Types
            from loss in options.Losses
            from kind in options.Kinds
            select new Suite(type, loss, kind)).ToList();
        var largest = new Shape(
            network.Dimensions.Select(d => (d, Math.Min(options.MaxSize, network.LargestDrawn(d)))));
        bool HasRows(Loss loss) =>
            (options.Shapes ?? [largest]).Any(shape => new Scenario(network, loss, shape).HasEnoughClasses);
        if (new Scenario(network, options.Losses[0], network.SmallestShape()).Differentiated.Count == 0)
        {
            throw new BadInputException(
                $"{network.Name} has no parameter or input to differentiate: declare those that the gradients are of.");
        }

        var exact = options.Losses.Distinct().Where(loss => Scenario.MayBeExact(network, loss)).ToHashSet();
        var left = suites.Where(s => HasRows(s.Loss) && (s.Kind == CaseKind.Real || exact.Contains(s.Loss))).ToList();
        left = left.Count > 0 ? left : suites;
        return (left, [.. suites.Except(left).Where(s => s.Kind == CaseKind.Exact && HasRows(s.Loss)).Select(s => s.Loss).Distinct()]);
    }

    /// <summary>Checks a derivation that is one expression: <c>GradientCheck.Run(network, x =&gt; …)</c>.</summary>
    /// <param name="network">The network.</param>
    /// <param name="differentiate">The derivation of one case, in float64.</param>
    /// <param name="options">Which cases; by default every loss, exact and real, float64.</param>
    /// <exception cref="BadInputException">An option is out of range, or no exact case exists within the sizes asked
    /// for.</exception>
    public static CheckResult Run(
        Network network, Func<MatrixCase<double>, Gradients<double>> differentiate, CheckOptions? options = null) =>
        Run(new LambdaDerivation(network, differentiate), options);

    /// <summary>
    /// Checks code as it is, behind a lambda: <c>GradientCheck.Run(network, (x, g) =&gt; g["W"] = Mine.Backward(x["W"],
    /// x["X"]))</c>. Tensors are taken and given in whatever form the code has; code that takes or gives floats is
    /// checked in float32.
    /// </summary>
    /// <param name="network">The network. Where the code leaves gradients out, <see cref="Network.Differentiates"/>
    /// says so.</param>
    /// <param name="differentiate">Takes a case's tensors from its first argument, and leaves the output and the
    /// gradients in its second.</param>
    /// <param name="options">Which cases; by default every loss, exact and real.</param>
    /// <exception cref="BadInputException">An option is out of range, or the code names a tensor that there is
    /// not.</exception>
    public static CheckResult Run(
        Network network, Action<ArrayCase, ArrayGradients> differentiate, CheckOptions? options = null) =>
        Run(Derivation.Of(network, differentiate), options);

    /// <summary>Checks one case of a derivation that is one expression again, by the name that a report
    /// printed.</summary>
    /// <exception cref="BadInputException">The name is not that of a case of the network.</exception>
    public static CaseResult Replay(
        Network network, Func<MatrixCase<double>, Gradients<double>> differentiate, string caseName) =>
        Replay(new LambdaDerivation(network, differentiate), caseName);

    /// <summary>Checks one case of code behind a lambda again, by the name that a report printed.</summary>
    /// <exception cref="BadInputException">The name is not that of a case of the network.</exception>
    public static CaseResult Replay(
        Network network, Action<ArrayCase, ArrayGradients> differentiate, string caseName) =>
        Replay(Derivation.Of(network, differentiate), caseName);

    /// <summary>Checks one case again, by the name that a report printed.</summary>
    /// <exception cref="BadInputException">The name is not that of a case of the derivation's network.</exception>
    public static CaseResult Replay(Derivation derivation, string caseName)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(caseName);
        var batch = CaseGenerator.Generate(CaseId.Parse(caseName, derivation.Network));
        return new(derivation, Comparison.InBothOrders(derivation, batch).Describe(0));
    }

    private sealed record Suite(ElementType Type, Loss Loss, CaseKind Kind);

    private sealed class Count(CheckOptions options, int suites)
    {
        private long _done;

        public void Add(int cases) =>
            options.Progress?.Report(Interlocked.Add(ref _done, cases) / ((double)options.Cases * suites));
    }
}
