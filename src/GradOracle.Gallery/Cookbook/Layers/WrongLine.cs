namespace GradOracle.Gallery;

/// <summary>A right derivation with one line written wrong.</summary>
internal static class WrongLine
{
    /// <summary>A wrong derivation.</summary>
    /// <param name="network">The network.</param>
    /// <param name="name">The name of the mistake.</param>
    /// <param name="line">The wrong line.</param>
    /// <param name="says">What a right diagnosis says; see <see cref="Trial.Wrong"/>.</param>
    /// <param name="places">Where the mistake is.</param>
    /// <param name="differentiate">The wrong derivation.</param>
    public static Trial Of(
        Network network, string name, string line, string says, string places,
        Func<MatrixCase<double>, Gradients<double>> differentiate) =>
        Trial.Wrong(
            name,
            ByHand.Matrices(network, $"{network.Name}-{name}", $"wrong on purpose: {line}", differentiate),
            line,
            says,
            places);
}
