using System.Globalization;
using GradOracle.Graphs;
using GradOracle.Networks;

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
        ?? throw TensorNames.Unknown(name, _leaves.Keys);

    /// <summary>One use of a tensor that is used more than once, <c>x["Wx", "on X1"]</c>: its label tells its
    /// contribution from the others in a diagnosis.</summary>
    /// <exception cref="BadInputException">There is none of this name.</exception>
    public Node this[string name, string use] => new(new Use(use), this[name]);

    /// <summary>
    /// A parameter, declared where it is used: its sizes are those of the named dimensions, or numbers: <c>"h",
    /// "1"</c>.
    /// </summary>
    public Node Parameter(string name, params string[] dimensions) =>
        Declared(name, TensorRole.Parameter, dimensions, Holds.Numbers);

    /// <summary>
    /// A parameter that holds something else than numbers: <c>x.Parameter("γ", ["d"], Holds.Positive)</c>.
    /// </summary>
    public Node Parameter(string name, string[] dimensions, Holds holds) =>
        Declared(name, TensorRole.Parameter, dimensions, holds);

    /// <summary>
    /// An input, declared where it is used: its sizes are those of the named dimensions, or numbers: <c>"h", "1"</c>.
    /// </summary>
    public Node Input(string name, params string[] dimensions) =>
        Declared(name, TensorRole.Input, dimensions, Holds.Numbers);

    /// <summary>
    /// An input that holds something else than numbers: <c>x.Input("ids", ["B"], Holds.Indices(below: "V"))</c>.
    /// </summary>
    public Node Input(string name, string[] dimensions, Holds holds) =>
        Declared(name, TensorRole.Input, dimensions, holds);

    /// <summary>
    /// The axis along which an output has its classes or features: see <see cref="Network.RowsAreExamples"/>.
    /// </summary>
    public int ClassAxisOf(Node output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return output.Sizes.Count == 2 && !RowsAreExamples ? 0 : output.Sizes.Count - 1;
    }

    /// <summary>The parameters, in the order in which they were declared: what a penalty is on.</summary>
    public IEnumerable<Node> Parameters =>
        _specs.Where(s => s.Role == TensorRole.Parameter && s.IsDifferentiated).Select(s => _leaves[s.Name]);

    internal bool RowsAreExamples { get; init; }

    private Node Declared(string name, TensorRole role, string[] dimensions, Holds holds)
    {
        ArgumentNullException.ThrowIfNull(holds);
        var spec = new TensorSpec(name, role, Array.ConvertAll(dimensions, SizeOf)) { Holds = holds };
        if (!_leaves.TryGetValue(name, out var leaf))
        {
            return Add(spec);
        }

        var before = _specs.Single(s => s.Name == name);
        return before.Sizes.Equals(spec.Sizes) && before.Role == role
            ? leaf
            : throw new BadInputException(
                $"{name} is declared twice, {Word(before)} and {Word(spec)}: give one of them another name.");
    }

    private static string Word(TensorSpec spec) =>
        $"as {(spec.Role == TensorRole.Parameter ? "a parameter" : "an input")} of {spec.Sizes}";

    // What reports and code can say; the output has its name already.
    private static void RequireName(string name)
    {
        if (string.IsNullOrEmpty(name) || name == Scenario.OutputName || char.IsAsciiDigit(name[0])
            || !name.All(c => char.IsLetterOrDigit(c) || c == '_'))
        {
            throw new BadInputException(
                (Sentence)$"\"{name}\" is no name of a tensor: write it with letters, digits and underscores, a digit not first.");
        }
    }

    // A name, or a number as it stands.
    private int SizeOf(string dimension)
    {
        if (dimension is not [>= '0' and <= '9', ..])
        {
            return Shape[dimension];
        }

        return int.TryParse(dimension, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            && size is >= 1 and <= Shape.MaxSize
            ? size
            : throw new BadInputException(
                $"{dimension} is no size: a number in place of a dimension is from 1 to {Shape.MaxSize}.");
    }

    private Node Add(TensorSpec spec)
    {
        RequireName(spec.Name);
        var leaf = Node.Leaf(spec.Name, spec.Sizes, spec.Step, isRounded: spec.Holds.AreNumbers);
        _leaves.Add(spec.Name, leaf);
        _specs.Add(spec);
        return leaf;
    }
}
