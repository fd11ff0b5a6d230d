using System.Numerics.Tensors;

namespace GradOracle.Networks;

/// <summary>Half the squared error, summed over rows and examples: <c>L = ½ Σ (Ŷ − T)²</c>, <c>G = Ŷ − T</c>.</summary>
internal sealed class SquaredError : Loss
{
    /// <inheritdoc/>
    public override string Name => "squared-error";

    /// <inheritdoc/>
    public override string Summary => "L = ½ Σ (Ŷ − T)²,  G = Ŷ − T";

    /// <inheritdoc/>
    public override T Value<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> target, int columns)
    {
        var sum = T.Zero; // one by one: a vectorised sum has another order on another processor
        for (var i = 0; i < output.Length; i++)
        {
            sum += (output[i] - target[i]) * (output[i] - target[i]);
        }

        return sum / T.CreateChecked(2);
    }

    /// <inheritdoc/>
    public override void Gradient<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> target, int columns, Span<T> gradient) =>
        TensorPrimitives.Subtract(output, target, gradient);

    internal override bool IsByHand(Sizes output, int classes) => true;

    /// <inheritdoc/>
    public override Node Entries(Node output, Node target, Inputs x)
    {
        ArgumentNullException.ThrowIfNull(output);
        return (output - target).Squared().Scaled(0.5);
    }
}
