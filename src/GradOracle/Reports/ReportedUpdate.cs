namespace GradOracle.Reports;

/// <summary>A run of weight updates, by hand and by TorchSharp's optimiser.</summary>
internal sealed record ReportedUpdate
{
    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>The derivation's name.</summary>
    public required string Derivation { get; init; }

    /// <summary>The case the run starts from.</summary>
    public required string Case { get; init; }

    /// <summary>The rule in one line: <c>sgd, rate 2^-6, momentum 0.9</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>The verdict.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The verdict in one sentence.</summary>
    public required string Sentence { get; init; }

    /// <summary>The loss before each step and after the last, by hand.</summary>
    public required IReadOnlyList<double> Losses { get; init; }

    /// <summary>The same by the optimiser.</summary>
    public required IReadOnlyList<double> ExpectedLosses { get; init; }

    /// <summary>For each step taken from the same weights, the largest error in units of the rounding bound.</summary>
    public required IReadOnlyList<double> StepErrorsInBounds { get; init; }

    /// <summary>For each step of the whole trajectory, the largest error in units of the accumulated bound.</summary>
    public required IReadOnlyList<double> TrajectoryErrorsInBounds { get; init; }

    /// <summary>What runs it again.</summary>
    public required string Replay { get; init; }
}
