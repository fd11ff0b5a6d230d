using System.Numerics;
using GradOracle.Oracles;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Networks;

/// <summary>An activation φ, applied entry by entry, stated twice, with its hand-written slope φ′.</summary>
public abstract class Activation
{
    /// <summary>The name in the names of networks; empty for the identity.</summary>
    public abstract string Name { get; }

    /// <summary>φ in one line of mathematics.</summary>
    public abstract string Summary { get; }

    /// <summary>Whether φ grows faster than its argument.</summary>
    public virtual bool GrowsFast => false;

    /// <summary>φ(a).</summary>
    public abstract Matrix<T> Of<T>(Matrix<T> a)
        where T : struct, INumberBase<T>;

    /// <summary>φ′(a), written by hand; <paramref name="h"/> is φ(a), which some slopes are easier to write with.</summary>
    public abstract Matrix<T> Slope<T>(Matrix<T> a, Matrix<T> h)
        where T : struct, INumberBase<T>;

    /// <summary>φ(a) on the TorchSharp tape.</summary>
    public abstract TorchMatrix Of(TorchMatrix a);

    /// <summary>All activations.</summary>
    public static IReadOnlyList<Activation> All { get; } = [new Identity(), new Rectifier(), new Quadratic(), new HyperbolicTangent(), new Sigmoid()];

    /// <summary>φ(a) = a.</summary>
    private sealed class Identity : Activation
    {
        public override string Name => "";

        public override string Summary => "φ(a) = a";

        public override Matrix<T> Of<T>(Matrix<T> a) => a;

        public override Matrix<T> Slope<T>(Matrix<T> a, Matrix<T> h) => a.Map(_ => T.One, Zeros.Include);

        public override TorchMatrix Of(TorchMatrix a) => a;
    }

    /// <summary>φ(a) = max(a, 0), and φ′(0) = 0, as TorchSharp has it.</summary>
    private sealed class Rectifier : Activation
    {
        public override string Name => "relu";

        public override string Summary => "φ(a) = max(a, 0), φ′(0) = 0";

        public override Matrix<T> Of<T>(Matrix<T> a) => a.Map(v => T.IsNegative(v) && !T.IsNaN(v) ? T.Zero : v, Zeros.Include);

        public override Matrix<T> Slope<T>(Matrix<T> a, Matrix<T> h) => a.Map(v => T.IsNegative(v) || T.IsZero(v) ? T.Zero : T.One, Zeros.Include);

        public override TorchMatrix Of(TorchMatrix a) => a.Rectified();
    }

    /// <summary>φ(a) = 3a − 2a²: a polynomial with integer coefficients. What is right for every φ is right for this one, and this one has exact cases.</summary>
    private sealed class Quadratic : Activation
    {
        public override string Name => "quadratic";

        public override bool GrowsFast => true;

        public override string Summary => "φ(a) = 3a − 2a², which stands for a smooth φ on exact cases";

        public override Matrix<T> Of<T>(Matrix<T> a) => a * T.CreateChecked(3) - a.PointwiseMultiply(a) * T.CreateChecked(2);

        public override Matrix<T> Slope<T>(Matrix<T> a, Matrix<T> h) => (a * T.CreateChecked(-4)).Map(v => v + T.CreateChecked(3), Zeros.Include);

        public override TorchMatrix Of(TorchMatrix a) => a.Scaled(3) - a.Squared().Scaled(2);
    }

    /// <summary>φ(a) = tanh a, φ′ = 1 − φ².</summary>
    private sealed class HyperbolicTangent : Activation
    {
        public override string Name => "tanh";

        public override string Summary => "φ(a) = tanh a, φ′ = 1 − φ²";

        public override Matrix<T> Of<T>(Matrix<T> a) => typeof(T) == typeof(Complex) ? a.PointwiseTanh() : Elementary.Map(a, Elementary.Tanh);

        public override Matrix<T> Slope<T>(Matrix<T> a, Matrix<T> h) => h.Map(v => T.One - v * v, Zeros.Include);

        public override TorchMatrix Of(TorchMatrix a) => a.HyperbolicTangent();
    }

    /// <summary>φ(a) = 1/(1 + e⁻ᵃ), φ′ = φ (1 − φ).</summary>
    private sealed class Sigmoid : Activation
    {
        public override string Name => "sigmoid";

        public override string Summary => "φ(a) = 1/(1 + e⁻ᵃ), φ′ = φ (1 − φ)";

        public override Matrix<T> Of<T>(Matrix<T> a) =>
            typeof(T) == typeof(Complex) ? a.Negate().PointwiseExp().Map(e => T.One / (T.One + e), Zeros.Include) : Elementary.Map(a, Elementary.Logistic);

        public override Matrix<T> Slope<T>(Matrix<T> a, Matrix<T> h) => h.Map(v => v * (T.One - v), Zeros.Include);

        public override TorchMatrix Of(TorchMatrix a) => a.Logistic();
    }
}
