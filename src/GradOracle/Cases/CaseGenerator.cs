using GradOracle.Networks;
using GradOracle.Oracles;

namespace GradOracle.Cases;

/// <summary>Draws shapes and cases from seeds.</summary>
/// <remarks>
/// Tensor i of a case (counted from 0 in the network's order, the target last) is stream i of the case's seed, its entries
/// counted row by row. Exact entries are integers in −k..k, k being the certificate's magnitude or the one in the name. Real entries are uniform in
/// (−1, 1), a parameter's times 1/√columns. A float32 case is the float64 case, each entry rounded to nearest.
/// </remarks>
public static class CaseGenerator
{
    // Streams of shapes lie above all streams of tensors.
    private const ulong ShapeStream = 1UL << 32;

    /// <summary>The case with this name.</summary>
    /// <exception cref="BadInputException">No exact case of this shape stays on the lattice.</exception>
    public static CaseBatch Generate(CaseName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var magnitude = Certificate.Of(name.Network, name.Loss, name.Shape, name.Type).Magnitude;
        if (name.Magnitude > magnitude && magnitude > 0)
        {
            throw new BadInputException($"Case \"{name}\" does not exist: at this shape integers stay exact in {name.Type} up to k={magnitude}.");
        }

        return name.Kind == CaseKind.Real || magnitude > 0
            ? Generate(name, name.Magnitude ?? magnitude, 1)
            : throw new BadInputException($"Case \"{name}\" does not exist: no integers stay exact in {name.Type} at this shape with this loss; take smaller sizes or the real kind.");
    }

    /// <summary>As many cases as asked for, with consecutive seeds from that of <paramref name="first"/> on.</summary>
    /// <param name="first">The name of the first case.</param>
    /// <param name="magnitude">k, the largest absolute value of an exact entry; unused for real cases.</param>
    /// <param name="count">How many.</param>
    public static CaseBatch Generate(CaseName first, int magnitude, int count)
    {
        ArgumentNullException.ThrowIfNull(first);
        var specs = CaseBatch.SpecsOf(first.Network, first.Loss, first.Shape);
        var tensors = specs.Select(s => new TensorStack(s.Name, count, s.Rows, s.Columns)).ToArray();
        for (var i = 0; i < tensors.Length; i++)
        {
            var scale = specs[i].Role == TensorRole.Parameter ? 1 / Math.Sqrt(specs[i].Columns) : 1;
            for (var s = 0; s < count; s++)
            {
                var key = Counter.Key(first.Seed + (ulong)s, (ulong)i);
                if (first.Kind == CaseKind.Exact)
                {
                    Counter.FillIntegers(tensors[i][s], key, magnitude);
                }
                else
                {
                    Counter.FillReals(tensors[i][s], key, scale);
                }
            }

            if (first.Kind == CaseKind.Real && first.Type == ElementType.Float32)
            {
                RoundToSingle(tensors[i].Values);
            }
        }

        return new CaseBatch(first.Network, first.Loss, first.Shape, first.Kind, first.Type, tensors, first.Seed, Magnitude: first.Magnitude);
    }

    /// <summary>Shape number <paramref name="index"/> of a seed: every size uniform in 1..<paramref name="maxSize"/>, or to where the network ends sensible sizes.</summary>
    /// <param name="network">The network whose dimensions are drawn.</param>
    /// <param name="maxSize">The largest size drawn.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="index">Which shape of the seed.</param>
    /// <param name="admits">Which shapes may be drawn; others are drawn again, the first attempt first.</param>
    public static Shape DrawShape(Network network, int maxSize, ulong seed, int index, Func<Shape, bool> admits)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(admits);
        const int attempts = 1000;
        var key = Counter.Key(seed, ShapeStream + (ulong)index);
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            var shape = new Shape(network.Dimensions.Select((name, d) =>
                (name, 1 + (int)(Counter.Bits(key, attempt * network.Dimensions.Count + d) * (ulong)Math.Min(maxSize, network.LargestDrawn(name)) >> 53))));
            if (admits(shape))
            {
                return shape;
            }
        }

        // All ones is admitted wherever anything is.
        return new Shape(network.Dimensions.Select(name => (name, 1)));
    }

    private static void RoundToSingle(Span<double> values)
    {
        foreach (ref var value in values)
        {
            value = (float)value;
        }
    }
}
