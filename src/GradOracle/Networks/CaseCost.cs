using GradOracle.Graphs;

namespace GradOracle.Networks;

/// <summary>About what one case takes while it is checked.</summary>
/// <param name="Operations">Multiplications and additions of the forward and the backward pass.</param>
/// <param name="Bytes">Memory.</param>
internal readonly record struct CaseCost(long Operations, long Bytes)
{
    private const long BytesOfAnEntry = 20 * sizeof(double);

    /// <summary>That of a loss, by the graph of its entries.</summary>
    /// <remarks>
    /// From the forward pass alone: a case may be too large for a backward pass. That has two products for each, and
    /// its values have adjoints, messages, bounds.
    /// </remarks>
    public static CaseCost Of(Node entries)
    {
        var (operations, values) = (0L, 0L);
        foreach (var node in new Schedule([entries]).Nodes)
        {
            values += node.Operation.IsAlias ? 0L : node.Sizes.Length;
            operations += node.Operation.IsProduct
                ? 2L * node.Sizes.Length * node.Operands[0].Sizes.Columns
                : node.Sizes.Length;
        }

        return new(3 * operations, BytesOfAnEntry * values);
    }
}
