using GradOracle.Numerics;

namespace GradOracle.Gallery;

/// <summary>Forward and backward pass of the Elman network over a few cases at a time, in buffers that serve
/// all.</summary>
internal sealed class ElmanBatchPass
{
    private readonly Activation _activation;
    private readonly Loss _loss;
    private readonly int _steps, _n, _h, _m, _B, _firstOutput, _columns;
    private readonly Tensors _x, _d;
    private readonly TensorStack _Y, _T;
    private readonly TensorStack[] _constants;
    private readonly double[][] _a, _states; // a_t and h_t of every case, [h×B] each
    private readonly double[] _y, _G;        // Ŷ_t or G_t, [m×B]; G of all outputs beside each other
    private double[] _D, _later;             // D_t and D_{t+1}, [h×B] each
    private int _first, _count;

    public ElmanBatchPass(ElmanNetwork network, CaseStack batch, GradientStack result, int together)
    {
        var shape = batch.Shape;
        (_activation, _loss) = (network.Activation, batch.Loss);
        (_steps, _n, _h, _m, _B) = (shape["T"], shape["n"], shape["h"], shape["m"], shape["B"]);
        _firstOutput = network.HasOutputAtEveryStep ? 1 : _steps;
        _columns = (_steps - _firstOutput + 1) * _B;
        (_x, _d) = (new(network, _steps, name => batch[name]), new(network, _steps, name => result[name]));
        (_Y, _T) = (result.Output, batch[batch.Loss.TargetName]);
        _constants = [.. _activation.Constants.Select(c => batch[c.Name])];
        _a = [.. Enumerable.Range(0, _steps + 1).Select(_ => new double[together * _h * _B])];
        _states = _activation.Name.Length == 0 ? _a : [.. _a.Select(a => new double[a.Length])];
        (_D, _later) = (new double[together * _h * _B], new double[together * _h * _B]);
        (_y, _G) = (new double[together * _m * _B], new double[together * _m * _columns]);
    }

    /// <summary>Which cases come next.</summary>
    public void Take(int first, int count) => (_first, _count) = (first, count);

    public void Forward()
    {
        for (var t = 1; t <= _steps; t++)
        {
            var (a, h) = (_a[t], _states[t]);
            Array.Clear(a);
            RowMajor.AddProducts<double>(a, Of(_x.Wx), Of(_x.X[t - 1]), _count, _h, _n, _B); // a_t = Wx x_t
            if (t > 1)
            {
                RowMajor.AddProducts<double>(a, Of(_x.Wh), _states[t - 1], _count, _h, _h, _B); // + Wh h_{t−1}
            }

            AddBias(a, _x.Bh);
            Activate(t); // h_t = φ(a_t)
            if (t >= _firstOutput)
            {
                Array.Clear(_y);
                RowMajor.AddProducts<double>(_y, Of(_x.Wy), h, _count, _m, _h, _B); // Ŷ_t = Wy h_t
                AddBias(_y, _x.By);
                Copy(_y, _B, 0, Of(_Y), _columns, (t - _firstOutput) * _B);
            }
        }
    }

    /// <summary>L and G = ∂L/∂Ŷ of every case.</summary>
    public void Lose(double[] losses)
    {
        for (var s = 0; s < _count; s++)
        {
            Span<double> output = _Y[_first + s], target = _T[_first + s];
            losses[_first + s] = _loss.Value<double>(output, target, _columns);
            _loss.Gradient<double>(output, target, _columns, _G.AsSpan(s * output.Length, output.Length));
        }
    }

