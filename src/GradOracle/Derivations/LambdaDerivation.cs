namespace GradOracle.Derivations;

/// <summary>A derivation that is one expression.</summary>
internal sealed class LambdaDerivation(Network network, Func<MatrixCase<double>, Gradients<double>> differentiate)
    : MatrixDerivation(network)
{
    private readonly Func<MatrixCase<double>, Gradients<double>> _differentiate =
        differentiate ?? throw new ArgumentNullException(nameof(differentiate));

    /// <summary>The code itself.</summary>
    public Delegate Code => _differentiate;

    public override string Name => Network.Name;

    public override string Summary => "a derivation in one expression";

    protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
    {
        var inDouble = x.InDouble();
        var found = _differentiate(inDouble);
        return found as Gradients<T> ?? found?.In<T>(inDouble.Output)!;
    }
}
