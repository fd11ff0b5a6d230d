using System.Numerics.Tensors;

namespace GradOracle.Networks;

/// <summary>The mean of the squared error over all m·B entries: <c>L = 1/(mB) Σ (Ŷ − T)²</c>,
/// <c>G = 2/(mB) (Ŷ − T)</c>.</summary>
/// <remarks>As in PyTorch's <c>mse_loss</c> with reduction "mean". Exact cases exist where m·B is a power of
/// two.</remarks>
internal sealed class MeanSquaredError : Loss
{
    /// <inheritdoc/>
    public override string Name => "mean-squared-error";

    /// <inheritdoc/>
    public override string Summary => "L = 1/(mB) Σ (Ŷ − T)²,  G = 2/(mB) (Ŷ − T)";

    /// <inheritdoc/>
    public override T Value<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> target, int columns) =>
        new SquaredError().Value(output, target, columns) * T.CreateChecked(2) / T.CreateChecked(output.Length);

    /// <inheritdoc/>
    public override void Gradient<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> target, int columns, Span<T> gradient)
    {
        TensorPrimitives.Subtract(output, target, gradient);
        TensorPrimitives.Multiply(gradient, T.CreateChecked(2) / T.CreateChecked(output.Length), gradient);
    }

    internal override bool IsByHand(Sizes output, int classes) => true;

    /// <inheritdoc/>
    public override Node Entries(Node output, Node target, Inputs x)
    {
        ArgumentNullException.ThrowIfNull(output);
        return (output - target).Squared().Scaled(1.0 / output.Sizes.Length);
    }
}
