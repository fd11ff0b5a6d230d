namespace GradOracle.Gallery;

/// <summary>A derivation that is wrong on purpose: the backward pass of the shared-weight network with one line changed, in float64.</summary>
internal sealed class Mistake : MatrixDerivation, IMistake
{
    private readonly Line _line;
    private readonly Action<MutableBackward> _change;

    internal Mistake(string name, string wrongLine, string diagnosis, Line line, Action<MutableBackward> change)
        : base(s_network) =>
        (Name, WrongLine, Diagnosis, _line, _change) = (name, wrongLine, diagnosis, line, change);

    private static readonly TwoInputNetwork s_network = new();

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string Summary => $"wrong on purpose: {WrongLine}";

    /// <inheritdoc/>
    public string WrongLine { get; }

    /// <inheritdoc/>
    public string Diagnosis { get; }

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
