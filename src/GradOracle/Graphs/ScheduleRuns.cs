using System.Numerics;
using TorchSharp;

namespace GradOracle.Graphs;

/// <content>What an interpretation makes of every node, operands first.</content>
internal sealed partial class Schedule
{
    /// <summary>The values of a batch.</summary>
    /// <param name="count">How many cases it has.</param>
    /// <param name="given">The values of the leaves, and of what else is given; null of everything else.</param>
    public Values<T> Evaluate<T>(int count, Func<Node, T[]?> given)
        where T : struct, INumberBase<T>
    {
        var values = new T[Nodes.Length][];
        for (var i = 0; i < values.Length; i++)
        {
            var (node, operands) = (_steps[i], Operands[i]);
            if (operands.Length == 0 && given(node) is { } found)
            {
                values[i] = found;
            }
            else if (node.Operation.IsAlias)
            {
                values[i] = values[operands[0]];
            }
            else
            {
                // an operation writes all of it
                values[i] = GC.AllocateUninitializedArray<T>(count * node.Sizes.Length);
                node.Operation.Value(node, Of(operands, values), values[i], count);
            }
        }

        return new(this, values, count);
    }

    /// <summary>The values of a batch on TorchSharp, a tensor for each node.</summary>
    public torch.Tensor[] EvaluateOnTorch(Func<Node, torch.Tensor?> given)
    {
        var values = Array.ConvertAll(Nodes, node => given(node)!);
        var leaf = Array.Find(values, value => value is not null);
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is null)
            {
                values[i] = Nodes[i].Operation.OnTorch(Nodes[i], Of(Operands[i], values));
                if (Operands[i].Length == 0 && leaf is not null)
                {
                    // Constants are as the leaves are: of their type, and there for every case.
                    values[i] = values[i].to(leaf.dtype).expand([leaf.shape[0], .. values[i].shape.Skip(1)]);
                }
            }
        }

        return values;
    }

    /// <summary>By how much every value may be off; null where it is exact.</summary>
    /// <param name="values">The values, computed in float64.</param>
    /// <param name="rounding">What a rounding does.</param>
    /// <param name="given">By how much leaves are off; null of those that are exact.</param>
    public double[]?[] Errors(Values<double> values, Rounding rounding, Func<Node, double[]?>? given = null)
    {
        var errors = new double[]?[Nodes.Length];
        for (var i = 0; i < errors.Length; i++)
        {
            var (node, operands) = (Nodes[i], Operands[i]);
            if (operands.Length == 0)
            {
                errors[i] = given?.Invoke(node);
            }
            else if (node.Operation.SharesError)
            {
                errors[i] = errors[operands[0]];
            }
            else
            {
                var result = new double[values.At(i).Length];
                errors[i] = node.Operation.Error(
                    node, rounding, Of(operands, values.All), Of(operands, errors), values.At(i), result, values.Count)
                    ? result
                    : null;
            }
        }

        return errors;
    }

    /// <summary>What the terms of every value have been through.</summary>
    /// <param name="fractionBits">For leaves whose entries are multiples of 2⁻ᵉ and no integers, e.</param>
    /// <param name="startsTerms">Whether operations that start terms anew forget what their operands have been
    /// through.</param>
    public TermCount[] Counts(Func<Node, int>? fractionBits = null, bool startsTerms = false)
    {
        var counts = new TermCount[Nodes.Length];
        for (var i = 0; i < counts.Length; i++)
        {
            var operation = Nodes[i].Operation;
            counts[i] = startsTerms && operation.StartsTerms
                ? default
                : operation.Count(Nodes[i], Of(Operands[i], counts));
            if (operation is Leaf && fractionBits is not null)
            {
                counts[i] = counts[i] with { FractionBits = fractionBits(Nodes[i]) };
            }
        }

        return counts;
    }

    /// <summary>What the terms of every value have been through since they began: where an operation starts terms
    /// anew, nothing.</summary>
    public IReadOnlyList<TermCount> CountsOfTerms => _countsOfTerms.Value;

    /// <summary>A row of every value where all entries of a leaf are equal, as one entry where they are the same; null
    /// where the rows of some value differ.</summary>
    public double[][]? Rows(Func<Node, double> leaf)
    {
        var rows = new double[Nodes.Length][];
        for (var i = 0; i < rows.Length; i++)
        {
            var operation = _steps[i].Operation;
            if ((
                    operation is Leaf
                        ? [leaf(Nodes[i])]
                        : operation.IsAlias
                        ? rows[Operands[i][0]]
                        : operation.Row(_steps[i], Of(Operands[i], rows))) is not { } row)
            {
                return null;
            }

            rows[i] = row;
        }

        return rows;
    }

    /// <summary>What stands at some places.</summary>
    public static TValue[] Of<TValue>(int[] places, TValue[] values)
    {
        var found = new TValue[places.Length];
        for (var p = 0; p < places.Length; p++)
        {
            found[p] = values[places[p]];
        }

        return found;
    }
}
