using GradOracle.Numerics;

namespace GradOracle.Networks;

/// <summary>
/// The cross-entropy of the softmax of every column, summed over examples: <c>L = −Σ T ∘ ln σ(Ŷ)</c>, <c>G = σ(Ŷ) (Σ_i
/// T_i) − T</c>, column by column.
/// </summary>
/// <remarks>
/// The target of an example is any column, not only a distribution (for those see <see cref="SoftmaxCrossEntropy"/>):
/// where it is a distribution, Σ T = 1 and G is the σ(Ŷ) − T of the textbooks; a derivation that is right for every T
/// is right for those. As TorchSharp's <c>cross_entropy</c> with class probabilities and reduction "sum". The largest
/// entry of a column is subtracted first, so nothing overflows.
/// </remarks>
internal sealed class FreeTargetCrossEntropy : Loss
{
    /// <inheritdoc/>
    public override string Name => "free-target-cross-entropy";

    /// <inheritdoc/>
    public override string Summary => "L = −Σ T ∘ ln σ(Ŷ),  G = σ(Ŷ) ΣT − T, σ the softmax of every column";

    // The softmax of one row is 1, whatever it is.
    /// <inheritdoc/>
    public override int LeastRows => 2;

    /// <inheritdoc/>
    public override T Value<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> target, int columns)
    {
        var sum = T.Zero;
        for (var j = 0; j < columns; j++)
        {
            var (largest, total) = Softmax(output, j, columns);
            var logarithm = Elementary.Log(total);
            for (var i = j; i < output.Length; i += columns)
            {
                sum += target[i] * (logarithm - (output[i] - largest));
            }
        }

        return sum;
    }

    /// <inheritdoc/>
    public override void Gradient<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> target, int columns, Span<T> gradient)
    {
        for (var j = 0; j < columns; j++)
        {
            var (largest, total) = Softmax(output, j, columns);
            var targets = T.Zero;
            for (var i = j; i < output.Length; i += columns)
            {
                targets += target[i];
            }

            for (var i = j; i < output.Length; i += columns)
            {
                gradient[i] = Elementary.Exp(output[i] - largest) / total * targets - target[i];
            }
        }
    }

    internal override bool IsByHand(Sizes output, int classes) => output.Count == 2 && classes == 0;

    /// <inheritdoc/>
    public override Node Entries(Node output, Node target, Inputs x)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(x);
        return output.LogSoftmax(x.ClassAxisOf(output)).Hadamard(target).Scaled(-1);
    }

    /// <summary>The largest entry of a column, and Σ exp(entry − largest).</summary>
    private static (T Largest, T Total) Softmax<T>(ReadOnlySpan<T> output, int column, int columns)
        where T : struct, System.Numerics.INumberBase<T>
    {
        var largest = output[column];
        for (var i = column + columns; i < output.Length; i += columns)
        {
            largest = Elementary.Real(output[i]) > Elementary.Real(largest) ? output[i] : largest;
        }

        var total = T.Zero;
        for (var i = column; i < output.Length; i += columns)
        {
            total += Elementary.Exp(output[i] - largest);
        }

        return (largest, total);
    }
}
