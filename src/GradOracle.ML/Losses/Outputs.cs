namespace GradOracle.ML.Losses;

/// <summary>The outputs at which a loss is looked at.</summary>
internal static class Outputs
{
    private const int Count = 400;
    private static readonly float[] s_extremes = [100, 1e4f, 1e10f, 1e30f, float.MaxValue];

    /// <summary>Outputs of a range in order, with few binary digits: steps of differences beside them are
    /// exact.</summary>
    public static float[] Plain(LossRange range, float label)
    {
        var width = range.Highest - range.Lowest;
        var grain = Math.ScaleB(1, Math.ILogB(width) - 11);
        var found = new SortedSet<float>();
        for (var i = 0; i <= Count; i++)
        {
            Add(range.Lowest + width * i / Count);
        }

        foreach (var near in new[] { 0, 1, -1, label, label - 1, label + 1 })
        {
            Add(near);
        }

        return [.. found];

        void Add(double output)
        {
            var rounded = (float)(Math.Round(output / grain) * grain);
            if (rounded >= range.Lowest && rounded <= range.Highest)
            {
                found.Add(rounded);
            }
        }
    }

    /// <summary>The same outputs moved a little, so that they have all the digits of a float.</summary>
    public static IEnumerable<float> Full(LossRange range, float[] plain) =>
        plain.Select((output, i) => output * (1 + (i % 7 + 1) / 16411f) + 1f / 65537)
            .Where(output => output >= range.Lowest && output <= range.Highest);

    /// <summary>Outputs beyond the range.</summary>
    public static IEnumerable<float> Beyond(LossRange range) =>
        s_extremes.SelectMany(size => new[] { -size, size }).Order().Where(
            output => output < range.Lowest || output > range.Highest);
}
