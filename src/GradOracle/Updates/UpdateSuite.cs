using GradOracle.Cases;
using GradOracle.Networks;

namespace GradOracle.Updates;

/// <summary>Runs of updates from drawn cases.</summary>
internal static class UpdateSuite
{
    /// <summary>Runs for each loss, kind and element type where no number is given.</summary>
    public const int DefaultCases = 1;

    // Integer weights are not scaled by fan-in: beyond this size descent with any usual rate leaves them at once.
    private const int LargestExactSize = 3;
    private const int Attempts = 40;

    /// <summary>Draws shapes and seeds as a check does, exact ones with entries −1, 0 and 1 and sizes up to 3, and runs
    /// each.</summary>
    /// <remarks>A case from which the run diverges, or does not move at all, tests little: another is drawn in its
    /// place, up to 40 times.</remarks>
    /// <param name="derivation">The derivation on trial.</param>
    /// <param name="options">Losses, kinds, element types, the largest size, the seed, and the number of runs of
    /// each.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="steps">How many steps a run has.</param>
    /// <param name="update">The update on trial; by default the one written here.</param>
    /// <exception cref="BadInputException">A number is out of range, or no case is left to draw.</exception>
    public static IReadOnlyList<UpdateResult> Run(
        Derivation derivation, CheckOptions options, UpdateRule rule, int steps, IUpdate? update = null)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var suites = (
            from type in options.Types
            from loss in options.Losses
            from kind in options.Kinds
            where HasCases(
                derivation.Network, loss, kind)
            select (type, loss, kind)).ToList();
        if (suites.Count == 0)
        {
            throw new BadInputException($"{derivation.Network.Name} has no exact cases with {string.Join(", ", options.Losses.Select(l => l.Name))}: a smooth function takes integers off the lattice; take the real kind.");
        }

        var results = new List<UpdateResult>();
        foreach (var (type, loss, kind) in suites)
        {
            for (var i = 0; i < options.Cases; i++)
            {
                results.Add(
                    Tried().First(
                        t => t.IsLast || t.Result is not (
                            { DivergedAfter: not null } or { Verdict: Verdict.Inconclusive })).Result);
                options.Progress?.Report(results.Count / ((double)options.Cases * suites.Count));

                IEnumerable<(UpdateResult Result, bool IsLast)> Tried() =>
                    Enumerable.Range(i * Attempts, Attempts).Select((draw, attempt) =>
                    (
                        UpdateRun.Of(
                            derivation, Draw(derivation.Network, loss, kind, type, options, draw), rule, steps, update),
                        attempt == Attempts - 1));
            }
        }

        return results;
    }

    private static bool HasCases(Network network, Loss loss, CaseKind kind) =>
        kind == CaseKind.Real || Scenario.MayBeExact(network, loss);

    private static CaseStack Draw(
        Network network, Loss loss, CaseKind kind, ElementType type, CheckOptions options, int draw)
    {
        var isExact = kind == CaseKind.Exact;
        bool Admits(Scenario s) => s.HasEnoughClasses && (!isExact || s.RangeOf(type) > 0);
        var scenario = ShapeDraw.Of(
            network,
            loss,
            isExact ? Math.Min(options.MaxSize, LargestExactSize) : options.MaxSize,
            options.Seed,
            draw,
            Admits);
        return CaseGenerator.Generate(new CaseId(scenario, kind, type, options.Seed + (ulong)draw, isExact ? 1 : null));
    }
}
