using System.Numerics;
using TorchSharp;

namespace GradOracle.Graphs;

/// <summary>The nodes that some results need, operands first: what an interpretation runs through.</summary>
internal sealed class Schedule
{
    private readonly Dictionary<Node, int> _places;
    private readonly Lazy<TermCount[]> _countsOfTerms;

    /// <summary>The schedule of some results.</summary>
    /// <param name="results">The nodes asked for.</param>
    /// <param name="isGiven">Nodes whose values are there already, beside the leaves.</param>
    /// <param name="operandsOf">What a node needs; its operands unless said otherwise.</param>
    public Schedule(IEnumerable<Node> results, Func<Node, bool>? isGiven = null, Func<Node, IReadOnlyList<Node>>? operandsOf = null)
    {
        operandsOf ??= node => node.Operands;
        IReadOnlyList<Node> Needed(Node node) => isGiven?.Invoke(node) == true ? [] : operandsOf(node);
        var reached = new HashSet<Node>(results);
        var open = new Stack<Node>(reached); // a recurrence is too deep for the call stack
        while (open.TryPop(out var node))
        {
            foreach (var operand in Needed(node))
            {
                if (reached.Add(operand))
                {
                    open.Push(operand);
                }
            }
        }

        Nodes = [.. reached];
        Array.Sort(Nodes, (a, b) => a.Number.CompareTo(b.Number));
        _places = new(Nodes.Length);
        Operands = new int[Nodes.Length][];
        for (var i = 0; i < Nodes.Length; i++)
        {
            _places.Add(Nodes[i], i);
            Operands[i] = [.. Needed(Nodes[i]).Select(operand => _places[operand])];
        }

        _countsOfTerms = new(() => Counts(startsTerms: true));
    }

    /// <summary>The schedule of some results on TorchSharp.</summary>
    public static Schedule OnTorch(params IEnumerable<Node> results) => new(results, operandsOf: node => node.Operation.OperandsOnTorch(node));

    /// <summary>The nodes in order.</summary>
    public Node[] Nodes { get; }

    /// <summary>The places of the operands of each.</summary>
    public int[][] Operands { get; }

    /// <summary>The place of a node.</summary>
    public int this[Node node] => _places[node];

    public bool Contains(Node node) => _places.ContainsKey(node);

    /// <summary>Entries of all values of one case: what a batch takes of the memory, in numbers.</summary>
    public long EntriesOfACase => Nodes.Sum(node => node.Operation.IsAlias ? 0L : node.Sizes.Length);

    /// <summary>The values of a batch.</summary>
    /// <param name="count">How many cases it has.</param>
    /// <param name="given">The values of the leaves, and of what else is given; null of everything else.</param>
    public Values<T> Evaluate<T>(int count, Func<Node, T[]?> given)
        where T : struct, INumberBase<T>
    {
        var values = new T[Nodes.Length][];
        for (var i = 0; i < values.Length; i++)
        {
            var (node, operands) = (Nodes[i], Operands[i]);
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
                values[i] = new T[count * node.Sizes.Length];
                node.Operation.Value(node, Of(operands, values), values[i], count);
            }
        }

        return new(this, values, count);
    }

    /// <summary>The values of a batch on TorchSharp, a tensor for each node.</summary>
    public torch.Tensor[] EvaluateOnTorch(Func<Node, torch.Tensor?> given)
    {
        var values = new torch.Tensor[Nodes.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = given(Nodes[i]) ?? Nodes[i].Operation.OnTorch(Nodes[i], Of(Operands[i], values));
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

    /// <summary>The one entry of every value where all entries of a leaf are equal; null where the entries of some value differ.</summary>
    public double[]? Uniform(Func<Node, double> leaf)
    {
        var values = new double[Nodes.Length];
        var x = new double[Operands.Max(operands => operands.Length)];
        for (var i = 0; i < values.Length; i++)
        {
            var operands = Operands[i];
            for (var p = 0; p < operands.Length; p++)
            {
                x[p] = values[operands[p]];
            }

            values[i] = Nodes[i].Operation is Leaf ? leaf(Nodes[i]) : Nodes[i].Operation.Uniform(Nodes[i], x.AsSpan(0, operands.Length));
            if (double.IsNaN(values[i]))
            {
                return null;
            }
        }

        return values;
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
