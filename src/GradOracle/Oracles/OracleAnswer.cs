namespace GradOracle.Oracles;

/// <summary>What an oracle says of a batch.</summary>
/// <param name="Gradients">The gradients.</param>
/// <param name="Errors">How far each entry of a case's gradient may be from the exact one.</param>
/// <param name="NotApplicable">For each case, why its gradients are not to be trusted after all, found while computing
/// them; null where there is no such case.</param>
internal sealed record OracleAnswer(
    GradientStack Gradients, Func<int, string, double[]> Errors, IReadOnlyList<string?>? NotApplicable = null);
