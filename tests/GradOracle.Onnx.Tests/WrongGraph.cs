using GradOracle.Networks;
using GradOracle.Onnx.Models;

namespace GradOracle.Onnx.Tests;

/// <summary>A graph in which one operator is not what it should be, throughout.</summary>
internal sealed class WrongGraph(ElementType type, string right) : OnnxGraph(type)
{
    // What a person might take for the other; of the same operands, and the same sizes.
    private static readonly Dictionary<string, string> s_mistaken = new()
    {
        ["Add"] = "Sub",
        ["Sub"] = "Add",
        ["Mul"] = "Div",
        ["Div"] = "Mul",
        ["Pow"] = "Mul",
        ["Max"] = "Min",
        ["Min"] = "Max",
        ["Abs"] = "Neg",
        ["Sign"] = "Abs",
        ["Exp"] = "Sigmoid",
        ["Log"] = "Sqrt",
        ["Sqrt"] = "Exp",
        ["Reciprocal"] = "Neg",
        ["Tanh"] = "Sigmoid",
        ["Sigmoid"] = "Tanh",
        ["Erf"] = "Tanh",
        ["Sin"] = "Cos",
        ["Cos"] = "Sin",
        ["ReduceSum"] = "ReduceMean",
        ["ReduceMax"] = "ReduceMin",
        ["Greater"] = "Less",
        ["Equal"] = "Less",
    };

    /// <summary>The mistakes that a network gives room for: another operator in the place of one.</summary>
    /// <remarks>A softmax is the same whatever is subtracted, or added.</remarks>
    public static IEnumerable<string> Of(Network network)
    {
        var scenario = new Scenario(network, OnnxExtensions.Projection, network.SmallestShape());
        var operators = OnnxModel.Of(scenario, new OnnxGraph(ElementType.Float32)).Operators;
        string[] unseen = operators.Contains("ReduceMax") ? ["ReduceMax", "Sub"] : [];
        return operators.Where(s_mistaken.ContainsKey).Except(unseen);
    }

    public override string Product(string left, string right1) =>
        right == "MatMul" ? base.Product(right1, left) : base.Product(left, right1);

    public override string Permute(string x, IReadOnlyList<int> order) =>
        base.Permute(x, right == "Transpose" ? [.. order.Reverse()] : order);

    public override string Concat(int axis, params IReadOnlyList<string> parts) =>
        base.Concat(axis, right == "Concat" ? [.. parts.Reverse()] : parts);

    public override string CumulativeSum(string x, int axis, bool isFromTheEnd) =>
        base.CumulativeSum(x, axis, isFromTheEnd ^ (right == "CumSum"));

    public override string Take(string x, int axis, IReadOnlyList<int> indices) =>
        base.Take(x, axis, right == "Gather" ? [.. indices.Reverse()] : indices);

    public override string Rows(string table, string indices) =>
        base.Rows(table, right == "Gather" ? Entrywise(Graphs.ForeignStep.Multiply, indices, Number(0)) : indices);

    public override string Broadcast(string x, Sizes sizes) =>
        right == "Expand" ? Entrywise(Graphs.ForeignStep.Absolute, base.Broadcast(x, sizes)) : base.Broadcast(x, sizes);

    public override string Reshape(string x, IReadOnlyList<int> sizes) =>
        base.Reshape(x, right == "Reshape" ? [.. sizes.Reverse()] : sizes);

    protected override string Step(string operation, IReadOnlyList<string> x, params Protobuf[] attributes) =>
        base.Step(operation == right ? s_mistaken.GetValueOrDefault(operation, operation) : operation, x, attributes);
}
