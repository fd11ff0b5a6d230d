namespace GradOracle.Gallery;

/// <summary>Inputs changed in place: right gradients, and somebody's weights are gone.</summary>
internal static class ChangedInputs
{
    /// <summary>All of them as trials.</summary>
    public static IEnumerable<Trial> All
    {
        get
        {
            foreach (var tensor in new[] { "X1", "Wh", "T" })
            {
                yield return Trial.Wrong(
                    $"changes-{tensor}", Of(
                        tensor,
                        values =>
                            values[^1] += 1), $"{tensor} is changed in place", $"the derivation modifies {tensor}");
            }

            yield return Trial.Wrong(
                "changes-sign-of-zero",
                Of("X2", NegateZeros),
                "the zeros of X2 change their sign in place",
                "the derivation modifies X2");
        }
    }

    /// <summary>The derivation of the shared-weight network that changes the values of a tensor.</summary>
    public static Spoiled Of(string tensor, Action<double[]> change) =>
        new(new SharedWeightBatchBackprop(), (batch, _) => change(batch[tensor].Values));

    /// <summary>Makes −0 of 0.</summary>
    public static void NegateZeros(double[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        for (var j = 0; j < values.Length; j++)
        {
            values[j] = values[j] == 0 ? -values[j] : values[j];
        }
    }
}
