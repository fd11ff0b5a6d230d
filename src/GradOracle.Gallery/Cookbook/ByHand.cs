using GradOracle.Derivations;

namespace GradOracle.Gallery;

/// <summary>A derivation of the cookbook: one expression with a name, over one case at a time, in float64.</summary>
internal static class ByHand
{
    /// <summary>With MathNet matrices.</summary>
    public static Derivation Matrices(
        Network network, string name, string summary, Func<MatrixCase<double>, Gradients<double>> differentiate) =>
        new Titled(new LambdaDerivation(network, differentiate), name, summary);

    /// <summary>With arrays of any rank.</summary>
    public static Derivation Arrays(
        Network network, string name, string summary, Action<ArrayCase, ArrayGradients> differentiate) =>
        new Titled(new ArrayDerivation(network, differentiate, name), name, summary);

    private sealed class Titled(Derivation inner, string name, string summary) : Derivation
    {
        public override string Name => name;

        public override string Summary => summary;

        public override Network Network => inner.Network;

        public override GradientStack Differentiate(CaseStack batch) => inner.Differentiate(batch);

        internal override ElementType? ComputesIn => inner.ComputesIn;
    }
}
