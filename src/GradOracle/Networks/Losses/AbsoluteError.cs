namespace GradOracle.Networks;

/// <summary>The absolute error, summed over rows and examples: <c>L = Σ |Ŷ − T|</c>, <c>G = sign(Ŷ − T)</c>.</summary>
/// <remarks>At the kink, Ŷ = T, G is 0, as in TorchSharp's <c>l1_loss</c>: the middle of the subgradients.</remarks>
internal sealed class AbsoluteError : Loss
{
    /// <inheritdoc/>
    public override string Name => "absolute-error";

    /// <inheritdoc/>
    public override string Summary => "L = Σ |Ŷ − T|,  G = sign(Ŷ − T), 0 where they are equal";

    /// <inheritdoc/>
    public override T Value<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> target, int columns)
    {
        var sum = T.Zero;
        for (var i = 0; i < output.Length; i++)
        {
            sum += T.Abs(output[i] - target[i]);
        }

        return sum;
    }

    /// <inheritdoc/>
    public override void Gradient<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> target, int columns, Span<T> gradient)
    {
        for (var i = 0; i < gradient.Length; i++)
        {
            var difference = output[i] - target[i];
            gradient[i] = T.IsZero(difference) || T.IsNaN(difference)
                ? difference
                : T.IsNegative(difference)
                ? -T.One
                : T.One;
        }
    }

    internal override bool IsByHand(Sizes output, int classes) => true;

    /// <inheritdoc/>
    public override Node Entries(Node output, Node target, Inputs x)
    {
        ArgumentNullException.ThrowIfNull(output);
        return (output - target).Abs();
    }
}
