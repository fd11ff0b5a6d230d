using GradOracle.Cases;
using GradOracle.Derivations;
using GradOracle.Verdicts;

namespace GradOracle;

/// <summary>The element types of a check: what was asked for, or what the code computes in.</summary>
internal static class ElementTypes
{
    /// <summary>Where no type was asked for, calls code behind a lambda once to see whether it takes or gives
    /// floats.</summary>
    /// <param name="derivation">The derivation.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="first">That call; null where there was none.</param>
    /// <exception cref="BadInputException">Code that computes in float32 is to be checked in float64.</exception>
    public static IReadOnlyList<ElementType> Of(Derivation derivation, CheckOptions options, out FirstCall? first)
    {
        first = null;
        if (options.KnownZero.Count > 0 && Small(derivation, options) is { } named)
        {
            KnownZeros.RequireNames(options.KnownZero, named.Scenario);
        }

        if (derivation is ArrayDerivation && Small(derivation, options) is { } batch)
        {
            first = new(batch, IsolatedRun.Of(derivation, batch));
        }

        return derivation.ComputesIn is not { } only ? options.Types
            : !options.AreTypesGiven ? [only]
            : options.Types.All(type => type == only) ? options.Types
            : throw new BadInputException(
                $"{derivation.Name} takes or gives floats, so it cannot be checked in {options.Types.First(t => t != only)}: leave Types out.");
    }

    // Any case will do; a network that has none at these sizes says so when it is asked for those of the check.
    private static CaseStack? Small(Derivation derivation, CheckOptions options)
    {
        var network = derivation.Network;
        var different = new Shape(network.Dimensions.Select((d, i) => (d, Math.Min(i + 2, network.LargestDrawn(d)))));
        var equal = new Shape(network.Dimensions.Select(d => (d, Math.Min(2, network.LargestDrawn(d)))));
        foreach (var shape in options.Shapes ?? [different, equal])
        {
            try
            {
                return CaseGenerator.Generate(
                    new CaseId(network, options.Losses[0], shape, CaseKind.Real, ElementType.Float64, options.Seed));
            }
            catch (BadInputException)
            {
                // Another shape, or the check's own refusal.
            }
        }

        return null;
    }
}
