using System.Numerics;
using TorchSharp;

namespace GradOracle.Graphs;

/// <summary>The nodes that some results need, operands first: what an interpretation runs through.</summary>
internal sealed class Schedule
{
    private const int PlaceBits = 24;

    private readonly NodePlaces _reached = new();
    private readonly int[] _places; // by the order in which they were reached
    private readonly Node[] _steps; // what gives the values: the nodes, or what they are fused with
    private readonly Lazy<TermCount[]> _countsOfTerms;

    /// <summary>The schedule of some results.</summary>
    /// <param name="results">The nodes asked for.</param>
    /// <param name="isGiven">Nodes whose values are there already, beside the leaves.</param>
    /// <param name="operandsOf">What a node needs; its operands unless said otherwise.</param>
    /// <param name="isFused">Whether values and rows are all that is asked for, so that products may take transposes as they lie.</param>
    public Schedule(
        IEnumerable<Node> results, Func<Node, bool>? isGiven = null, Func<Node, IReadOnlyList<Node>>? operandsOf = null, bool isFused = false)
    {
        _countsOfTerms = new(() => Counts(startsTerms: true));
        var (reached, steps) = (new List<Node>(128), new List<Node>(128)); // and to be followed: a recurrence is too deep for the call stack
        foreach (var result in results)
        {
            Reach(result);
        }

        var operands = new List<int[]>(128);
        for (var i = 0; i < reached.Count; i++)
        {
            operands.Add(Needed(steps[i]) is { Length: > 0 } needed ? Array.ConvertAll(needed, Reach) : []);
        }

        var order = Ordered(reached);
        (Nodes, Operands, _places) = (new Node[order.Length], new int[order.Length][], new int[order.Length]);
        _steps = isFused ? new Node[order.Length] : Nodes;
        for (var i = 0; i < order.Length; i++)
        {
            _places[order[i]] = i;
        }

        for (var i = 0; i < order.Length; i++)
        {
            (Nodes[i], _steps[i], Operands[i]) = (reached[order[i]], steps[order[i]], operands[order[i]]);
            foreach (ref var operand in Operands[i].AsSpan())
            {
                operand = _places[operand];
            }
        }

        Node[] Needed(Node node) => isGiven?.Invoke(node) == true ? [] : operandsOf is null ? (Node[])node.Operands : [.. operandsOf(node)];

        int Reach(Node node)
        {
            var place = _reached.Of(node);
            if (place == reached.Count)
            {
                reached.Add(node);
                steps.Add(isFused ? node.Operation.Fused(node) : node);
            }

            return place;
        }
    }

    // Where the nodes are among those reached, by their numbers.
    private static int[] Ordered(List<Node> reached)
    {
        var (order, numbers) = (new int[reached.Count], new long[reached.Count]);
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (reached[i].Number << PlaceBits) | (uint)i; // both in one: sorting pairs is not compiled ahead
        }

        Array.Sort(numbers);
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = (int)(numbers[i] & ((1 << PlaceBits) - 1));
        }

        return order;
    }

    /// <summary>The schedule of some results on TorchSharp.</summary>
    public static Schedule OnTorch(params IEnumerable<Node> results) => new(results, operandsOf: node => node.Operation.OperandsOnTorch(node));

    /// <summary>The nodes in order.</summary>
    public Node[] Nodes { get; }

    /// <summary>The places of the operands of each.</summary>
    public int[][] Operands { get; }

    /// <summary>The place of a node.</summary>
    /// <exception cref="KeyNotFoundException">It is not among them.</exception>
    public int this[Node node] => Find(node) is >= 0 and var place ? place : throw new KeyNotFoundException($"{node} is not needed here.");

    public bool Contains(Node node) => _reached[node] >= 0;

    /// <summary>The place of a node; −1 where it is not needed.</summary>
    public int Find(Node node) => _reached[node] is >= 0 and var at ? _places[at] : -1;

    /// <summary>Entries of all values of one case: what a batch takes of the memory, in numbers.</summary>
    public long EntriesOfACase
    {
        get
        {
            var entries = 0L;
            foreach (var node in Nodes)
            {
                entries += node.Operation.IsAlias ? 0 : node.Sizes.Length;
            }

            return entries;
        }
    }

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
                values[i] = GC.AllocateUninitializedArray<T>(count * node.Sizes.Length); // an operation writes all of it
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
                errors[i] = node.Operation.Error(node, rounding, Of(operands, values.All), Of(operands, errors), values.At(i), result, values.Count) ? result : null;
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
            counts[i] = startsTerms && operation.StartsTerms ? default : operation.Count(Nodes[i], Of(Operands[i], counts));
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

    /// <summary>A row of every value where all entries of a leaf are equal, as one entry where they are the same; null where the rows of some value differ.</summary>
    public double[][]? Rows(Func<Node, double> leaf)
    {
        var rows = new double[Nodes.Length][];
        for (var i = 0; i < rows.Length; i++)
        {
            var operation = _steps[i].Operation;
            if ((operation is Leaf ? [leaf(Nodes[i])] : operation.IsAlias ? rows[Operands[i][0]] : operation.Row(_steps[i], Of(Operands[i], rows))) is not { } row)
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

/// <summary>The values of the nodes of a schedule over a batch: case after case, row after row.</summary>
internal sealed class Values<T>(Schedule schedule, T[][] values, int count)
{
    /// <summary>How many cases there are.</summary>
    public int Count => count;

    /// <summary>The values of a node, of all cases.</summary>
    public T[] this[Node node] => values[schedule[node]];

    public T[][] All => values;

    public T[] At(int place) => values[place];

    public bool Has(Node node) => schedule.Contains(node);
}
