using System.Numerics.Tensors;

namespace GradOracle.Graphs;

/// <summary>An operation that adds up entries of its only operand: into which entry of the result each goes is a
/// map.</summary>
internal abstract class Adding : Operation
{
    private readonly KeptMap _map = new();

    public override bool Contracts => true;

    /// <summary>The place in the result of each entry of the operand; −1 where it goes nowhere.</summary>
    protected abstract int[] Targets(Sizes from, Sizes to);

    /// <summary>How many entries one of the sums has, at most.</summary>
    protected abstract int Terms(Node node);

    protected int[] Map(Node node) => _map.Of(node.Operands[0].Sizes, node.Sizes, Targets);

    public override void Value<T>(Node node, T[][] x, T[] y, int count)
    {
        var map = Map(node);
        y.AsSpan().Clear();
        for (var s = 0; s < count; s++)
        {
            ReadOnlySpan<T> from = x[0].AsSpan(s * map.Length, map.Length);
            var to = y.AsSpan(s * node.Sizes.Length, node.Sizes.Length);
            for (var j = 0; j < map.Length; j++)
            {
                if (map[j] >= 0)
                {
                    to[map[j]] += from[j];
                }
            }
        }
    }

    /// <summary>γ_(d−1) Σ|a| for the additions of d entries, and the errors of all.</summary>
    public override bool Error(
        Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
    {
        var map = Map(node);
        var gamma = rounding.Gamma(Terms(node) - 1);
        if (gamma == 0 && e[0] is null)
        {
            return false;
        }

        result.AsSpan().Clear();
        for (var s = 0; s < count; s++)
        {
            for (var j = 0; j < map.Length; j++)
            {
                var at = s * map.Length + j;
                var error = e[0]?[at] ?? 0;
                if (map[j] >= 0)
                {
                    result[s * node.Sizes.Length + map[j]] += error + gamma * (Math.Abs(x[0][at]) + 2 * error);
                }
            }
        }

        return true;
    }

    /// <summary>Σ|a|/√d: d terms, each sum of some rounded on its own.</summary>
    public override bool Noise(Node node, double[][] x, double[] y, double[] result, int count)
    {
        Magnitude(node, [Array.ConvertAll(x[0], Math.Abs)], result, count);
        TensorPrimitives.Divide(result, Math.Sqrt(Terms(node)), result);
        return true;
    }

    public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => x[0].Repeated(Terms(node));

    public override double Uniform(Node node, ReadOnlySpan<double> x) => Terms(node) * x[0];
}
