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

    private static Node SlopeOf(Node a, Func<Node, Node> function)
    {
        var value = function(a);
        return new BackwardGraph(value, Constant.Of(value.Sizes, 1), [a]).GradientOf(a);
    }
}
