using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>A derivation that is wrong on purpose: backpropagation through time for an Elman network with one part of
/// it changed, in float64.</summary>
internal sealed class TimeMistake : Mistake
{
    private static readonly ElmanNetwork s_quadratic = new(Activation.All.Single(a => a.Name == "quadratic"));

    private readonly ElmanNetwork _network;
    private readonly TimeParts _parts;

    internal TimeMistake(string name, string wrongLine, string diagnosis, TimeParts parts, ElmanNetwork? network = null)
        : base(network ?? s_quadratic, name, wrongLine, diagnosis) =>
            (_network, _parts) = (network ?? s_quadratic, parts);

    /// <summary>Those that are registered, all on the quadratic network: it has exact cases.</summary>
    public static IReadOnlyList<TimeMistake> All { get; } =
    [
        new(
            "forgotten-first-step",
            "∂Wx = Σ_(t≥2) D_t x_tᵀ",
            "the contribution of Wx at t=1 is missing",
            new() { CountsForWx = t => t > 1 ? 1 : 0 }),
        new(
            "forgotten-middle-step",
            "∂Wh without t = 2",
            "the contribution of Wh at t=2 is missing",
            new() { CountsForWh = t => t == 2 ? 0 : 1 }),
        new(
            "doubled-first-step",
            "∂Wx counts t = 1 twice",
            "the contribution of Wx at t=1 is doubled",
            new() { CountsForWx = t => t == 1 ? 2 : 1 }),
        new(
            "detached-states",
            "D_t = (Wyᵀ G) ∘ φ′(a_t) at the last step, 0 before",
            "∂L/∂H2 is missing",
            new() { Back = (Wh, D) => Wh.Transpose() * D * 0 }),
        new(
            "state-off-by-one",
            "∂Wh = Σ D_t h_tᵀ",
            "the gradient of Wh takes the value of the next step at every step: H2 for H1, H3 for H2",
            new() { StateFor = (h, t) => h[t] }),
        new(
            "input-off-by-one",
            "∂Wx = Σ D_t x_(t−1)ᵀ",
            "the gradient of Wx takes the value of the previous step at every step: X1 for X2, X2 for X3",
            new() { InputFor = (x, t) => t > 1 ? x[t - 1] : x[1] * 0 }),
        new(
            "slope-at-h",
            "D_t = (…) ∘ φ′(h_t)",
            "φ′ is taken at h in place of a at every step",
            new() { SlopeAt = (a, h) => h }),
        new("missing-slope", "D_t = Whᵀ D_(t+1)", "φ′ is missing at every step", new() { HasSlope = (_, _) => false }),
        new(
            "missing-last-slope",
            "D_T = Wyᵀ G",
            "φ′ is missing in ∂L/∂A3",
            new() { HasSlope = (t, steps) => t < steps }),
        new(
            "untransposed-through-time",
            "D_t = (Wh D_(t+1)) ∘ φ′(a_t)",
            "Wh is not transposed at any step",
            new() { Back = (Wh, D) => Wh * D }),
        new(
            "mean-over-steps",
            "∂Wx = 1/T Σ D_t x_tᵀ",
            "the gradient of Wx is multiplied by 1/T",
            new() { ScaleOfWx = steps => 1.0 / steps }),
        new(
            "sign-through-time",
            "D_t = −(Whᵀ D_(t+1)) ∘ φ′(a_t) at t = 1",
            "∂L/∂H1 has the wrong sign",
            new() { SignBack = t => t == 2 ? -1 : 1 }),
    ];

    /// <inheritdoc/>
    protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var d = x.InDouble();
        var (Wx, Wh, Wy, steps, B, φ) = (d["Wx"], d["Wh"], d["Wy"], x.Shape["T"], x.Shape["B"], _network.Activation);
        var X = ElmanNetwork.Steps(x.Shape).Select(t => d[$"X{t}"]).Prepend(Wx).ToArray();
        var (a, h) = (new Matrix<double>[steps + 1], new Matrix<double>[steps + 1]);
        for (var t = 1; t <= steps; t++)
        {
            a[t] = t == 1 ? Wx * X[1] : Wh * h[t - 1] + Wx * X[t];
            a[t] = _network.HasBias ? a[t].AddBias(d["bh"]) : a[t];
            h[t] = φ.Of(a[t], d);
        }

        var first = _network.HasOutputAtEveryStep ? 1 : steps;
        var outputs = Enumerable.Range(first, steps - first + 1).Select(
            t => _network.HasBias ? (Wy * h[t]).AddBias(d["by"]) : Wy * h[t]);
        var Y = outputs.Aggregate((left, right) => left.Append(right));
        var G = d.OutputGradient(Y);
        var gradients = new Gradients<T> { Output = Cast<T>(Y) };
        var (dWx, dWh, dWy, back, sumOfD) = (Wx * 0, Wh * 0, Wy * 0, h[1] * 0, h[1] * 0);
        for (var t = steps; t >= 1; t--)
        {
            if (t >= first)
            {
                var Gt = G.SubMatrix(0, G.RowCount, (t - first) * B, B);
                dWy += _parts.CountsForWy(t, steps) * Gt * h[t].Transpose();
                back += _parts.CountsForOutput(t, steps) * Wy.Transpose() * Gt;
            }

            var at = _parts.SlopeAt(a[t], h[t]);
            var D = !_parts.HasSlope(t, steps) ? back
                : back.PointwiseMultiply(_parts.Slope?.Invoke(h[t]) ?? φ.Derivative(at, φ.Of(at, d), d));
            dWx += _parts.CountsForWx(t) * D * _parts.InputFor(X, t).Transpose();
            sumOfD += _parts.CountsForBias(t, steps) * D;
            gradients[$"X{t}"] = Cast<T>(Wx.Transpose() * D);
            if (t > 1)
            {
                dWh += _parts.CountsForWh(t) * D * _parts.StateFor(h, t).Transpose();
                back = _parts.SignBack(t) * _parts.Back(Wh, D);
            }
        }

        (gradients["Wx"], gradients["Wh"], gradients["Wy"]) = (
            Cast<T>(dWx * _parts.ScaleOfWx(steps)), Cast<T>(dWh), Cast<T>(dWy));
        if (_network.HasBias)
        {
            (gradients["bh"], gradients["by"]) = (Cast<T>(sumOfD.SumOfColumns()), Cast<T>(_parts.BiasOfOutput(G)));
        }

        return gradients;
    }
}
