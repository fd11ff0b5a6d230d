using TorchSharp;

namespace GradOracle.Graphs;

/// <summary>Entries added up where a map sends them: what flows back through entries that were taken by it, some of
/// them several times.</summary>
/// <param name="sizes">The sizes of the result.</param>
/// <param name="map">The place of each entry of the operand in the result; −1 where it goes nowhere.</param>
internal sealed class ScatterAdd(Sizes sizes, int[] map) : Adding
{
    private readonly Lazy<int[]> _terms = new(() =>
    {
        var terms = new int[sizes.Length];
        foreach (var target in map.Where(target => target >= 0))
        {
            terms[target]++;
        }

        return terms;
    });

    public override Sizes SizesOf(IReadOnlyList<Node> x) => x[0].Sizes.Length == map.Length
        ? sizes
        : throw new InvalidOperationException(
            FormattableString.Invariant(
                $"{Formula.WithSizes(x[0])} has not {map.Length} entries to be added up in {sizes}."));

    public override torch.Tensor OnTorch(Node node, torch.Tensor[] x)
    {
        var sums = torch.zeros([x[0].shape[0], sizes.Length + 1], x[0].dtype); // the last one is what goes nowhere
        return sums.index_add(
            1, TorchIndices.Of(map, sizes.Length), x[0].flatten(1), Torch.TorchScalars.One).narrow(1, 0, sizes.Length)
            .reshape([x[0].shape[0], .. sizes.Select(size => (long)size)]);
    }

    public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) =>
        [new(new Gather(x[0].Sizes, map), D)];

    public override string Text(Node node, IReadOnlyList<string> x) => $"scatter_add({x[0]})";

    public override double Uniform(Node node, ReadOnlySpan<double> x) =>
        _terms.Value.AsSpan().ContainsAnyExcept(_terms.Value[0]) ? double.NaN : _terms.Value[0] * x[0];

    protected override int[] Targets(Sizes from, Sizes to) => map;

    protected override int Terms(Node node) => Math.Max(1, _terms.Value.Max());
}

/// <summary>Entries put where a map sends them, the last over those before it: a mistake, where they should be added
/// up.</summary>
/// <param name="sizes">The sizes of the result.</param>
/// <param name="map">The place of each entry of the operand in the result; −1 where it goes nowhere.</param>
/// <param name="skipsZeros">Whether an entry that is 0 is not put there.</param>
/// <param name="order">In which order they are put there; null for their own.</param>
internal sealed class ScatterLast(Sizes sizes, int[] map, bool skipsZeros, int[]? order = null) : Structural
{
    public override Sizes SizesOf(IReadOnlyList<Node> x) => sizes;

    public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => throw new NotSupportedException();

    public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) => [null];

    public override string Text(Node node, IReadOnlyList<string> x) => $"overwrite({x[0]})";

    protected override void Move<T>(Node node, T[][] x, T[] y, int count)
    {
        y.AsSpan().Clear();
        for (var i = 0; i < x[0].Length; i++)
        {
            var (first, at) = (i / map.Length * map.Length, order?[i % map.Length] ?? i % map.Length);
            var isPut = !skipsZeros || !EqualityComparer<T>.Default.Equals(x[0][first + at], default);
            if (isPut && map[at] is >= 0 and var to)
            {
                y[i / map.Length * sizes.Length + to] = x[0][first + at];
            }
        }
    }
}

/// <summary>Entries taken where a map says: the adjoint of adding them up there.</summary>
/// <param name="sizes">The sizes of the result.</param>
/// <param name="map">The place in the operand of each entry of the result; −1 where that is 0.</param>
internal sealed class Gather(Sizes sizes, int[] map) : Gathering
{
    public override Sizes SizesOf(IReadOnlyList<Node> x) => map.Max() < x[0].Sizes.Length
        ? sizes
        : throw new InvalidOperationException(
            FormattableString.Invariant($"{Formula.WithSizes(x[0])} has no entry {map.Max()} to be taken."));

    public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => TorchIndices.Taken(x[0], map, sizes);

    public override string Text(Node node, IReadOnlyList<string> x) => $"gather({x[0]})";

    protected override int[] Sources(Sizes from, Sizes to) => map;
}

/// <summary>Maps as TorchSharp has them.</summary>
internal static class TorchIndices
{
    /// <summary>The indices, with something in place of −1.</summary>
    public static torch.Tensor Of(int[] map, int missing) =>
        torch.tensor(Array.ConvertAll(map, index => index < 0 ? missing : (long)index));

    /// <summary>The entries at these places of every case, 0 or what is given at −1.</summary>
    public static torch.Tensor Taken(torch.Tensor x, int[] map, Sizes sizes, double missing = 0)
    {
        var flat = x.flatten(1);
        var padded = torch.cat([flat, torch.full([flat.shape[0], 1], Torch.TorchScalars.Of(missing), x.dtype)], 1);
        return padded.index_select(1, Of(map, (int)flat.shape[1])).reshape(
            [flat.shape[0], .. sizes.Select(size => (long)size)]);
    }
}
