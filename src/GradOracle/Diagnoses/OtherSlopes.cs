using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>The slopes of functions that are taken for one another: GELU in its two forms, and what looks like
/// them.</summary>
internal static class OtherSlopes
{
    private static readonly (string Name, Func<Node, Node> Function)[] s_functions =
    [
        ("gelu", a => a.Gelu()),
        ("gelu_tanh", a => a.GeluTanh()),
        ("silu", a => a.Silu()),
        ("quick_gelu", a => a.Hadamard(a.Scaled(1.702).Sigmoid())),
        ("mish", a => a.Hadamard(a.Softplus().Tanh())),
    ];

    /// <summary>The slope of each at a value, under its name: <c>gelu′(A)</c>.</summary>
    public static IEnumerable<Func<Node, Node>> All => s_functions.Select(
        f => (Func<Node, Node>)(a => SlopeOf(a, f.Function).Named($"{f.Name}′({Formula.Of(a)})")));

    /// <summary>The slope of a function where it begins, under its name, or at another value of the same sizes; null
    /// where it has none.</summary>
    /// <param name="function">A function of one value, entry by entry.</param>
    /// <param name="argument">The value.</param>
    /// <param name="at">Where the slope is taken.</param>
    public static Node? Of(Node function, Node argument, Node at)
    {
        if (function.Operation is Elementwise)
        {
            var sent = function.Operation.Adjoint(new Node(function.Operation, at), [at], Constant.Of(at.Sizes, 1))[0];
            return sent is { Operation: Hadamard, Operands: [{ Operation: Constant }, var slope] } ? slope : sent;
        }

        var name = ((NamedFunction)function.Operation).Name;
        return SlopeOf(at, a => Making.With(function.Operands[0], argument, a)).Named($"{name}′({Formula.Of(at)})");
    }

    /// <summary>Whether it is a function of one value, entry by entry.</summary>
    public static bool IsFunction(Node node, Node of) => node.Sizes.Equals(of.Sizes)
        && (node.Operation is Elementwise
            || (node.Operation is NamedFunction && node.Operands.Count == 2 && node.Operands[1] == of
                && new Schedule([node.Operands[0]], isGiven: n => n == of).Nodes
                    .All(n => n.Operands.Count == 0 || n == of || n.Operation.IsEntrywise || n.Operation.IsAlias
                        || n.Operation is Elementwise or Quotient or Difference)));

    private static Node SlopeOf(Node a, Func<Node, Node> function)
    {
        var value = function(a);
        return new BackwardGraph(value, Constant.Of(value.Sizes, 1), [a]).GradientOf(a);
    }
}
