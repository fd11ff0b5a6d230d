namespace GradOracle.Networks;

/// <summary>The projection of the output on an arbitrary V: <c>L = ⟨V, Ŷ⟩ = Σ V∘Ŷ</c>, <c>G = V</c>.</summary>
/// <remarks>A derivation that is right for every V is right for every loss.</remarks>
internal sealed class Projection : Loss
{
    /// <inheritdoc/>
    public override string Name => "projection";

    /// <inheritdoc/>
    public override string Summary => "L = ⟨V, Ŷ⟩,  G = V: right for every V is right for every loss";

    /// <inheritdoc/>
    public override string TargetName => "V";

    /// <inheritdoc/>
    public override T Value<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> target, int columns)
    {
        var sum = T.Zero;
        for (var i = 0; i < output.Length; i++)
        {
            sum += output[i] * target[i];
        }

        return sum;
    }

    /// <inheritdoc/>
    public override void Gradient<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> target, int columns, Span<T> gradient) =>
        target.CopyTo(gradient);

    internal override bool IsByHand(Sizes output, int classes) => true;

    /// <inheritdoc/>
    public override Node Entries(Node output, Node target, Inputs x)
    {
        ArgumentNullException.ThrowIfNull(output);
        return output.Hadamard(target);
    }
}
