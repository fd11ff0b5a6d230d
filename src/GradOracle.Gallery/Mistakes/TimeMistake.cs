using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>A derivation that is wrong on purpose: backpropagation through time for an Elman network with one part of
/// it changed, in float64.</summary>
internal sealed class TimeMistake : Mistake
{
    private static readonly ElmanNetwork s_quadratic = new(Activation.All.Single(a => a.Name == "quadratic"));

    private readonly ElmanNetwork _network;
    private readonly TimeParts _parts;

    internal TimeMistake(string name, string wrongLine, string diagnosis, TimeParts parts, ElmanNetwork network)
        : base(network, name, wrongLine, diagnosis) => (_network, _parts) = (network, parts);

    /// <summary>Those that are registered, all on the quadratic network: it has exact cases.</summary>
    public static IReadOnlyList<TimeMistake> All { get; } =
    [
        .. new[]
        {
            TimeKind.ForgottenFirstStep,
            TimeKind.ForgottenMiddleStep,
            TimeKind.DoubledFirstStep,
            TimeKind.DetachedStates,
            TimeKind.StateOffByOne,
            TimeKind.InputOffByOne,
            TimeKind.SlopeAtH,
            TimeKind.MissingSlope,
            TimeKind.MissingLastSlope,
            TimeKind.UntransposedThroughTime,
            TimeKind.MeanOverSteps,
            TimeKind.SignThroughTime,
        }.Select(kind => kind.On(s_quadratic)),
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
                back = _parts.SignBack(t, steps) * _parts.Back(Wh, D);
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
