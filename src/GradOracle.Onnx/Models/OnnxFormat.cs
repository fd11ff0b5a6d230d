using System.Runtime.InteropServices;

namespace GradOracle.Onnx.Models;

/// <summary>The messages of the ONNX format that a model of fixed sizes needs, by the numbers of fields.</summary>
internal static class OnnxFormat
{
    /// <summary>The version of the format: that of opset 18.</summary>
    public const int IrVersion = 8;

    /// <summary>The version of the operators, which every OnnxRuntime since 1.14 has.</summary>
    public const int Opset = 18;

    public const int Int64 = 7;

    /// <summary>The number of an element type: FLOAT or DOUBLE.</summary>
    public static int Of(ElementType type) => type == ElementType.Float32 ? 1 : 11;

    public static Protobuf Model(string name, Protobuf graph, string description) => new Protobuf()
        .Add(1, IrVersion)
        .Add(2, "GradOracle")
        .Add(6, description)
        .Add(7, graph.Add(2, name))
        .Add(8, new Protobuf().Add(1, "").Add(2, Opset));

    public static Protobuf Node(
        string operation, IEnumerable<string> x, string y, IEnumerable<Protobuf> attributes) => new Protobuf()
        .AddAll(x, (message, input) => message.Add(1, input))
        .Add(2, y)
        .Add(3, y)
        .Add(4, operation)
        .AddAll(attributes, (message, attribute) => message.Add(5, attribute));

    public static Protobuf Attribute(string name, long value) =>
        new Protobuf().Add(1, name).Add(3, value).Add(20, 2);

    public static Protobuf Attribute(string name, IEnumerable<int> values) =>
        new Protobuf().Add(1, name).AddAll(values, (message, value) => message.Add(8, value)).Add(20, 7);

    /// <summary>An input or an output.</summary>
    public static Protobuf Value(string name, ElementType type, Sizes sizes)
    {
        var shape = new Protobuf().AddAll(sizes, (message, size) => message.Add(1, new Protobuf().Add(1, size)));
        var tensor = new Protobuf().Add(1, Of(type)).Add(2, shape);
        return new Protobuf().Add(1, name).Add(2, new Protobuf().Add(1, tensor));
    }

    /// <summary>Numbers that the model brings along.</summary>
    public static Protobuf Tensor(string name, ElementType type, IEnumerable<int> sizes, double[] values) =>
        Tensor(name, Of(type), sizes, type == ElementType.Float32
            ? MemoryMarshal.AsBytes<float>(Array.ConvertAll(values, v => (float)v))
            : MemoryMarshal.AsBytes<double>(values));

    /// <summary>Indices, axes and sizes that the model brings along.</summary>
    public static Protobuf Tensor(string name, IEnumerable<int> sizes, long[] values) =>
        Tensor(name, Int64, sizes, MemoryMarshal.AsBytes<long>(values));

    // Little-endian, as .NET is wherever it runs.
    private static Protobuf Tensor(string name, int type, IEnumerable<int> sizes, ReadOnlySpan<byte> bytes) =>
        new Protobuf()
        .AddAll(sizes, (message, size) => message.Add(1, size))
        .Add(2, type)
        .Add(8, name)
        .Add(9, bytes);
}
