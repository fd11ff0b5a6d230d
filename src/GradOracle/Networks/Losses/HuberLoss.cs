namespace GradOracle.Networks;

/// <summary>Huber's loss with δ = 1, summed over rows and examples:
/// <c>L = Σ ½d² where |d| ≤ 1, |d| − ½ beyond, d = Ŷ − T</c>, <c>G = d</c> clipped to [−1, 1].</summary>
/// <remarks>Its slope has no jump, so there is no convention to choose (P. J. Huber, "Robust estimation of a location
/// parameter", Annals of Mathematical Statistics 35, 1964).</remarks>
internal sealed class HuberLoss : Loss
{
    /// <inheritdoc/>
    public override string Name => "huber";

    /// <inheritdoc/>
    public override string Summary => "L = Σ ½d² where |d| ≤ 1, |d| − ½ beyond,  G = d clipped to [−1, 1],  d = Ŷ − T";

    /// <inheritdoc/>
    public override T Value<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> target, int columns)
    {
        var (sum, half) = (T.Zero, T.One / T.CreateChecked(2));
        for (var i = 0; i < output.Length; i++)
        {
            var difference = output[i] - target[i];
            var clipped = Clipped(difference);
            sum += clipped * (difference - half * clipped); // ½d² inside, ±1 (d ∓ ½) outside
        }

        return sum;
    }

    /// <inheritdoc/>
    public override void Gradient<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> target, int columns, Span<T> gradient)
    {
        for (var i = 0; i < gradient.Length; i++)
        {
            gradient[i] = Clipped(output[i] - target[i]);
        }
    }

    internal override bool IsByHand(Sizes output, int classes) => true;

    /// <inheritdoc/>
    public override Node Entries(Node output, Node target, Inputs x)
    {
        ArgumentNullException.ThrowIfNull(output);
        return (output - target).Huber();
    }

    private static T Clipped<T>(T value)
        where T : struct, System.Numerics.INumberBase<T> =>
            T.IsNaN(value) ? value : T.MinMagnitude(value, T.IsNegative(value) ? -T.One : T.One);
}