    /// <summary>Adds to the gradients, which are 0.</summary>
    public void Backward()
    {
        for (var t = _steps; t >= 1; t--)
        {
            var (D, h) = (_D, _states[t]);
            Span<double> X = Of(_x.X[t - 1]), dX = Of(_d.X[t - 1]);
            Array.Clear(D);
            if (t < _steps)
            {
                RowMajor.AddTransposedProducts<double>(D, Of(_x.Wh), _later, _count, _h, _h, _B); // Whᵀ D_{t+1}
            }

            if (t >= _firstOutput)
            {
                Copy(_G, _columns, (t - _firstOutput) * _B, _y, _B, 0);
                RowMajor.AddTransposedProducts<double>(D, Of(_x.Wy), _y, _count, _m, _h, _B); // + Wyᵀ G_t
                RowMajor.AddProductsTransposed<double>(Of(_d.Wy), _y, h, _count, _m, _B, _h); // ∂Wy += G_t h_tᵀ
                AddColumns(_y, _d.By);
            }

            TimesSlope(t); // D_t = (…) ∘ φ′(a_t)
            RowMajor.AddProductsTransposed<double>(Of(_d.Wx), D, X, _count, _h, _B, _n); // ∂Wx += D_t x_tᵀ
            RowMajor.AddTransposedProducts<double>(dX, Of(_x.Wx), D, _count, _h, _n, _B); // ∂x_t = Wxᵀ D_t
            if (t > 1)
            {
                var g = _states[t - 1]; // h_{t−1}
                RowMajor.AddProductsTransposed<double>(Of(_d.Wh), D, g, _count, _h, _B, _h); // ∂Wh += D_t h_{t−1}ᵀ
            }

            AddColumns(D, _d.Bh);
            (_D, _later) = (_later, _D);
        }
    }

    private Span<double> Of(TensorStack stack) => stack.Values.AsSpan(_first * stack.Length, _count * stack.Length);

    private void Activate(int t)
    {
        for (var s = 0; s < _count && _states != _a; s++)
        {
            SpanActivation.Apply(_activation, Constants(s), Case(_a[t], s), Case(_states[t], s));
        }
    }

    private void TimesSlope(int t)
    {
        for (var s = 0; s < _count && _states != _a; s++)
        {
            SpanActivation.TimesSlope(_activation, Constants(s), Case(_a[t], s), Case(_states[t], s), Case(_D, s));
        }
    }

    private (double C1, double C2) Constants(int s) =>
        _constants is [var c1, var c2] ? (c1.Values[_first + s], c2.Values[_first + s]) : default;

    private Span<double> Case(double[] entries, int s) => entries.AsSpan(s * _h * _B, _h * _B);

    // Row after row of one case after the other, and the bias is as many columns of one entry a row.
    private void AddBias(Span<double> rows, TensorStack? bias)
    {
        var b = bias is null ? default : Of(bias);
        for (var i = 0; i < b.Length; i++)
        {
            foreach (ref var entry in rows.Slice(i * _B, _B))
            {
                entry += b[i];
            }
        }
    }

    private void AddColumns(Span<double> rows, TensorStack? bias)
    {
        var b = bias is null ? default : Of(bias);
        for (var i = 0; i < b.Length; i++)
        {
            foreach (var entry in rows.Slice(i * _B, _B))
            {
                b[i] += entry;
            }
        }
    }

    private void Copy(ReadOnlySpan<double> from, int width, int at, Span<double> to, int toWidth, int toAt)
    {
        for (var i = 0; i < _count * _m; i++)
        {
            from.Slice(i * width + at, _B).CopyTo(to.Slice(i * toWidth + toAt, _B));
        }
    }

    /// <summary>What the network has by name, looked up once: tensors of the cases, or their gradients.</summary>
    private sealed class Tensors(ElmanNetwork network, int steps, Func<string, TensorStack> named)
    {
        public TensorStack Wx { get; } = named("Wx");

        public TensorStack Wh { get; } = named("Wh");

        public TensorStack Wy { get; } = named("Wy");

        public TensorStack? Bh { get; } = network.HasBias ? named("bh") : null;

        public TensorStack? By { get; } = network.HasBias ? named("by") : null;

        public TensorStack[] X { get; } = [.. Enumerable.Range(1, steps).Select(t => named($"X{t}"))];
    }
}
