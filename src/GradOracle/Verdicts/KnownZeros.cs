using GradOracle.Networks;

namespace GradOracle.Verdicts;

/// <summary>Gradients that are said to be zero by mathematics: believed while nothing speaks against it.</summary>
internal static class KnownZeros
{
    /// <summary>Checks what was said against what was found.</summary>
    /// <exception cref="BadInputException">A gradient is not zero, or there is none of the name.</exception>
    public static void Require(IReadOnlyList<SuiteResult> suites, IReadOnlyList<string> said)
    {
        var evidence = Evidence.Of(suites.Select(s => s.Evidence));
        foreach (var name in said)
        {
            if (evidence.IsTested(name))
            {
                throw new BadInputException($"KnownZero names {name}, and its gradient is not zero: leave {name} out.");
            }
        }
    }

    /// <summary>Checks the names.</summary>
    /// <exception cref="BadInputException">There is no gradient of a name.</exception>
    public static void RequireNames(IReadOnlyList<string> said, Scenario scenario)
    {
        var names = scenario.Differentiated.Select(spec => spec.Name).ToList();
        if (said.FirstOrDefault(name => !names.Contains(name)) is { } unknown)
        {
            throw TensorNames.Unknown(unknown, names);
        }
    }
}
