using GradOracle.Files;
using GradOracle.Networks;
using GradOracle.Onnx.Models;

namespace GradOracle.Onnx;

/// <summary>Networks as ONNX models.</summary>
public static class OnnxExtensions
{
    /// <summary>Saves the forward of a network as an ONNX model, as it was checked: opset 18, one output <c>Ŷ</c>,
    /// every size fixed.</summary>
    /// <param name="network">The network; it must have a graph.</param>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="shape">The sizes of the dimensions; ML.NET scores a row at a time, so its batch is 1.</param>
    /// <param name="values">The trained values, row after row, by the names of the tensors: they are in the file. A
    /// tensor without values is an input of the model.</param>
    /// <param name="type">The element type of all values, indices too; float32 unless said otherwise.</param>
    /// <exception cref="BadInputException">The network has no graph, or values are missing or too many.</exception>
    /// <exception cref="CannotWriteException">The file cannot be written.</exception>
    public static void SaveOnnx(
        this Network network,
        string path,
        Shape shape,
        IReadOnlyDictionary<string, double[]>? values = null,
        ElementType? type = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(shape);
        var scenario = new Scenario(network, Projection, shape);
        foreach (var (name, given) in values ?? new Dictionary<string, double[]>())
        {
            var spec = scenario.Inputs.Specs.FirstOrDefault(spec => spec.Name == name)
                ?? throw TensorNames.Unknown(name, [.. scenario.Inputs.Specs.Select(spec => spec.Name)]);
            if (given is null || given.Length != spec.Sizes.Length)
            {
                throw new BadInputException(
                    $"{name} is {spec.Sizes} at {shape}: it takes {spec.Sizes.Length} values, row after row, "
                        + $"and {given?.Length ?? 0} are given.");
            }
        }

        var model = OnnxModel.Of(scenario, new OnnxGraph(type ?? ElementType.Float32), values: values);
        AtomicFile.Write(path, model.Bytes);
    }

    /// <summary>The loss that every output has.</summary>
    internal static Loss Projection { get; } = Loss.Of("projection");
}
