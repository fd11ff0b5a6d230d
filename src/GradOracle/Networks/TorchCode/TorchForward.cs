using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle.Networks;

/// <summary>A whole forward pass that is TorchSharp code, as one operation on its parameters and inputs: what is within
/// is not seen.</summary>
internal sealed class TorchForward(TorchStatement code) : TorchCall
{
    /// <summary>The code.</summary>
    public TorchStatement Code => code;

    public override Sizes SizesOf(IReadOnlyList<Node> x) => code.Output;

    public override bool Noise(Node node, double[][] x, double[] y, double[] result, int count)
    {
        var length = y.Length / count;
        for (var s = 0; s < count; s++)
        {
            result.AsSpan(s * length, length).Fill(Largest(y.AsSpan(s * length, length)));
        }

        return true;
    }

    public override bool Error(
        Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
    {
        // How it carries on what its operands are off by, nobody knows.
        var isOff = Array.Exists(e, IsOff);
        Fill(rounding, y, isOff ? double.PositiveInfinity : 0, result, count);
        return true;
    }

    public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D)
    {
        var all = new Node(new TorchPullback(code), [.. x, D]);
        var messages = new Node?[x.Count];
        var at = 0;
        for (var i = 0; i < messages.Length; i++)
        {
            var spec = code.Specs[i];
            var text = $"what autograd sends through {code.Name} to {spec.Name}";
            messages[i] = spec.IsDifferentiated ? new Node(new TorchPart(at, spec.Sizes, text), all) : null;
            at += spec.Length;
        }

        return messages;
    }

    public override string Text(Node node, IReadOnlyList<string> x) => $"{code.Name}({string.Join(", ", x)})";

    protected override double[] Value(double[][] x, ElementType type, int count) => code.Outputs(x, type, count);
}

/// <summary>What autograd sends back through TorchSharp code, to all its tensors at once: the last operand is the
/// adjoint.</summary>
internal sealed class TorchPullback(TorchStatement code) : TorchCall
{
    // A saturated gradient is a difference of what is larger: how much larger, what the others are is taken for.
    // Counted.
    private const double OfOthers = 25;

    public override Sizes SizesOf(IReadOnlyList<Node> x) => new(code.Specs.Sum(spec => spec.Length));

    public override bool Noise(Node node, double[][] x, double[] y, double[] result, int count)
    {
        Scales(x, y, result, count);
        var at = 0;
        for (var s = 0; s < count; s++)
        {
            foreach (var spec in code.Specs)
            {
                var amounts = result.AsSpan(at, spec.Length);
                amounts.Fill(Math.Max(Largest(y.AsSpan(at, spec.Length)), OfOthers * amounts[0]));
                at += spec.Length;
            }
        }

        return true;
    }

    /// <summary>
    /// How large a gradient would be if the loss changed as much with its tensor as with any other: the largest
    /// <c>|g_s| |v_s|</c> of any tensor s, over the largest entry of the tensor itself, or 1.
    /// </summary>
    /// <param name="x">The values of the operands.</param>
    /// <param name="y">The gradients.</param>
    /// <param name="result">Receives it, for every entry.</param>
    /// <param name="count">How many cases there are.</param>
    public void Scales(double[][] x, double[] y, double[] result, int count)
    {
        var length = y.Length / count;
        for (var s = 0; s < count; s++)
        {
            var (at, change) = (s * length, 0.0);
            for (var i = 0; i < code.Specs.Count; i++)
            {
                var n = code.Specs[i].Length;
                for (var j = 0; j < n; j++)
                {
                    change = Math.Max(change, Math.Abs(y[at + j] * x[i][s * n + j]));
                }

                at += n;
            }

            at = s * length;
            for (var i = 0; i < code.Specs.Count; i++)
            {
                var n = code.Specs[i].Length;
                result.AsSpan(at, n).Fill(change / Math.Max(1, Largest(x[i].AsSpan(s * n, n))));
                at += n;
            }
        }
    }

    public override bool Error(
        Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
    {
        var isOff = Array.Exists(e[..^1], IsOff);
        var ratio = Largest(y) / Math.Max(Largest(x[^1]), double.Epsilon);
        var carried = e[^1] is { } errors ? Largest(errors) * Math.Max(1, ratio) : 0;
        Fill(rounding, y, isOff ? double.PositiveInfinity : carried, result, count);
        return true;
    }

    public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) =>
        [.. x.Select(_ => (Node?)null)];

    public override string Text(Node node, IReadOnlyList<string> x) => $"what autograd sends through {code.Name}";

    protected override double[] Value(double[][] x, ElementType type, int count) =>
        code.Pullback(x[..^1], x[^1], type, count);
}

/// <summary>The gradient of one tensor, among those of all.</summary>
/// <param name="from">Where it begins.</param>
/// <param name="sizes">Its sizes.</param>
/// <param name="text">How formulas write it.</param>
internal sealed class TorchPart(int from, Sizes sizes, string text) : Structural
{
    public override Sizes SizesOf(IReadOnlyList<Node> x) => sizes;

    public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) =>
        x[0].slice(1, from, from + sizes.Length, 1).reshape(sizes.Batched((int)x[0].shape[0]));

    public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) => [null];

    public override string Text(Node node, IReadOnlyList<string> x) => text;

    protected override void Move<T>(Node node, T[][] x, T[] y, int count)
    {
        var length = x[0].Length / count;
        for (var s = 0; s < count; s++)
        {
            x[0].AsSpan(s * length + from, sizes.Length).CopyTo(y.AsSpan(s * sizes.Length, sizes.Length));
        }
    }
}
