using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>A derivation that is wrong on purpose: backpropagation through time for the Elman network with one part of it changed, in float64.</summary>
internal sealed class TimeMistake : Mistake
{
    private static readonly ElmanNetwork s_network = new(Activation.All.Single(a => a.Name == "quadratic"));

    private readonly Parts _parts;

    internal TimeMistake(string name, string wrongLine, string diagnosis, Parts parts)
        : base(s_network, name, wrongLine, diagnosis) => _parts = parts;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TimeMistake> All { get; } =
    [
        new("forgotten-first-step", "∂Wx = Σ_(t≥2) D_t x_tᵀ", "the contribution of Wx at t=1 is missing", new() { CountsForWx = t => t > 1 ? 1 : 0 }),
        new("forgotten-middle-step", "∂Wh without t = 2", "the contribution of Wh at t=2 is missing", new() { CountsForWh = t => t == 2 ? 0 : 1 }),
        new("doubled-first-step", "∂Wx counts t = 1 twice", "the contribution of Wx at t=1 is doubled", new() { CountsForWx = t => t == 1 ? 2 : 1 }),
        new("detached-states", "D_t = (Wyᵀ G) ∘ φ′(a_t) at the last step, 0 before", "∂L/∂H2 is missing", new() { Back = (Wh, D) => Wh.Transpose() * D * 0 }),
        new("state-off-by-one", "∂Wh = Σ D_t h_tᵀ", "the gradient of Wh takes the value of the next step at every step", new() { StateFor = (h, t) => h[t] }),
        new("input-off-by-one", "∂Wx = Σ D_t x_(t−1)ᵀ", "the gradient of Wx takes the value of the previous step at every step", new() { InputFor = (x, t) => t > 1 ? x[t - 1] : x[1] * 0 }),
        new("slope-at-h", "D_t = (…) ∘ φ′(h_t)", "φ′ is taken at h in place of a at every step", new() { SlopeAt = (a, h) => h }),
        new("missing-slope", "D_t = Whᵀ D_(t+1)", "φ′ is missing at every step", new() { HasSlope = (_, _) => false }),
        new("missing-last-slope", "D_T = Wyᵀ G", "φ′ is missing in ∂L/∂A3", new() { HasSlope = (t, steps) => t < steps }),
        new("untransposed-through-time", "D_t = (Wh D_(t+1)) ∘ φ′(a_t)", "Wh is not transposed at any step", new() { Back = (Wh, D) => Wh * D }),
        new("mean-over-steps", "∂Wx = 1/T Σ D_t x_tᵀ", "the gradient of Wx is multiplied by 1/T", new() { ScaleOfWx = steps => 1.0 / steps }),
        new("sign-through-time", "D_t = −(Whᵀ D_(t+1)) ∘ φ′(a_t) at t = 1", "∂L/∂H1 has the wrong sign", new() { SignBack = t => t == 2 ? -1 : 1 }),
    ];

    /// <inheritdoc/>
    protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var d = x.InDouble();
        var (Wx, Wh, Wy, steps, φ) = (d["Wx"], d["Wh"], d["Wy"], x.Shape["T"], s_network.Activation);
        var X = ElmanNetwork.Steps(x.Shape).Select(t => d[$"X{t}"]).Prepend(Wx).ToArray();
        var (a, h) = (new Matrix<double>[steps + 1], new Matrix<double>[steps + 1]);
        for (var t = 1; t <= steps; t++)
        {
            a[t] = t == 1 ? Wx * X[1] : Wh * h[t - 1] + Wx * X[t];
            h[t] = φ.Of(a[t], d);
        }

        var G = d.OutputGradient(Wy * h[steps]);
        var gradients = new Gradients<T> { Output = Cast<T>(Wy * h[steps]), ["Wy"] = Cast<T>(G * h[steps].Transpose()) };
        var (dWx, dWh, back) = (Wx * 0, Wh * 0, Wy.Transpose() * G);
        for (var t = steps; t >= 1; t--)
        {
            var at = _parts.SlopeAt(a[t], h[t]);
            var D = _parts.HasSlope(t, steps) ? back.PointwiseMultiply(φ.Derivative(at, φ.Of(at, d), d)) : back;
            dWx += _parts.CountsForWx(t) * D * _parts.InputFor(X, t).Transpose();
            gradients[$"X{t}"] = Cast<T>(Wx.Transpose() * D);
            if (t > 1)
            {
                dWh += _parts.CountsForWh(t) * D * _parts.StateFor(h, t).Transpose();
                back = _parts.SignBack(t) * _parts.Back(Wh, D);
            }
        }

        gradients["Wx"] = Cast<T>(dWx * _parts.ScaleOfWx(steps));
        gradients["Wh"] = Cast<T>(dWh);
        return gradients;
    }

    /// <summary>The parts of the backward pass, right unless said otherwise.</summary>
    internal sealed record Parts
    {
        public Func<int, double> CountsForWx { get; init; } = _ => 1;

        public Func<int, double> CountsForWh { get; init; } = _ => 1;

        public Func<int, double> ScaleOfWx { get; init; } = _ => 1;

        public Func<int, double> SignBack { get; init; } = _ => 1;

        public Func<Matrix<double>[], int, Matrix<double>> StateFor { get; init; } = (h, t) => h[t - 1];

        public Func<Matrix<double>[], int, Matrix<double>> InputFor { get; init; } = (x, t) => x[t];

        public Func<Matrix<double>, Matrix<double>, Matrix<double>> SlopeAt { get; init; } = (a, _) => a;

        public Func<int, int, bool> HasSlope { get; init; } = (_, _) => true;

        public Func<Matrix<double>, Matrix<double>, Matrix<double>> Back { get; init; } = (Wh, D) => Wh.Transpose() * D;
    }
}
