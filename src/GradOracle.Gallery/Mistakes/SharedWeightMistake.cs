namespace GradOracle.Gallery;

/// <summary>A derivation that is wrong on purpose: the backward pass of the shared-weight network with one line
/// changed, in float64.</summary>
internal sealed class SharedWeightMistake : Mistake
{
    private static readonly TwoInputNetwork s_network = new();

    private readonly Line _line;
    private readonly Action<MutableBackward> _change;

    internal SharedWeightMistake(
        string name, string wrongLine, string diagnosis, Line line, Action<MutableBackward> change)
        : base(s_network, name, wrongLine, diagnosis) => (_line, _change) = (line, change);

    /// <inheritdoc/>
    protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var lines = new MutableBackward(x.InDouble(), _line, _change);
        return new()
        {
            Output = Cast<T>(lines.Y),
            ["Wx"] = Cast<T>(lines.dWx),
            ["Wh"] = Cast<T>(lines.dWh),
            ["Wy"] = Cast<T>(lines.dWy),
            ["X1"] = Cast<T>(lines.dX1),
            ["X2"] = Cast<T>(lines.dX2),
        };
    }
}
