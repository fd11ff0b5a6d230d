using System.Globalization;
using GradOracle.Graphs;

namespace GradOracle;

/// <summary>What a network's forward is written with: its parameters, inputs and constants at one shape.</summary>
public sealed class Inputs
{
    private readonly Dictionary<string, Node> _leaves = [];
    private readonly List<TensorSpec> _specs = [];

    internal Inputs(Shape shape, params IEnumerable<TensorSpec> specs)
    {
        Shape = shape;
        foreach (var spec in specs)
        {
            Add(spec);
        }
    }

    /// <summary>The sizes of the dimensions.</summary>
    public Shape Shape { get; }

    /// <summary>The tensors, in the order in which they were declared: the order of the random streams.</summary>
    internal IReadOnlyList<TensorSpec> Specs => _specs;

    /// <summary>The named parameter, input or constant.</summary>
    /// <exception cref="BadInputException">There is none of this name.</exception>
    public Node this[string name] => _leaves.GetValueOrDefault(name)
        ?? throw new BadInputException($"{name} is no tensor of this network: it has {string.Join(", ", _leaves.Keys)}.");

    /// <summary>One use of a tensor that is used more than once, <c>x["Wx", "on X1"]</c>: its label tells its contribution from the others in a diagnosis.</summary>
    /// <exception cref="BadInputException">There is none of this name.</exception>
    public Node this[string name, string use] => new(new Use(use), this[name]);

    /// <summary>A parameter, declared where it is used: its sizes are those of the named dimensions; a number stands for itself, as in <c>Parameter("b", "h", "1")</c>.</summary>
    public Node Parameter(string name, params string[] dimensions) => Declared(name, TensorRole.Parameter, dimensions);

    /// <summary>An input, declared where it is used: its sizes are those of the named dimensions.</summary>
    public Node Input(string name, params string[] dimensions) => Declared(name, TensorRole.Input, dimensions);

    private Node Declared(string name, TensorRole role, string[] dimensions) =>
        _leaves.GetValueOrDefault(name) ?? Add(new(name, role, Array.ConvertAll(dimensions, SizeOf)));

    private int SizeOf(string dimension) =>
        int.TryParse(dimension, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : Shape[dimension];

    private Node Add(TensorSpec spec)
    {
        var leaf = Node.Leaf(spec.Name, spec.Sizes, spec.Step);
        _leaves.Add(spec.Name, leaf);
        _specs.Add(spec);
        return leaf;
    }
}
