using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle;

public sealed partial class Node
{
    /// <summary>A convolution along the last axis, as TorchSharp's <c>conv1d</c>: a correlation, the kernel not
    /// mirrored.</summary>
    /// <param name="kernel">The kernel: output channels × input channels of a group × width.</param>
    /// <param name="stride">How far from one window to the next.</param>
    /// <param name="padding">How many zeros are put at both ends.</param>
    /// <param name="dilation">How far from one entry of a window to the next.</param>
    /// <param name="groups">In how many groups of channels, each with kernels of its own.</param>
    /// <returns>… × output channels × windows; of … × input channels × length.</returns>
    /// <exception cref="InvalidOperationException">The channels do not fit, or the window is larger than the
    /// input.</exception>
    public Node Conv1d(Node kernel, int stride = 1, int padding = 0, int dilation = 1, int groups = 1) =>
        Convolved(kernel, new(1, stride, padding, dilation), groups);

    /// <summary>A convolution along the last two axes, as TorchSharp's <c>conv2d</c>: a correlation, the kernel not
    /// mirrored.</summary>
    /// <param name="kernel">The kernel: output channels × input channels of a group × height × width.</param>
    /// <param name="stride">How far from one window to the next, in both directions.</param>
    /// <param name="padding">How many zeros are put at all sides.</param>
    /// <param name="dilation">How far from one entry of a window to the next.</param>
    /// <param name="groups">In how many groups of channels, each with kernels of its own.</param>
    /// <returns>… × output channels × windows down × windows across; of … × input channels × height × width.</returns>
    /// <exception cref="InvalidOperationException">The channels do not fit, or the window is larger than the
    /// input.</exception>
    public Node Conv2d(Node kernel, int stride = 1, int padding = 0, int dilation = 1, int groups = 1) =>
        Convolved(kernel, new(2, stride, padding, dilation), groups);

    // The windows of every channel as columns, times the kernels of its group as rows.
    private Node Convolved(Node kernel, WindowStep step, int groups)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        var (k, x, axes) = (kernel.Sizes, Sizes, step.Axes);
        var isFit = k.Count == axes
            + 2 && x.Count > axes && groups >= 1 && k[0] % groups == 0 && x[x.Count - axes - 1] == k[1] * groups;
        if (!isFit)
        {
            var grouped = groups == 1 ? "" : FormattableString.Invariant($" in {groups} groups");
            throw new InvalidOperationException(
                $"{Formula.WithSizes(this)} cannot be convolved with the kernel {Formula.WithSizes(kernel)}{grouped}.");
        }

        var windows = new Windows(step, [.. k.Skip(2)], isForColumns: true);
        var columns = new Node(windows, this); // […, channels, window, windows]
        int[] leading = [.. x.Take(x.Count - axes - 1)];
        int[] outputs = windows.Counts(this);
        var area = k.Length / k[0];
        var product = kernel.Reshape(groups, k[0] / groups, area) * columns.Reshape(
            [.. leading, groups, area, columns.Sizes.Columns]);
        var body = product.Reshape([.. leading, k[0], .. outputs]);
        return new(
            new NamedFunction("conv", t => OnTorch(t[0], t[1], step, groups, axes), step.Text(groups)),
            body,
            this,
            kernel);
    }

    // Every case has a kernel of its own: the cases are groups of channels.
    private static torch.Tensor OnTorch(torch.Tensor x, torch.Tensor kernel, WindowStep step, int groups, int axes)
    {
        var (cases, channels, rank) = (x.shape[0], x.shape[^(axes + 1)], x.shape.Length);
        long[] area = x.shape[^axes..];
        long[] leading = x.shape[1..^(axes + 1)];
        var beside = x.reshape([cases, -1, channels, .. area]).transpose(0, 1).reshape([-1, cases * channels, .. area]);
        var kernels = kernel.flatten(0, 1);
        var y = axes == 1
            ? torch.nn.functional.conv1d(
                beside,
                kernels,
                stride: step.Stride,
                padding: step.Padding,
                dilation: step.Dilation,
                groups: cases * groups)
            : torch.nn.functional.conv2d(
                beside,
                kernels,
                strides: [step.Stride, step.Stride],
                padding: [step.Padding, step.Padding],
                dilation: [step.Dilation, step.Dilation],
                groups: cases * groups);
        var outputs = y.shape[^axes..];
        return y.reshape([y.shape[0], cases, kernel.shape[1], .. outputs]).transpose(0, 1).reshape(
            [cases, .. leading, kernel.shape[1], .. outputs]);
    }
}
