namespace GradOracle.Derivations;

/// <summary>A derivation that is one expression.</summary>
internal sealed class LambdaDerivation(Network network, Func<MatrixCase<double>, Gradients<double>> differentiate)
    : MatrixDerivation(network)
{
    /// <summary>The code itself.</summary>
    public Delegate Code => differentiate;

    public override string Name => Network.Name;

    public override string Summary => "a derivation in one expression";

    protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
    {
        var inDouble = x.InDouble();
        var found = differentiate(inDouble);
        return found as Gradients<T> ?? found.In<T>(inDouble.Output);
    }
}
