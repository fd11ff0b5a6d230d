namespace GradOracle.Museum;

/// <summary>Causal attention of several heads on packed queries, keys and values, as kernels are written: flat arrays,
/// gradients added.</summary>
internal static class AttentionKernel
{
    /// <param name="output">[B, T, C], written.</param>
    /// <param name="weights">[B, heads, T, T], written: row t has the weights of what t looks at.</param>
    /// <param name="qkv">[B, T, 3C]: of each position the queries of all heads, then their keys, then their
    /// values.</param>
    public static void Forward(float[] output, float[] weights, float[] qkv, int B, int T, int C, int heads)
    {
        var (size, scale) = (C / heads, 1 / MathF.Sqrt(C / heads));
        for (var head = 0; head < B * heads; head++)
        {
            var (b, h) = (head / heads, head % heads);
            for (var t = 0; t < T; t++)
            {
                var row = weights.AsSpan((head * T + t) * T, T);
                var query = qkv.AsSpan(At(b, t, 0), size);
                var (largest, sum) = (float.NegativeInfinity, 0f);
                for (var s = 0; s <= t; s++)
                {
                    row[s] = scale * Dot(query, qkv.AsSpan(At(b, s, 1), size));
                    largest = MathF.Max(largest, row[s]);
                }

                for (var s = 0; s <= t; s++)
                {
                    sum += row[s] = MathF.Exp(row[s] - largest);
                }

                var result = output.AsSpan((b * T + t) * C + h * size, size);
                result.Clear();
                for (var s = 0; s <= t; s++)
                {
                    row[s] /= sum;
                    AddTo(result, row[s], qkv.AsSpan(At(b, s, 2), size));
                }
            }

            int At(int b, int position, int part) => (b * T + position) * 3 * C + part * C + h * size;
        }
    }

    /// <param name="dqkv">[B, T, 3C], added to.</param>
    /// <param name="doutput">[B, T, C].</param>
    /// <param name="qkv">[B, T, 3C].</param>
    /// <param name="weights">[B, heads, T, T].</param>
    public static void Backward(
        float[] dqkv, float[] doutput, float[] qkv, float[] weights, int B, int T, int C, int heads)
    {
        var (size, scale, slopes) = (C / heads, 1 / MathF.Sqrt(C / heads), new float[T]);
        for (var head = 0; head < B * heads; head++)
        {
            var (b, h) = (head / heads, head % heads);
            for (var t = 0; t < T; t++)
            {
                var row = weights.AsSpan((head * T + t) * T, T);
                var d = doutput.AsSpan((b * T + t) * C + h * size, size);
                var mean = 0f;
                for (var s = 0; s <= t; s++)
                {
                    AddTo(dqkv.AsSpan(At(b, s, 2), size), row[s], d);       // to the value
                    slopes[s] = Dot(d, qkv.AsSpan(At(b, s, 2), size));       // of the weight
                    mean += row[s] * slopes[s];
                }

                for (var s = 0; s <= t; s++)
                {
                    var dscore = scale * row[s] * (slopes[s] - mean);        // the softmax of a row
                    AddTo(dqkv.AsSpan(At(b, t, 0), size), dscore, qkv.AsSpan(At(b, s, 1), size));
                    AddTo(dqkv.AsSpan(At(b, s, 1), size), dscore, qkv.AsSpan(At(b, t, 0), size));
                }
            }

            int At(int b, int position, int part) => (b * T + position) * 3 * C + part * C + h * size;
        }
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0f;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static void AddTo(Span<float> sum, float factor, ReadOnlySpan<float> a)
    {
        for (var i = 0; i < a.Length; i++)
        {
            sum[i] += factor * a[i];
        }
    }
}
