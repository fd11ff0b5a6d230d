using GradOracle.Cases;
using GradOracle.Diagnoses;
using GradOracle.Graphs;

namespace GradOracle.Cli;

/// <summary>A network as text, read off its graph: its tensors, its forward, and where every term of its gradients
/// comes from.</summary>
internal static class NetworkText
{
    // All different, and enough steps that a sequence has a first, a middle and a last one.
    private static readonly int[] s_sizes = [3, 2, 4, 5, 6];

    /// <summary>Writes it, at sizes that are told.</summary>
    public static void Write(TextWriter output, Network network)
    {
        var pass = new BackwardPass(
            CaseGenerator.Generate(
                new CaseId(network, Loss.All[0], ShapeOf(network), CaseKind.Real, ElementType.Float64, 1)));
        var scenario = pass.Scenario;
        Sections.Write(
            output,
            $"Tensors at {scenario.Shape}",
            scenario.Tensors.Select(t => (t.Name, $"{t.Sizes}  {t.Role.ToString().ToLowerInvariant()}")));
        Sections.Write(
            output,
            "Forward",
            pass.Network.Nodes.Where(
                n => n.Name is not null && n.Operands.Count > 0).Select(n => (n.Name!, $"= {Formula.Line(n)}")));
        Sections.Write(output, "Adjoints", pass.NamedNodes.Where(n => n != scenario.Output && pass.Backward.AdjointOf(n) is not null)
            .Select(n => ($"∂L/∂{n.Name}", $"= {Formula.Line(pass.AdjointOf(n).Operands[0])}")));
        Sections.Write(
            output,
            "Gradients",
            scenario.Differentiated.Select(
                t => (
                    $"∂L/∂{t.Name}", $"= {string.Join(" + ", ChainTerm.Of(pass, t.Name).Select(term => term.Text))}")));
    }

    // Where the network cannot have such sizes, its smallest.
    private static Shape ShapeOf(Network network)
    {
        var shape = new Shape(
            network.Dimensions.Select(
                (d, i) => (d, Math.Max(i < s_sizes.Length ? s_sizes[i] : i + 2, network.SmallestDrawn(d)))));
        try
        {
            _ = new Networks.Scenario(network, Loss.All[0], shape);
            return shape;
        }
        catch (BadInputException)
        {
            return network.SmallestShape();
        }
    }
}
