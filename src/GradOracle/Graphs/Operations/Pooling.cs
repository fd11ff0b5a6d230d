using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle;

public sealed partial class Node
{
    /// <summary>The largest entries of windows along the last axis; of equal ones the first gets the adjoint, as in
    /// TorchSharp.</summary>
    /// <param name="window">How many entries a window has.</param>
    /// <param name="stride">How far from one window to the next; 0 for windows side by side.</param>
    /// <param name="padding">By how much windows may stand over both ends, at most half of one; nothing there is ever
    /// the largest.</param>
    /// <exception cref="InvalidOperationException">The window is larger than the input.</exception>
    public Node MaxPool1d(int window, int stride = 0, int padding = 0) => Pooled(
        "maxpool", 1, window, stride, padding, isMaximum: true,
        x => torch.nn.functional.max_pool1d(
            x.reshape(-1, 1, x.shape[^1]), window, stride == 0 ? window : stride, padding));

    /// <summary>The largest entries of square windows over the last two axes; of equal ones the first, row by row, gets
    /// the adjoint, as in TorchSharp.</summary>
    /// <inheritdoc cref="MaxPool1d"/>
    public Node MaxPool2d(int window, int stride = 0, int padding = 0) => Pooled(
        "maxpool", 2, window, stride, padding, isMaximum: true,
        x => torch.nn.functional.max_pool2d(
            x.reshape(-1, 1, x.shape[^2], x.shape[^1]), window, stride == 0 ? window : stride, padding));

    /// <summary>The means of windows along the last axis.</summary>
    /// <param name="window">How many entries a window has.</param>
    /// <param name="stride">How far from one window to the next; 0 for windows side by side.</param>
    /// <param name="padding">How many zeros are put at both ends, at most half a window; they count in the
    /// mean.</param>
    /// <exception cref="InvalidOperationException">The window is larger than the input.</exception>
    public Node MeanPool1d(int window, int stride = 0, int padding = 0) => Pooled(
        "meanpool", 1, window, stride, padding, isMaximum: false,
        x => torch.nn.functional.avg_pool1d(
            x.reshape(-1, 1, x.shape[^1]), window, stride == 0 ? window : stride, padding));

    /// <summary>The means of square windows over the last two axes.</summary>
    /// <inheritdoc cref="MeanPool1d"/>
    public Node MeanPool2d(int window, int stride = 0, int padding = 0) => Pooled(
        "meanpool", 2, window, stride, padding, isMaximum: false,
        x => torch.nn.functional.avg_pool2d(
            x.reshape(-1, 1, x.shape[^2], x.shape[^1]), (long)window, stride == 0 ? window : stride, padding));

    private Node Pooled(
        string name,
        int axes,
        int window,
        int stride,
        int padding,
        bool isMaximum,
        Func<torch.Tensor, torch.Tensor> onTorch)
    {
        var step = new WindowStep(axes, stride == 0 ? window : stride, padding, 1);
        if (2 * padding > window)
        {
            throw new InvalidOperationException($"{Formula.WithSizes(this)} cannot be pooled: a padding of {padding} is more than half of a window of {window}.");
        }

        var windows = new Windows(
            step, [.. Enumerable.Repeat(window, axes)], isForColumns: false, isOpen: isMaximum && padding > 0);
        var pieces = new Node(windows, this); // […, windows, window]
        Sizes sizes = new([.. Sizes.Take(Sizes.Count - axes), .. windows.Counts(this)]);
        var body = (
            isMaximum ? pieces.Max(-1) : pieces.SumOver(pieces.Sizes.Count - 1) / pieces.Sizes.Columns).Reshaped(sizes);
        return new(
            new NamedFunction(name, OnTorch, FormattableString.Invariant($", window {window}{step.Text(1)}")),
            body,
            this);

        torch.Tensor OnTorch(torch.Tensor[] x) =>
            onTorch(x[0]).reshape([x[0].shape[0], .. sizes.Select(size => (long)size)]);
    }
}
