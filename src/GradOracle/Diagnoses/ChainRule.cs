using System.Globalization;
using GradOracle.Oracles;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Diagnoses;

/// <summary>The gradient of a tensor as the chain rule writes it: a term for each of its uses, read off the backward pass.</summary>
internal static class ChainRule
{
    private const int LongestName = 40;

    /// <summary>The terms of a gradient, in the order of the network's statement; none where the output does not depend on the tensor.</summary>
    public static IReadOnlyList<ChainTerm> TermsOf(this BackwardPass pass, string tensor)
    {
        var edges = pass.Edges.Where(e => pass.Steps[pass.Receiver(e)] is { IsLeaf: true } leaf && leaf.Name == tensor && pass.Adjoints[e.Step] is not null).ToList();
        return [.. edges.Select(e => new ChainTerm(
            pass.Steps[pass.Receiver(e)].Use ?? (edges.Count > 1 ? $"in {Name(pass, e.Step)}" : ""),
            pass.PlaceOf(e),
            Text(pass, e),
            pass.Right(e, pass.Adjoints[e.Step]!)!))];
    }

    // The same cases as in BackwardPass.Right, in letters.
    private static string Text(BackwardPass pass, Edge edge)
    {
        var (step, first) = (pass.Steps[edge.Step], edge.Operand == 0);
        var D = Adjoint(pass, edge.Step);
        return step.Operation switch
        {
            Operation.Product => first ? $"{D} {Transposed(pass, pass.Other(edge))}" : $"{Transposed(pass, pass.Other(edge))} {D}",
            Operation.Multiple => first ? $"{Factor(pass, pass.Other(edge))} {D}" : $"Σ {D} ∘ {Factor(pass, pass.Other(edge))}",
            Operation.Hadamard => $"{D} ∘ {Factor(pass, pass.Other(edge))}",
            Operation.Elementwise => $"{D} ∘ φ′({Name(pass, pass.Receiver(edge))})",
            Operation.Difference when !first => $"−{D}",
            Operation.Scaled => string.Create(CultureInfo.InvariantCulture, $"{step.Factor} {D}"),
            Operation.Transposed => $"({D})ᵀ",
            Operation.PlusColumn when !first => $"Σ_b {D}", // over the columns, which are examples
            Operation.Beside => $"{(first ? "the left" : "the right")} columns of {D}",
            _ => D,
        };
    }

    // ∂L/∂Wy H1 would read as a product.
    private static string Adjoint(BackwardPass pass, int step)
    {
        var adjoint = pass.AdjointOf(step)["∂L/∂".Length..];
        return $"∂L/∂{Bracketed(Shortened(adjoint))}";
    }

    private static string Transposed(BackwardPass pass, int step) => $"{Factor(pass, step)}ᵀ";

    private static string Factor(BackwardPass pass, int step) => Bracketed(Name(pass, step));

    private static string Name(BackwardPass pass, int step) => Shortened(pass.NameOf(step));

    private static string Bracketed(string name) => name.Contains(' ', StringComparison.Ordinal) && name[0] is not ('(' or '[') ? $"({name})" : name;

    private static string Shortened(string name) => name.Length <= LongestName ? name : $"{name[..LongestName]}…";
}

/// <summary>One term of a gradient.</summary>
/// <param name="Use">Which use of the tensor it belongs to; empty where there is only one.</param>
/// <param name="Place">The words by which diagnoses speak of it.</param>
/// <param name="Text">The term.</param>
/// <param name="Contribution">Its values, of the size of the tensor.</param>
internal sealed record ChainTerm(string Use, string Place, string Text, Matrix<double> Contribution);
