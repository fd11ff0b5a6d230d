namespace GradOracle.Gallery;

/// <summary>Mistakes in backpropagation through time, some of them in each Elman network of the catalogue.</summary>
internal static class TimeTrials
{
    private static readonly TimeKind[] s_ofBias =
    [
        TimeKind.BiasOfLastStep,
        TimeKind.OutputBiasHalved,
        TimeKind.BiasWithoutFirstStep,
        TimeKind.MinusOutputBias,
    ];

    private static readonly TimeKind[] s_ofSequence =
    [
        TimeKind.LastOutputOnly,
        TimeKind.WyOfLastStep,
        TimeKind.DoubledFirstOutput,
    ];

    private static readonly TimeKind[] s_ofActivation =
    [
        TimeKind.MissingSlope,
        TimeKind.MissingLastSlope,
        TimeKind.SlopeOfLogistic,
        TimeKind.SlopeAtH,
    ];

    private static readonly TimeKind[] s_ofAny =
    [
        TimeKind.DetachedStates,
        TimeKind.ForgottenFirstStep,
        TimeKind.UntransposedThroughTime,
        TimeKind.StateOffByOne,
        TimeKind.InputOffByOne,
        TimeKind.MeanOverSteps,
        TimeKind.SignThroughTime,
        TimeKind.ForgottenMiddleStep,
    ];

    /// <summary>All of them: of each network one of every sort that it can have, another one than the network before
    /// it; without those that are registered.</summary>
    public static IEnumerable<Trial> All => Catalog.Networks.All.OfType<ElmanNetwork>()
        .SelectMany((network, i) => Sorts(network).Select(kinds => kinds[i % kinds.Length].Try(network)))
        .Where(
            trial =>
                !TimeMistake.All.Any(m => m.Name == trial.Name && m.Network.Name == trial.Derivation.Network.Name));

    private static IEnumerable<TimeKind[]> Sorts(ElmanNetwork network)
    {
        yield return s_ofAny;
        if (network.HasBias)
        {
            yield return s_ofBias;
        }

        if (network.HasOutputAtEveryStep)
        {
            yield return s_ofSequence;
        }

        // The slope of the logistic function is its own; that of a rectifier is the same at h as at a.
        if (network.Activation.Name.Length > 0)
        {
            var isRight =
                network.Activation.Name switch { "sigmoid" => "slope-of-logistic", "relu" => "slope-at-h", _ => "" };
            yield return [.. s_ofActivation.Where(k => k.Name != isRight)];
        }
    }
}
