namespace GradOracle.Graphs;

/// <summary>An operation that moves entries and computes nothing: values and errors take the same way.</summary>
internal abstract class Structural : Operation
{
    /// <summary>Moves the entries of the operands to where they belong.</summary>
    protected abstract void Move<T>(Node node, T[][] x, T[] y, int count)
        where T : struct;

    public override void Value<T>(Node node, T[][] x, T[] y, int count) => Move(node, x, y, count);

    public override bool Error(
        Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
    {
        if (Array.TrueForAll(e, error => error is null))
        {
            return false;
        }

        Move(node, [.. e.Select((error, i) => error ?? new double[x[i].Length])], result, count);
        return true;
    }

    public override bool Noise(Node node, double[][] x, double[] y, double[] result, int count) => false;

    public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => x.Aggregate((a, b) => a.Or(b));

    public override double Uniform(Node node, ReadOnlySpan<double> x) => x.ContainsAnyExcept(x[0]) ? double.NaN : x[0];
}

/// <summary>The value of its operand under another name, or in a place of its own.</summary>
internal class Alias : Structural
{
    public override bool IsAlias => true;

    public override Sizes SizesOf(IReadOnlyList<Node> x) => x[0].Sizes;

    public override TorchSharp.torch.Tensor OnTorch(Node node, TorchSharp.torch.Tensor[] x) => x[0];

    public override string? OnForeign(Node node, ForeignGraph there, string[] x) => x[0];

    public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) => [D];

    public override string Text(Node node, IReadOnlyList<string> x) => x[0];

    protected override void Move<T>(Node node, T[][] x, T[] y, int count) => x[0].CopyTo(y, 0);
}

/// <summary>An operation whose result has entries of its only operand, and zeros: where each comes from is a
/// map.</summary>
internal abstract class Gathering : Structural
{
    private readonly KeptMap _map = new();

    /// <summary>The place in the operand of each entry of the result; −1 where that is 0.</summary>
    protected abstract int[] Sources(Sizes from, Sizes to);

    /// <summary>What stands in the result at −1.</summary>
    protected virtual double Missing => 0;

    public override string? OnForeign(Node node, ForeignGraph there, string[] x) =>
        there.Gather(x[0], node.Operands[0].Sizes.Length, Map(node), node.Sizes, Missing);

    public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) =>
        [new(new ScatterAdd(x[0].Sizes, Map(node)), D)];

    /// <summary>What comes back to an entry from several sides is overwritten, not added up.</summary>
    public override IEnumerable<Slip> Slips(Node node, IReadOnlyList<Node> x, Node D) =>
    [
        new("{P} has only the last term of its sum: what comes later overwrites what came before", 0,
            Overwritten(node, x, D, skipsZeros: true)),
        new("{P} has only the last term of its sum: what comes later, be it 0, overwrites what came before", 0,
            Overwritten(node, x, D)),
    ];

    /// <summary>An adjoint written where it should be added up.</summary>
    /// <param name="node">The node.</param>
    /// <param name="x">Its operands.</param>
    /// <param name="D">The adjoint of the node, of its sizes.</param>
    /// <param name="skipsZeros">Whether an entry that is 0 is not written.</param>
    /// <param name="order">In which order the entries are written; null for their own.</param>
    public Node Overwritten(
        Node node, IReadOnlyList<Node> x, Node D, bool skipsZeros = false, int[]? order = null) =>
        new(new ScatterLast(x[0].Sizes, Map(node), skipsZeros, order), D);

    public override double Uniform(Node node, ReadOnlySpan<double> x) => Map(node).Contains(-1) ? double.NaN : x[0];

    protected int[] Map(Node node) => _map.Of(node.Operands[0].Sizes, node.Sizes, Sources);

    protected override void Move<T>(Node node, T[][] x, T[] y, int count)
    {
        var map = Map(node);
        var length = node.Operands[0].Sizes.Length;
        for (var s = 0; s < count; s++)
        {
            ReadOnlySpan<T> from = x[0].AsSpan(s * length, length);
            var to = y.AsSpan(s * map.Length, map.Length);
            for (var j = 0; j < to.Length; j++)
            {
                to[j] = map[j] < 0 ? default : from[map[j]];
            }
        }
    }
}

/// <summary>A map that is made once for the sizes at hand: it is asked for at every evaluation, and the sizes do not
/// change.</summary>
internal sealed class KeptMap
{
    private Tuple<Sizes, int[]>? _kept; // replaced as a whole: evaluations run side by side

    public int[] Of(Sizes from, Sizes to, Func<Sizes, Sizes, int[]> make)
    {
        var kept = _kept;
        if (kept is null || !kept.Item1.Equals(from))
        {
            _kept = kept = Tuple.Create(from, make(from, to));
        }

        return kept.Item2;
    }
}
