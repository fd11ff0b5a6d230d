using GradOracle.Networks;
using GradOracle.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Derivations;

/// <summary>Backpropagation through time for the Elman network over a whole batch, in spans: written for speed.</summary>
/// <remarks>Computes in float64 whatever the element type of the case.</remarks>
internal sealed class ElmanBatchBackprop(ElmanNetwork network) : Derivation
{
    /// <inheritdoc/>
    public override string Name => $"{network.Name}-batch";

    /// <inheritdoc/>
    public override string Summary => "the same derivation over a whole batch, in spans: written for speed";

    /// <inheritdoc/>
    public override Network Network => network;

    /// <inheritdoc/>
    public override GradientBatch Differentiate(CaseBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var result = new GradientBatch(batch) { Losses = new double[batch.Count] };
        foreach (var gradient in result.Gradients)
        {
            gradient.Values.AsSpan().Clear();
        }

        var pass = new Pass(network, batch);
        for (var s = 0; s < batch.Count; s++)
        {
            pass.Forward(s, result.Output[s]);
            ((double[])result.Losses)[s] = pass.Backward(s, result);
        }

        return result;
    }

    /// <summary>One case at a time, in buffers that serve all.</summary>
    private sealed class Pass
    {
        private readonly ElmanNetwork _network;
        private readonly CaseBatch _batch;
        private readonly int _steps, _n, _h, _m, _B, _first;
        private readonly double[][] _a, _states; // a_t and h_t, [h×B] each
        private readonly double[] _output, _G, _D, _later; // [m×B], [m×B·outputs], [h×B], [h×B]

        public Pass(ElmanNetwork network, CaseBatch batch)
        {
            (_network, _batch) = (network, batch);
            (_steps, _n, _h, _m, _B) = (batch.Shape["T"], batch.Shape["n"], batch.Shape["h"], batch.Shape["m"], batch.Shape["B"]);
            _first = network.HasOutputAtEveryStep ? 1 : _steps;
            _a = [.. Enumerable.Range(0, _steps + 1).Select(_ => new double[_h * _B])];
            _states = [.. _a.Select(a => a)];
            _output = new double[_m * _B];
            _G = new double[_m * Columns];
            (_D, _later) = (new double[_h * _B], new double[_h * _B]);
        }

        private int Columns => (_steps - _first + 1) * _B;

        public void Forward(int s, Span<double> Y)
        {
            for (var t = 1; t <= _steps; t++)
            {
                var a = _a[t];
                a.AsSpan().Clear();
                RowMajor.AddProduct(a, _batch["Wx"][s], _batch[$"X{t}"][s], _h, _n, _B);                         // a_t = Wx x_t
                if (t > 1)
                {
                    RowMajor.AddProduct(a, _batch["Wh"][s], _states[t - 1], _h, _h, _B);                         //     + Wh h_{t−1}
                }

                AddBias(a, "bh", s);
                _states[t] = _network.Activation.Of(AsMatrix(a), new(_batch, s)).AsColumnMajorArray();            // h_t = φ(a_t)
                if (t >= _first)
                {
                    _output.AsSpan().Clear();
                    RowMajor.AddProduct(_output, _batch["Wy"][s], _states[t], _m, _h, _B);                       // Ŷ_t = Wy h_t
                    AddBias(_output, "by", s);
                    Copy(_output, _B, 0, Y, Columns, (t - _first) * _B);
                }
            }
        }

        /// <summary>Adds to the gradients, which are 0.</summary>
        /// <returns>The loss.</returns>
        public double Backward(int s, GradientBatch result)
        {
            var target = _batch[_batch.Loss.TargetName][s];
            _batch.Loss.Gradient(result.Output[s], target, Columns, _G);
            for (var t = _steps; t >= 1; t--)
            {
                _D.AsSpan().Clear();
                if (t < _steps)
                {
                    RowMajor.AddTransposedProduct(_D, _batch["Wh"][s], _later, _h, _h, _B);                      // D_t = Whᵀ D_{t+1}
                }

                if (t >= _first)
                {
                    Copy(_G, Columns, (t - _first) * _B, _output, _B, 0);
                    RowMajor.AddTransposedProduct(_D, _batch["Wy"][s], _output, _m, _h, _B);                     //     + Wyᵀ G_t
                    RowMajor.AddProductTransposed(result["Wy"][s], _output, _states[t], _m, _B, _h);             // ∂Wy += G_t h_tᵀ
                    AddColumns(result, "by", s, _output);
                }

                TimesSlope(t, s);                                                                                //   (…) ∘ φ′(a_t)
                RowMajor.AddProductTransposed(result["Wx"][s], _D, _batch[$"X{t}"][s], _h, _B, _n);              // ∂Wx += D_t x_tᵀ
                RowMajor.AddTransposedProduct(result[$"X{t}"][s], _batch["Wx"][s], _D, _h, _n, _B);              // ∂x_t = Wxᵀ D_t
                if (t > 1)
                {
                    RowMajor.AddProductTransposed(result["Wh"][s], _D, _states[t - 1], _h, _B, _h);              // ∂Wh += D_t h_{t−1}ᵀ
                }

                AddColumns(result, "bh", s, _D);
                _D.CopyTo(_later, 0);
            }

            return _batch.Loss.Value<double>(result.Output[s], target, Columns);
        }

        private void TimesSlope(int t, int s)
        {
            if (_network.Activation.Name.Length > 0)
            {
                AsMatrix(_D).PointwiseMultiply(_network.Activation.Slope(AsMatrix(_a[t]), AsMatrix(_states[t]), new(_batch, s)), AsMatrix(_D));
            }
        }

        private void AddBias(Span<double> rows, string bias, int s)
        {
            if (_network.HasBias)
            {
                for (var j = 0; j < rows.Length; j++)
                {
                    rows[j] += _batch[bias][s][j / _B];
                }
            }
        }

        private void AddColumns(GradientBatch result, string bias, int s, Span<double> rows)
        {
            if (_network.HasBias)
            {
                for (var j = 0; j < rows.Length; j++)
                {
                    result[bias][s][j / _B] += rows[j];
                }
            }
        }

        // A function of every entry does not care in which order they lie.
        private static Matrix<double> AsMatrix(double[] entries) => Matrix<double>.Build.Dense(entries.Length, 1, entries);

        private void Copy(ReadOnlySpan<double> from, int width, int at, Span<double> to, int toWidth, int toAt)
        {
            for (var i = 0; i < _m; i++)
            {
                from.Slice(i * width + at, _B).CopyTo(to.Slice(i * toWidth + toAt, _B));
            }
        }
    }
}
