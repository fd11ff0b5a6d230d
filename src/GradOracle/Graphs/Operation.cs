using System.Numerics;
using System.Numerics.Tensors;
using TorchSharp;

namespace GradOracle.Graphs;

/// <summary>One operation in all its interpretations: each is one file below, and nothing else knows which operations
/// there are.</summary>
/// <remarks>
/// Values are spans of whole batches: case after case, each tensor row by row. What an operation adds to the vocabulary
/// of networks, a method or an operator of <see cref="Node"/>, stands in its file too.
/// </remarks>
internal abstract class Operation
{
    /// <summary>Whether the value is that of the first operand: no memory, no time, only a place of its own.</summary>
    public virtual bool IsAlias => false;

    /// <summary>Whether the error, too, is that of the first operand.</summary>
    public virtual bool SharesError => IsAlias;

    /// <summary>Whether each operand gets the adjoint of the node as it is.</summary>
    public virtual bool PassesAdjointOn => IsAlias;

    /// <summary>Whether it is a product of two matrices, whose adjoint a person writes as a product too.</summary>
    public virtual bool IsProduct => false;

    /// <summary>Whether it adds up products of its operands' entries, or the entries themselves.</summary>
    public virtual bool Contracts => false;

    /// <summary>Whether its result is no sum of products of what went in: other ways of writing a sum end here, and
    /// new terms begin.</summary>
    public virtual bool StartsTerms => false;

    /// <summary>The operands that the TorchSharp call needs.</summary>
    public virtual IReadOnlyList<Node> OperandsOnTorch(Node node) => node.Operands;

    /// <summary>The sizes of the result.</summary>
    /// <exception cref="InvalidOperationException">The operands do not fit; the message is the sentence.</exception>
    public abstract Sizes SizesOf(IReadOnlyList<Node> x);

    /// <summary>The value in C#, over any numbers that <see cref="WhyNot"/> does not refuse.</summary>
    /// <param name="node">The node.</param>
    /// <param name="x">The values of its operands.</param>
    /// <param name="y">Receives its value.</param>
    /// <param name="count">How many cases there are.</param>
    public abstract void Value<T>(Node node, T[][] x, T[] y, int count)
        where T : struct, INumberBase<T>;

    /// <summary>The value on TorchSharp, the cases along the first axis: one call.</summary>
    public abstract torch.Tensor OnTorch(Node node, torch.Tensor[] x);

    /// <summary>The value in a graph of another system, in steps that it has; null where it has none of a forward pass
    /// to be written.</summary>
    /// <param name="node">The node.</param>
    /// <param name="there">The graph.</param>
    /// <param name="x">The operands, by their names there.</param>
    /// <returns>Its name there.</returns>
    public virtual string? OnForeign(Node node, ForeignGraph there, string[] x) => null;

    /// <summary>How far an evaluation may be from the exact value: what rounding adds here, and what is carried
    /// on.</summary>
    /// <param name="node">The node.</param>
    /// <param name="rounding">What one rounding does.</param>
    /// <param name="x">The values of the operands, computed.</param>
    /// <param name="e">By how much each of them may be off; null where it is exact.</param>
    /// <param name="y">The value of the node, computed.</param>
    /// <param name="result">Receives by how much the node may be off.</param>
    /// <param name="count">How many cases there are.</param>
    /// <returns>Whether it is off at all; where it is not, nothing is written.</returns>
    public abstract bool Error(
        Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count);

    /// <summary>The value on absolute values, every subtraction an addition: the sum of the sizes of all terms,
    /// however they are added up.</summary>
    public virtual void Magnitude(Node node, double[][] x, double[] y, int count) => Value(node, x, y, count);

    /// <summary>The same of absolute values that are 0 or at least 1, constant factors below 1 raised to 1: no part of
    /// a term is larger than the term.</summary>
    public virtual void Raised(Node node, double[][] x, double[] y, int count) => Magnitude(node, x, y, count);

    /// <summary>The size of a factor, raised to 1 where it is less and not 0.</summary>
    public static double AtLeastOne(double factor) => factor == 0 ? 0 : Math.Max(1, Math.Abs(factor));

    /// <summary>How far rounding moves the entries at random, in units of u: their own size, unless the operation says
    /// more.</summary>
    /// <param name="node">The node.</param>
    /// <param name="x">The values of the operands.</param>
    /// <param name="y">The value of the node.</param>
    /// <param name="result">Receives how far.</param>
    /// <param name="count">How many cases there are.</param>
    /// <returns>Whether it rounds at all; where it does not, nothing is written.</returns>
    public virtual bool Noise(Node node, double[][] x, double[] y, double[] result, int count)
    {
        TensorPrimitives.Abs<double>(y, result);
        return true;
    }

    /// <summary>What the adjoint D of the node sends to each operand, stated with operations; null where nothing flows
    /// back.</summary>
    /// <param name="node">The node.</param>
    /// <param name="x">Its operands, or what stands in their place.</param>
    /// <param name="D">The adjoint of the node, of its sizes.</param>
    public abstract IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D);

    /// <summary>What people send back in place of the adjoint.</summary>
    /// <param name="node">The node.</param>
    /// <param name="x">Its operands.</param>
    /// <param name="D">The adjoint of the node, of its sizes.</param>
    public virtual IEnumerable<Slip> Slips(Node node, IReadOnlyList<Node> x, Node D) => [];

    /// <summary>What people read on the way back in place of the value.</summary>
    public virtual IEnumerable<Misreading> Misreadings(Node node) => [];

    /// <summary>What the terms of the result have been through, at most.</summary>
    public abstract TermCount Count(Node node, IReadOnlyList<TermCount> x);

    /// <summary>The formula, given those of the operands.</summary>
    public abstract string Text(Node node, IReadOnlyList<string> x);

    /// <summary>The node with every subtraction an addition and every factor its absolute value: what bounds all
    /// partial sums.</summary>
    /// <param name="node">The node.</param>
    /// <param name="x">The majorants of its operands.</param>
    /// <param name="undamped">Whether factors below 1 are raised to 1.</param>
    public virtual Node Majorant(Node node, IReadOnlyList<Node> x, bool undamped) => new(this, [.. x]);

    /// <summary>The entry of the result where all entries of each operand are equal; NaN where the entries of the
    /// result are not.</summary>
    public virtual double Uniform(Node node, ReadOnlySpan<double> x) => double.NaN;

    /// <summary>A node of the same value that is evaluated sooner, from what is further up; the node itself where there
    /// is none.</summary>
    public virtual Node Fused(Node node) => node;

    /// <summary>Whether an entry of the result comes from the same entry of each operand, whose sizes are its
    /// own.</summary>
    public virtual bool IsEntrywise => false;

    /// <summary>A row of the result where all rows of each operand are alike, as one entry where all are equal; null
    /// where that is not so of the result.</summary>
    public virtual double[]? Row(Node node, double[][] x)
    {
        var length = 1;
        Span<double> entries = stackalloc double[x.Length];
        foreach (var row in x)
        {
            length = Math.Max(length, row.Length);
        }

        if (length > 1 && !IsEntrywise)
        {
            return null;
        }

        var result = new double[length];
        for (var j = 0; j < length; j++)
        {
            for (var p = 0; p < x.Length; p++)
            {
                entries[p] = x[p][x[p].Length == 1 ? 0 : j];
            }

            result[j] = Uniform(node, entries);
        }

        return double.IsNaN(result[0]) ? null : result;
    }

    /// <summary>What about the operation keeps it from these numbers, as a noun: "a maximum"; null where nothing
    /// does.</summary>
    public virtual string? WhyNot(NumberSystem numbers) => null;
}
