using System.Numerics;
using GradOracle.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>An activation φ, applied entry by entry, as a node and by hand, with its hand-written slope φ′.</summary>
internal abstract class Activation
{
    /// <summary>The name in the names of networks; empty for the identity.</summary>
    public abstract string Name { get; }

    /// <summary>φ in one line of mathematics.</summary>
    public abstract string Summary { get; }

    /// <summary>Whether φ grows faster than its argument.</summary>
    public virtual bool GrowsFast => false;

    /// <summary>The numbers that φ takes from the case beside its argument.</summary>
    public virtual IReadOnlyList<TensorSpec> Constants => [];

    /// <summary>φ(a); <paramref name="x"/> holds the constants.</summary>
    public abstract Matrix<T> Of<T>(Matrix<T> a, MatrixCase<T> x)
        where T : struct, INumberBase<T>;

    /// <summary>φ′(a), written by hand; <paramref name="h"/> is φ(a), which some slopes are easier to write
    /// with.</summary>
    public abstract Matrix<T> Derivative<T>(Matrix<T> a, Matrix<T> h, MatrixCase<T> x)
        where T : struct, INumberBase<T>;

    /// <summary>φ(a), as a node.</summary>
    public abstract Node Of(Node a, Inputs x);

    /// <summary>All activations.</summary>
    public static IReadOnlyList<Activation> All { get; } =
        [new Identity(), new Rectifier(), new Quadratic(), new HyperbolicTangent(), new Sigmoid()];

    /// <summary>φ(a) = a.</summary>
    private sealed class Identity : Activation
    {
        public override string Name => "";

        public override string Summary => "φ(a) = a";

        public override Matrix<T> Of<T>(Matrix<T> a, MatrixCase<T> x) => a;

        public override Matrix<T> Derivative<T>(Matrix<T> a, Matrix<T> h, MatrixCase<T> x) =>
            a.Map(_ => T.One, Zeros.Include);

        public override Node Of(Node a, Inputs x) => a;
    }

    /// <summary>φ(a) = max(a, 0), and φ′(0) = 0, as TorchSharp has it.</summary>
    private sealed class Rectifier : Activation
    {
        public override string Name => "relu";

        public override string Summary => "φ(a) = max(a, 0), φ′(0) = 0";

        public override Matrix<T> Of<T>(Matrix<T> a, MatrixCase<T> x) =>
            a.Map(v => T.IsNegative(v) && !T.IsNaN(v) ? T.Zero : v, Zeros.Include);

        public override Matrix<T> Derivative<T>(Matrix<T> a, Matrix<T> h, MatrixCase<T> x) =>
            a.Map(v => T.IsNegative(v) || T.IsZero(v) ? T.Zero : T.One, Zeros.Include);

        public override Node Of(Node a, Inputs x) => a.Relu();
    }

    /// <summary>φ(a) = c1 a + c2 a², with integers drawn anew for every exact case. What is right for every φ is right
    /// for these.</summary>
    private sealed class Quadratic : Activation
    {
        public override string Name => "quadratic";

        public override bool GrowsFast => true;

        public override string Summary =>
            "φ(a) = c1 a + c2 a² with random c1 and c2: it stands for a smooth φ on exact cases";

        public override IReadOnlyList<TensorSpec> Constants { get; } =
            [new("c1", TensorRole.Constant, 1, 1), new("c2", TensorRole.Constant, 1, 1)];

        public override Matrix<T> Of<T>(Matrix<T> a, MatrixCase<T> x) =>
            a * x["c1"][0, 0] + a.PointwiseMultiply(a) * x["c2"][0, 0];

        public override Matrix<T> Derivative<T>(Matrix<T> a, Matrix<T> h, MatrixCase<T> x)
        {
            var (c1, twoC2) = (x["c1"][0, 0], T.CreateChecked(2) * x["c2"][0, 0]);
            return a.Map(v => c1 + twoC2 * v, Zeros.Include);
        }

        public override Node Of(Node a, Inputs x) => a.Times(x["c1"]) + a.Squared().Times(x["c2"]);
    }

    /// <summary>φ(a) = tanh a, φ′ = 1 − φ².</summary>
    private sealed class HyperbolicTangent : Activation
    {
        public override string Name => "tanh";

        public override string Summary => "φ(a) = tanh a, φ′ = 1 − φ²";

        public override Matrix<T> Of<T>(Matrix<T> a, MatrixCase<T> x) => a.Map(Elementary.Tanh, Zeros.Include);

        public override Matrix<T> Derivative<T>(Matrix<T> a, Matrix<T> h, MatrixCase<T> x) =>
            h.Map(v => T.One - v * v, Zeros.Include);

        public override Node Of(Node a, Inputs x) => a.Tanh();
    }

    /// <summary>φ(a) = 1/(1 + e⁻ᵃ), φ′ = φ (1 − φ).</summary>
    private sealed class Sigmoid : Activation
    {
        public override string Name => "sigmoid";

        public override string Summary => "φ(a) = 1/(1 + e⁻ᵃ), φ′ = φ (1 − φ)";

        public override Matrix<T> Of<T>(Matrix<T> a, MatrixCase<T> x) => a.Map(Elementary.Sigmoid, Zeros.Include);

        public override Matrix<T> Derivative<T>(Matrix<T> a, Matrix<T> h, MatrixCase<T> x) =>
            h.Map(v => v * (T.One - v), Zeros.Include);

        public override Node Of(Node a, Inputs x) => a.Sigmoid();
    }
}
