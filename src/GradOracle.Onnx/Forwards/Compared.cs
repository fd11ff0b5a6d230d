using GradOracle.Messages;

namespace GradOracle.Onnx.Forwards;

/// <summary>The outputs of one case as three systems have them, and how far apart rounding may leave them.</summary>
/// <param name="Case">The name of the case.</param>
/// <param name="Sizes">The sizes of the output.</param>
/// <param name="Onnx">OnnxRuntime's.</param>
/// <param name="Own">The network's own forward, in C#, in float64.</param>
/// <param name="Torch">TorchSharp's.</param>
/// <param name="Errors">How far an evaluation may be from the exact value; 0 where the case is exact.</param>
internal sealed record Compared(
    string Case, Sizes Sizes, double[] Onnx, double[] Own, double[] Torch, double[] Errors)
{
    /// <summary>The largest difference from the network's own forward, in bounds.</summary>
    public double FromOwn => Apart(Onnx, Own, 1);

    /// <summary>The largest difference from TorchSharp's, in bounds.</summary>
    public double FromTorch => Apart(Onnx, Torch, 2);

    /// <summary>How far the two others are apart, in bounds.</summary>
    public double OthersApart => Apart(Torch, Own, 1);

    /// <summary>Whether OnnxRuntime's are no further from either than rounding explains.</summary>
    public bool Agrees => FromOwn <= 1 && FromTorch <= 1;

    /// <summary>The widest bound beside the largest entry; infinite where an entry cannot be told.</summary>
    public double Width => Errors.Max() is > 0 and var widest ? widest / Own.Max(Math.Abs) : 0;

    /// <summary>The entry that is furthest off, and who has it so.</summary>
    public string Sentence()
    {
        var worst = Enumerable.Range(0, Onnx.Length)
            .MaxBy(j => Math.Max(Apart(Onnx, Own, 1, j), Apart(Onnx, Torch, 2, j)));
        var odd = !(OthersApart <= 1) ? FromTorch <= 1 ? "the network's own forward is the odd one out"
                : FromOwn <= 1 ? "TorchSharp is the odd one out"
                : "no two of the three agree"
            : "OnnxRuntime is the odd one out";
        return string.Concat(
            $"{Case}: Ŷ{Sizes.PlaceOf(worst)} is {NumberFormat.Full(Onnx[worst])} by OnnxRuntime, ",
            $"{NumberFormat.Full(Own[worst])} by the network's own forward, ",
            $"{NumberFormat.Full(Torch[worst])} by TorchSharp",
            Errors[worst] == 0 ? ", and exact" : $", ± {NumberFormat.Width(Errors[worst])}",
            $": {odd}.");
    }

    private double Apart(double[] left, double[] right, int evaluations) =>
        Enumerable.Range(0, left.Length).Max(j => Apart(left, right, evaluations, j));

    // Beyond the element type nothing can be told of an entry; what is no number on one side only is infinitely far.
    private double Apart(double[] left, double[] right, int evaluations, int j)
    {
        var isBeyond = !double.IsFinite(Own[j]) || !double.IsFinite(Torch[j]) || !double.IsFinite(Errors[j]);
        var (difference, bound) = (Math.Abs(left[j] - right[j]), evaluations * Errors[j]);
        return isBeyond || difference == 0 ? 0
            : double.IsNaN(difference) || bound == 0 ? double.PositiveInfinity
            : difference / bound;
    }
}
