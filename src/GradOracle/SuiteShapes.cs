using GradOracle.Cases;
using GradOracle.Networks;

namespace GradOracle;

/// <summary>The shapes of a suite: those that were asked for, or drawn ones.</summary>
internal sealed class SuiteShapes(Network network, Loss loss, CaseKind kind, ElementType type, CheckOptions options)
{
    /// <param name="suite">The number of the suite.</param>
    /// <exception cref="BadInputException">There is no case at any of them.</exception>
    public Scenario[] Of(int suite)
    {
        var budget = options.Shapes is null ? CaseBudget.Drawn : CaseBudget.Single;
        bool IsLegal(Scenario s) => s.HasEnoughClasses && budget.Admits(s);
        bool Admits(Scenario s) => IsLegal(s) && (kind == CaseKind.Real || s.RangeOf(type) > 0);
        var selection = new ShapeSelection(network, options.MaxSize, options.Seed, suite);
        var drawn = new Scenario[options.Shapes?.Count ?? Math.Clamp(options.Cases / 2, 1, options.MaxShapes)];
        Workers.Run(drawn.Length, options.Threads, i => drawn[i] = options.Shapes is { } asked
            ? new Scenario(network, loss, asked[i])
            : selection.Of(i, shape => new Scenario(network, loss, shape), Admits));

        if (options.Shapes is not null)
        {
            Array.ForEach(drawn, budget.Require);
        }

        var admitted = Array.FindAll(drawn, Admits);
        if (admitted.Length > 0 && (options.Shapes is not null || admitted.Length == drawn.Length))
        {
            return admitted;
        }

        var what = $"{network.Name} with {loss.Name}";
        throw new BadInputException(!drawn.Any(s => s.HasEnoughClasses) && loss.LeastRows > 1
            ? $"{what} needs an output of at least {loss.LeastRows} rows: with fewer the loss is constant; take larger sizes."
            : !Array.Exists(drawn, IsLegal)
            ? $"{what} takes more than {budget} at any shape, the most for a case that is drawn; give shapes of your own."
            : !Scenario.MayBeExact(network, loss)
            ? $"{what} has no exact cases: a smooth function takes integers off the lattice; take the real kind."
            : $"{what} has no exact cases in {type} at the shapes asked for: some step leaves the lattice; "
                + "take smaller sizes, float64, or the real kind.");
    }
}
