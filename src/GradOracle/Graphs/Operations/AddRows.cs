using GradOracle.Torch;
using TorchSharp;

namespace GradOracle.Graphs;

/// <summary>Rows added up in a table, each where its index says: what flows back through taking them.</summary>
/// <param name="sizes">The sizes of the table.</param>
/// <param name="overwriting">What a mistake makes of an index that comes again.</param>
internal sealed class AddRows(Sizes sizes, Overwriting overwriting = Overwriting.None) : Operation
{
    public override Sizes SizesOf(IReadOnlyList<Node> x) =>
        x[0].Sizes.Length == x[1].Sizes.Length * (sizes.Length / sizes[0])
        ? sizes
        : throw new InvalidOperationException(
            $"{Formula.WithSizes(x[0])} has not the rows of {sizes} for {Formula.WithSizes(x[1])}.");

    public override void Value<T>(Node node, T[][] x, T[] y, int count)
    {
        var (run, perCase) = (sizes.Length / sizes[0], x[1].Length / count);
        y.AsSpan().Clear();
        var times = new int[y.Length / run];
        for (var i = 0; i < x[1].Length; i++)
        {
            var row = i / perCase * sizes[0] + Rows.Index(node.Operands[1], x[1][i], sizes[0], $"a table of {sizes}");
            times[row]++;
            for (var j = 0; j < run; j++)
            {
                y[row * run + j] = overwriting is Overwriting.None or Overwriting.Mean
                    ? y[row * run + j] + x[0][i * run + j]
                    : overwriting == Overwriting.Last
                        || T.IsZero(y[row * run + j]) ? x[0][i * run + j] : y[row * run + j];
            }
        }

        for (var j = 0; overwriting == Overwriting.Mean && j < y.Length; j++)
        {
            y[j] /= T.CreateChecked(Math.Max(1, times[j / run]));
        }
    }

    public override torch.Tensor OnTorch(Node node, torch.Tensor[] x)
    {
        var rows = torch.zeros([x[0].shape[0] * sizes[0], sizes.Length / sizes[0]], x[0].dtype);
        return rows.index_add(0, Rows.Flat(x[1], sizes[0]), x[0].reshape(-1, sizes.Length / sizes[0]), TorchScalars.One)
            .reshape([x[0].shape[0], .. sizes.Select(size => (long)size)]);
    }

    /// <summary>γ_(d−1) Σ|a| for as many additions as there may be, and the errors of all.</summary>
    public override bool Error(
        Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
    {
        var gamma = rounding.Gamma(node.Operands[1].Sizes.Length - 1);
        var terms = new double[x[0].Length];
        for (var j = 0; j < terms.Length; j++)
        {
            var error = e[0]?[j] ?? 0;
            terms[j] = error + gamma * (Math.Abs(x[0][j]) + 2 * error);
        }

        Value(node, [terms, x[1]], result, count);
        return true;
    }

    public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) => [D.Rows(x[1]), null];

    public override TermCount Count(Node node, IReadOnlyList<TermCount> x) =>
        x[0].Repeated(node.Operands[1].Sizes.Length);

    public override string Text(Node node, IReadOnlyList<string> x) => $"add_rows({x[0]}, {x[1]})";

    public override Node Majorant(Node node, IReadOnlyList<Node> x, bool undamped)
    {
        var sum = x[0].SumOver([.. Enumerable.Range(0, node.Operands[1].Sizes.Count)]);
        return sum.Reshaped(sizes.With(0, 1)).Broadcast(sizes);
    }
}

/// <summary>What becomes of entries that come to the same place.</summary>
internal enum Overwriting
{
    /// <summary>They are added up.</summary>
    None,

    /// <summary>The first stays: a mistake.</summary>
    First,

    /// <summary>The last stays: a mistake.</summary>
    Last,

    /// <summary>They are added up, and divided by how many they are: a mistake.</summary>
    Mean,
}
