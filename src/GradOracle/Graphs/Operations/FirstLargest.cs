using TorchSharp;

namespace GradOracle.Graphs;

/// <summary>1 at the first of the largest entries along an axis, 0 elsewhere.</summary>
internal sealed class FirstLargest(int axis) : Operation
{
    public override bool StartsTerms => true;

    public override Sizes SizesOf(IReadOnlyList<Node> x) => x[0].Sizes;

    public override void Value<T>(Node node, T[][] x, T[] y, int count)
    {
        var (lines, run, size) = LargestOver.Lines(node, axis, count);
        y.AsSpan().Clear();
        for (var line = 0; line < lines * run; line++)
        {
            var first = line / run * size * run + line % run;
            y[first + LargestOver.IndexOfLargest(x[0], first, size, run) * run] = T.One;
        }
    }

    public override torch.Tensor OnTorch(Node node, torch.Tensor[] x)
    {
        var index = x[0].max(axis + 1L, keepdim: true).indexes;
        return torch.zeros_like(x[0]).scatter(axis + 1L, index, torch.ones_like(index).to(x[0].dtype));
    }

    /// <summary>1 at every entry that another evaluation may have as the largest, and at the largest where there is
    /// another.</summary>
    public override bool Error(
        Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
    {
        if (e[0] is not { } errors)
        {
            return false;
        }

        var (lines, run, size) = LargestOver.Lines(node, axis, count);
        result.AsSpan().Clear();
        for (var line = 0; line < lines * run; line++)
        {
            var first = line / run * size * run + line % run;
            var largest = first + LargestOver.IndexOfLargest(x[0], first, size, run) * run;
            for (var at = first; at < first + size * run; at += run)
            {
                if (at != largest
                    && errors[at] + errors[largest] is not 0
                    && !(x[0][at] + 2 * errors[at] < x[0][largest] - 2 * errors[largest]))
                {
                    (result[at], result[largest]) = (1, 1);
                }
            }
        }

        return true;
    }

    public override bool Noise(Node node, double[][] x, double[] y, double[] result, int count) => false;

    public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) => [null];

    public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => new(0, 0, -1);

    public override string Text(Node node, IReadOnlyList<string> x) =>
        $"[{x[0]} is the largest{Axes.Told(node.Sizes, axis)}]";

    public override Node Majorant(Node node, IReadOnlyList<Node> x, bool undamped) => Constant.Of(node.Sizes, 1);
}
