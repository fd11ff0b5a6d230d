using GradOracle.Graphs;
using GradOracle.Networks;

namespace GradOracle.Onnx.Models;

/// <summary>A network at one shape as an ONNX model: its output, and where it is asked for its loss, of tensors that
/// are given or brought along.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="Type">The element type of all values.</param>
/// <param name="Inputs">What is given, with its sizes.</param>
/// <param name="Operators">The ONNX operators that occur.</param>
internal sealed record OnnxModel(
    byte[] Bytes, ElementType Type, IReadOnlyList<(string Name, Sizes Sizes)> Inputs, IReadOnlySet<string> Operators)
{
    public const string Output = Scenario.OutputName;

    /// <summary>The entries whose sum is the loss.</summary>
    public const string Entries = "L";

    /// <summary>Writes a network with its loss down.</summary>
    /// <param name="scenario">The network at a shape.</param>
    /// <param name="graph">What it is written in, still empty.</param>
    /// <param name="hasLoss">Whether the entries of the loss are a second output.</param>
    /// <param name="values">The values of tensors that are brought along; the others are inputs.</param>
    /// <exception cref="BadInputException">It cannot be written; the message is the reason.</exception>
    public static OnnxModel Of(
        Scenario scenario,
        OnnxGraph graph,
        bool hasLoss = false,
        IReadOnlyDictionary<string, double[]>? values = null)
    {
        var network = scenario.Network;
        if (!network.HasGraph)
        {
            throw new BadInputException(
                $"{network.Name} cannot be written as an ONNX model: it is TorchSharp code and has no graph.");
        }

        (string Name, Node Node)[] results = hasLoss
            ? [(Output, scenario.Output), (Entries, scenario.Entries)]
            : [(Output, scenario.Output)];
        var schedule = new Schedule(results.Select(result => result.Node));
        var inputs = new List<(string Name, Sizes Sizes)>();
        foreach (var leaf in schedule.Nodes.Where(node => node.Operation is Leaf))
        {
            graph.Reserve(leaf.Name!);
            if (values?.GetValueOrDefault(leaf.Name!) is { } given)
            {
                graph.Add(leaf.Name!, leaf.Sizes, given);
            }
            else
            {
                inputs.Add((leaf.Name!, leaf.Sizes));
            }
        }

        foreach (var (name, _) in results)
        {
            graph.Reserve(name);
        }

        var names = new string[schedule.Nodes.Length];
        for (var i = 0; i < names.Length; i++)
        {
            var (node, x) = (schedule.Nodes[i], Schedule.Of(schedule.Operands[i], names));
            names[i] = (node.Operation is Leaf ? node.Name : node.Operation.OnForeign(node, graph, x))
                ?? throw new BadInputException(
                    $"{network.Name} cannot be written as an ONNX model: {Formula.Of(node)} has no ONNX operator.");
        }

        foreach (var (name, node) in results)
        {
            graph.Alias(names[schedule[node]], name);
        }

        var message = graph.Graph
            .AddAll(inputs, (m, input) => m.Add(11, OnnxFormat.Value(input.Name, graph.Type, input.Sizes)))
            .AddAll(results, (m, r) => m.Add(12, OnnxFormat.Value(r.Name, graph.Type, r.Node.Sizes)));
        var bytes = OnnxFormat.Model(network.Name, message, $"{network.Summary} at {scenario.Shape}").ToArray();
        return new(bytes, graph.Type, inputs, graph.Operators);
    }
}
