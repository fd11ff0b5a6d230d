using System.Globalization;
using GradOracle.Graphs;

namespace GradOracle.Onnx.Models;

/// <summary>A graph written down in ONNX operators.</summary>
internal class OnnxGraph(ElementType type) : ForeignGraph
{
    private static readonly Dictionary<ForeignStep, string> s_operators = new()
    {
        [ForeignStep.Add] = "Add",
        [ForeignStep.Subtract] = "Sub",
        [ForeignStep.Multiply] = "Mul",
        [ForeignStep.Divide] = "Div",
        [ForeignStep.Power] = "Pow",
        [ForeignStep.Maximum] = "Max",
        [ForeignStep.Minimum] = "Min",
        [ForeignStep.Absolute] = "Abs",
        [ForeignStep.Sign] = "Sign",
        [ForeignStep.Exponential] = "Exp",
        [ForeignStep.Logarithm] = "Log",
        [ForeignStep.SquareRoot] = "Sqrt",
        [ForeignStep.Reciprocal] = "Reciprocal",
        [ForeignStep.HyperbolicTangent] = "Tanh",
        [ForeignStep.Logistic] = "Sigmoid",
        [ForeignStep.ErrorFunction] = "Erf",
        [ForeignStep.Sine] = "Sin",
        [ForeignStep.Cosine] = "Cos",
        [ForeignStep.IsAbove] = "Greater",
        [ForeignStep.IsEqual] = "Equal",
    };

    private readonly List<Protobuf> _nodes = [];
    private readonly List<Protobuf> _tensors = [];
    private readonly HashSet<string> _names = [];
    private readonly HashSet<string> _operators = [];

    /// <summary>The operators that occur.</summary>
    public IReadOnlySet<string> Operators => _operators;

    /// <summary>The element type of all values.</summary>
    public ElementType Type => type;

    /// <summary>The graph as a message.</summary>
    public Protobuf Graph => new Protobuf()
        .AddAll(_nodes, (message, node) => message.Add(1, node))
        .AddAll(_tensors, (message, tensor) => message.Add(5, tensor));

    /// <summary>Takes a name for a value that is given.</summary>
    public void Reserve(string name) => _names.Add(name);

    /// <summary>A value that the model brings along.</summary>
    public void Add(string name, Sizes sizes, double[] values) =>
        _tensors.Add(OnnxFormat.Tensor(name, type, sizes, values));

    /// <summary>A value under a name of its own.</summary>
    public void Alias(string x, string name) => _nodes.Add(OnnxFormat.Node("Identity", [x], name, []));

    public override string Number(double value) => Tensor([], [value]);

    public override string Constant(Sizes sizes, IReadOnlyList<double> values) =>
        Tensor(sizes, [.. Enumerable.Range(0, sizes.Length).Select(j => values[values.Count == 1 ? 0 : j])]);

    public override string Entrywise(ForeignStep step, params IReadOnlyList<string> x) => step switch
    {
        ForeignStep.Choose => Step("Where", [Step("Equal", [x[0], Number(0)]), x[2], x[1]]),
        ForeignStep.IsAbove or ForeignStep.IsEqual => Cast(Step(s_operators[step], x), OnnxFormat.Of(type)),
        _ => Step(s_operators[step], x),
    };

    public override string Product(string left, string right) => Step("MatMul", [left, right]);

    public override string Sum(string x, IReadOnlyList<int> axes) => Step("ReduceSum", [x, Indices(axes)]);

    public override string Largest(string x, int axis) => Step("ReduceMax", [x, Indices([axis])]);

    public override string CumulativeSum(string x, int axis, bool isFromTheEnd) => Step(
        "CumSum", [x, Index(axis)], OnnxFormat.Attribute("reverse", isFromTheEnd ? 1 : 0));

    public override string Reshape(string x, IReadOnlyList<int> sizes) => Step("Reshape", [x, Indices(sizes)]);

    public override string Permute(string x, IReadOnlyList<int> order) =>
        Step("Transpose", [x], OnnxFormat.Attribute("perm", order));

    public override string Broadcast(string x, Sizes sizes) =>
        Step("Expand", [x, Indices([.. sizes.AsEnumerable()])]);

    public override string Concat(int axis, params IReadOnlyList<string> parts) =>
        Step("Concat", parts, OnnxFormat.Attribute("axis", axis));

    public override string Take(string x, int axis, IReadOnlyList<int> indices) =>
        Step("Gather", [x, Indices(indices)], OnnxFormat.Attribute("axis", axis));

    public override string Rows(string table, string indices) =>
        Step("Gather", [table, Cast(indices, OnnxFormat.Int64)], OnnxFormat.Attribute("axis", 0));

    /// <summary>Adds a step.</summary>
    protected virtual string Step(string operation, IReadOnlyList<string> x, params Protobuf[] attributes)
    {
        var y = NewName();
        _operators.Add(operation);
        _nodes.Add(OnnxFormat.Node(operation, x, y, attributes));
        return y;
    }

    private string Cast(string x, int to) => Step("Cast", [x], OnnxFormat.Attribute("to", to));

    private string Tensor(Sizes sizes, double[] values) => Tensor((IEnumerable<int>)sizes, values);

    private string Tensor(IEnumerable<int> sizes, double[] values)
    {
        var name = NewName();
        _tensors.Add(OnnxFormat.Tensor(name, type, sizes, values));
        return name;
    }

    private string Indices(IReadOnlyList<int> values) => Indices([values.Count], values);

    private string Index(int value) => Indices([], [value]);

    private string Indices(IEnumerable<int> sizes, IReadOnlyList<int> values)
    {
        var name = NewName();
        _tensors.Add(OnnxFormat.Tensor(name, sizes, [.. values.Select(value => (long)value)]));
        return name;
    }

    private string NewName()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"v{_names.Count}");
        for (var i = _names.Count; !_names.Add(name); i++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"v{i}");
        }

        return name;
    }
}
