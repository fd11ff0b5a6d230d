using System.Globalization;
using GradOracle.Oracles;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Diagnoses;

/// <summary>Mistakes made at every step alike: values off by one step, weights not transposed, slopes forgotten or taken in the wrong place.</summary>
/// <remarks>Steps are told by the numbers at the end of names: H2 follows H1; A2 is what the activation makes H2 of.</remarks>
internal static class TimeEdits
{
    public static IEnumerable<Edit> Of(BackwardPass pass) => [.. Weights(pass), .. OffByOne(pass), .. Slopes(pass)];

    private static IEnumerable<Edit> Weights(BackwardPass pass)
    {
        var carried = pass.Edges.Where(e => IsProduct(pass, e) && e.Operand == 1 && pass.Steps[pass.Other(e)].IsLeaf && !pass.Steps[pass.Receiver(e)].IsLeaf)
            .GroupBy(e => pass.NameOf(pass.Other(e))).Where(g => g.Count() > 1);
        foreach (var weight in carried)
        {
            var edges = weight.ToHashSet();
            yield return new(60, $"{weight.Key} is not transposed at any step", false, p => p.Run((e, D) =>
                edges.Contains(e) ? Message.Of(BackwardPass.Product(p.Steps[p.Other(e)].Value, D)) : Message.AsItShouldBe));
            yield return new(61, $"no gradient flows back through {weight.Key} at any step", false, p => p.Run((e, D) =>
                edges.Contains(e) ? Message.Of(p.Steps[p.Receiver(e)].Value * 0) : Message.AsItShouldBe));
        }
    }

    private static IEnumerable<Edit> OffByOne(BackwardPass pass)
    {
        var used = pass.Edges.Where(e => IsProduct(pass, e) && e.Operand == 0 && pass.Steps[pass.Receiver(e)].IsLeaf)
            .GroupBy(e => pass.Steps[pass.Receiver(e)].Name!).Where(g => g.Count() > 1);
        foreach (var parameter in used)
        {
            var edges = parameter.ToHashSet();
            foreach (var (shift, words) in new[] { (1, "next"), (-1, "previous") })
            {
                yield return new(62, $"the gradient of {parameter.Key} takes the value of the {words} step at every step", false, p => p.Run((e, D) =>
                    !edges.Contains(e) ? Message.AsItShouldBe : Message.Of(Numbered(p, p.NameOf(p.Other(e)), shift) is { } value ? p.Right(e, D, value) : p.Steps[p.Receiver(e)].Value * 0)));
            }
        }
    }

    private static IEnumerable<Edit> Slopes(BackwardPass pass)
    {
        bool IntoActivation(BackwardPass p, Edge e) => p.Steps[p.Receiver(e)].Name is ['A', ..] name && Numbered(p, $"H{name[1..]}", 0) is not null;
        if (!pass.Edges.Any(e => IntoActivation(pass, e)))
        {
            yield break;
        }

        // A polynomial activation sends several messages: one of them takes the adjoint as it is, the others nothing.
        yield return new(63, "φ′ is missing at every step", false, p => p.Run((e, D) =>
            !IntoActivation(p, e) ? Message.AsItShouldBe : Message.Of(p.Steps[e.Step].Operation == Operation.Hadamard ? D * 0 : D)));
        yield return new(64, "φ′ is taken at h in place of a at every step", false, p => p.Run((e, D) =>
            !IntoActivation(p, e) || p.Steps[e.Step].Operation is Operation.Scaled or Operation.Multiple ? Message.AsItShouldBe
                : Message.Of(p.Right(e, D, Numbered(p, $"H{p.Steps[p.Receiver(e)].Name![1..]}", 0)!))));
        foreach (var a in Enumerable.Range(0, pass.Steps.Count).Where(i => pass.Steps[i].Name is ['A', ..]))
        {
            var name = pass.Steps[a].Name!;
            yield return new(65, $"φ′ is missing in ∂L/∂{name}", false, p => p.Run((e, D) =>
                p.Receiver(e) != a ? Message.AsItShouldBe : Message.Of(p.Steps[e.Step].Operation == Operation.Hadamard ? D * 0 : D)));
        }
    }

    private static bool IsProduct(BackwardPass pass, Edge edge) => pass.Steps[edge.Step].Operation == Operation.Product;

    /// <summary>The value whose name has this letter and a number so much larger; null where there is none.</summary>
    private static Matrix<double>? Numbered(BackwardPass pass, string name, int shift) =>
        name.Length > 1 && int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? pass.Steps.FirstOrDefault(s => s.Name == string.Create(CultureInfo.InvariantCulture, $"{name[0]}{number + shift}"))?.Value
            : null;
}
