namespace GradOracle.Tests;

/// <summary>∂L/∂Wh of the Elman network with ½ squared error, by backpropagation in 28 decimal digits, written apart
/// from everything it tests.</summary>
internal static class DecimalElman
{
    public static decimal[] GradientOfWh(CaseStack batch, string activation)
    {
        var (steps, n, h, m, B) = (
            batch.Shape["T"], batch.Shape["n"], batch.Shape["h"], batch.Shape["m"], batch.Shape["B"]);
        decimal Entry(string name, int i, int j) => Digits.Of(batch[name].Values[i * batch[name].Columns + j]);
        decimal Phi(decimal a) => activation == "tanh" ? 1 - 2 / (Digits.Exp(2 * a) + 1) : 1 / (1 + Digits.Exp(-a));
        decimal Slope(decimal phi) => activation == "tanh" ? 1 - phi * phi : phi * (1 - phi);

        var gradient = new decimal[h * h];
        for (var b = 0; b < B; b++)
        {
            var state = new decimal[steps + 1, h];
            for (var t = 1; t <= steps; t++)
            {
                for (var i = 0; i < h; i++)
                {
                    var a = 0m;
                    for (var k = 0; k < n; k++)
                    {
                        a += Entry("Wx", i, k) * Entry($"X{t}", k, b);
                    }

                    for (var k = 0; k < h; k++)
                    {
                        a += Entry("Wh", i, k) * state[t - 1, k];
                    }

                    state[t, i] = Phi(a);
                }
            }

            var adjoint = new decimal[h]; // ∂L/∂h_t
            for (var o = 0; o < m; o++)
            {
                var output = -Entry("T", o, b);
                for (var k = 0; k < h; k++)
                {
                    output += Entry("Wy", o, k) * state[steps, k];
                }

                for (var k = 0; k < h; k++)
                {
                    adjoint[k] += Entry("Wy", o, k) * output;
                }
            }

            for (var t = steps; t > 1; t--)
            {
                var earlier = new decimal[h];
                for (var i = 0; i < h; i++)
                {
                    var d = adjoint[i] * Slope(state[t, i]);
                    for (var k = 0; k < h; k++)
                    {
                        gradient[i * h + k] += d * state[t - 1, k];
                        earlier[k] += Entry("Wh", i, k) * d;
                    }
                }

                adjoint = earlier;
            }
        }

        return gradient;
    }
}
