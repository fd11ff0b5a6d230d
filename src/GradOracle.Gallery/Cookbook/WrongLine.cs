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
        Network network, string name, string line, string says, string places, Func<MatrixCase<double>, Gradients<double>> differentiate) =>
        Trial.Wrong(
            name,
            ByHand.Matrices(network, $"{network.Name}-{name}", $"wrong on purpose: {line}", differentiate),
            line,
            says,
            places);

    /// <summary>The same, of a derivation that has its wrong lines beside the right ones, each by its name.</summary>
    /// <param name="network">The network.</param>
    /// <param name="differentiate">The derivation, told which line is to be wrong.</param>
    /// <param name="name">The name of the mistake.</param>
    /// <param name="line">The wrong line.</param>
    /// <param name="says">What a right diagnosis says; see <see cref="Trial.Wrong"/>.</param>
    /// <param name="places">Where the mistake is.</param>
    public static Trial Of(
        Network network, Func<MatrixCase<double>, string, Gradients<double>> differentiate, string name, string line, string says, string places)
    {
        var full = $"{network.Name}-{name}";
        return Trial.Wrong(
            full,
            ByHand.Matrices(network, full, $"wrong on purpose: {line}", x => differentiate(x, name)),
            line,
            says,
            places);
    }
}
