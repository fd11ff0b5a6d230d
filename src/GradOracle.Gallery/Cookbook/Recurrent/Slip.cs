namespace GradOracle.Gallery;

/// <summary>Mistakes in a derivation that has the wrong line beside the right one.</summary>
internal static class Slip
{
    /// <summary>A derivation with one slip in it, by the name of the network and of the slip.</summary>
    public static Trial Of(
        Network network, Func<MatrixCase<double>, string, Gradients<double>> differentiate, string slip, string line, string says, string places)
    {
        var name = $"{network.Name}-{slip}";
        return Trial.Wrong(name, ByHand.Matrices(network, name, $"wrong on purpose: {line}", x => differentiate(x, slip)), line, says, places);
    }
}
