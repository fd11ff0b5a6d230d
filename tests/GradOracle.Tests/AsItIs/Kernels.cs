namespace GradOracle.Tests.AsItIs;

/// <summary>A matrix product with bias as kernels are written: flat arrays, rows as examples, gradients added.</summary>
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
}
