namespace GradOracle.Tests.AsItIs;

/// <summary>A matrix product with bias as kernels are written: flat arrays, rows as examples, gradients
/// added.</summary>
internal static class Kernels
{
    public static void MatmulForward(float[] output, float[] input, float[] weight, float[] bias, int B, int C, int OC)
    {
        for (var b = 0; b < B; b++)
        {
            for (var o = 0; o < OC; o++)
            {
                var sum = bias[o];
                for (var c = 0; c < C; c++)
                {
                    sum += input[b * C + c] * weight[o * C + c];
                }

                output[b * OC + o] = sum;
            }
        }
    }

    public static void MatmulBackward(
        float[] dinput, float[] dweight, float[] dbias, float[] doutput, float[] input, float[] weight, int B, int C, int OC)
    {
        for (var b = 0; b < B; b++)
        {
            for (var o = 0; o < OC; o++)
            {
                var d = doutput[b * OC + o];
                dbias[o] += d;
                for (var c = 0; c < C; c++)
                {
                    dinput[b * C + c] += weight[o * C + c] * d;
                    dweight[o * C + c] += input[b * C + c] * d;
                }
            }
        }
    }

    /// <summary>y = x (1 + tanh(s (x + 0.044715 x³))) / 2, s = √(2/π).</summary>
    public static void GeluForward(float[] output, float[] input)
    {
        for (var i = 0; i < input.Length; i++)
        {
            var x = input[i];
            output[i] = 0.5f * x * (1 + MathF.Tanh(GeluScale * (x + 0.044715f * x * x * x)));
        }
    }

    public static void GeluBackward(float[] dinput, float[] input, float[] doutput)
    {
        for (var i = 0; i < input.Length; i++)
        {
            var x = input[i];
            var tanh = MathF.Tanh(GeluScale * (x + 0.044715f * x * x * x));
            var inner = GeluScale * (1 + 3 * 0.044715f * x * x);
            dinput[i] += doutput[i] * (0.5f * (1 + tanh) + 0.5f * x * (1 - tanh * tanh) * inner);
        }
    }

    /// <summary>Each row less its mean, over its standard deviation, times a weight and a bias added.</summary>
    public static void LayerNormForward(
        float[] output, float[] mean, float[] rstd, float[] input, float[] weight, float[] bias, int B, int C)
    {
        for (var b = 0; b < B; b++)
        {
            var row = input.AsSpan(b * C, C);
            var (m, v) = (0f, 0f);
            foreach (var x in row)
            {
                m += x;
            }

            m /= C;
            foreach (var x in row)
            {
                v += (x - m) * (x - m);
            }

            (mean[b], rstd[b]) = (m, 1 / MathF.Sqrt(v / C + Epsilon));
            for (var c = 0; c < C; c++)
            {
                output[b * C + c] = (row[c] - m) * rstd[b] * weight[c] + bias[c];
            }
        }
    }

    public static void LayerNormBackward(
        float[] dinput, float[] dweight, float[] dbias, float[] doutput, float[] input, float[] weight, float[] mean, float[] rstd, int B, int C)
    {
        for (var b = 0; b < B; b++)
        {
            var (sum, sumOfNorms) = (0f, 0f);
            for (var c = 0; c < C; c++)
            {
                var norm = (input[b * C + c] - mean[b]) * rstd[b];
                var dnorm = weight[c] * doutput[b * C + c];
                sum += dnorm;
                sumOfNorms += dnorm * norm;
            }

            for (var c = 0; c < C; c++)
            {
                var norm = (input[b * C + c] - mean[b]) * rstd[b];
                dbias[c] += doutput[b * C + c];
                dweight[c] += norm * doutput[b * C + c];
                dinput[b * C + c] += (weight[c] * doutput[b * C + c] - sum / C - norm * (sumOfNorms / C)) * rstd[b];
            }
        }
    }

    public const float GeluScale = 0.7978845608f;
    public const float Epsilon = 1e-2f;
}
