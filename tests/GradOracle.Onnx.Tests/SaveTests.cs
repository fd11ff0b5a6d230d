using GradOracle.Networks;
using GradOracle.Onnx.Models;
using Microsoft.ML.OnnxRuntime;
using NUnit.Framework;

namespace GradOracle.Onnx.Tests;

/// <summary>What is saved is what a program loads.</summary>
public sealed class SaveTests
{
    private static readonly Network s_linear = Network.Define("linear", ["n", "m", "B"], x =>
        (x.Parameter("W", "m", "n") * x.Input("X", "n", "B")).AddBias(x.Parameter("b", "m", "1")));

    private static readonly Shape s_shape = new(("n", 2), ("m", 3), ("B", 1));

    private string _folder = "";

    private string Path => System.IO.Path.Combine(_folder, "model.onnx");

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("gradoracle-onnx-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_model_with_its_values_takes_the_input_alone_and_gives_the_output()
    {
        s_linear.SaveOnnx(
            Path, s_shape, new Dictionary<string, double[]> { ["W"] = [1, 2, 3, 4, 5, 6], ["b"] = [0.5, 0, -1] });
        using var session = new InferenceSession(Path);
        using var x = OrtValue.CreateTensorValueFromMemory<float>([10, 1], [2, 1]);
        using var options = new RunOptions();
        using var found = session.Run(options, ["X"], [x], ["Ŷ"]);

        Assert.That(session.InputNames, Is.EqualTo(["X"]));
        Assert.That(session.OutputNames, Is.EqualTo(["Ŷ"]));
        Assert.That(found[0].GetTensorDataAsSpan<float>().ToArray(), Is.EqualTo([12.5f, 34, 55]));
    }

    [Test]
    public void A_model_without_values_takes_all_tensors_as_inputs_in_the_type_that_was_asked_for()
    {
        s_linear.SaveOnnx(Path, s_shape, type: ElementType.Float64);
        using var session = new InferenceSession(Path);

        Assert.That(session.InputMetadata.Keys, Is.EquivalentTo(["W", "X", "b"]));
        Assert.That(session.InputMetadata["W"].ElementType, Is.EqualTo(typeof(double)));
        Assert.That(session.InputMetadata["W"].Dimensions, Is.EqualTo([3, 2]));
    }

    [Test]
    public void The_same_network_is_the_same_bytes()
    {
        s_linear.SaveOnnx(Path, s_shape);
        var first = File.ReadAllBytes(Path);
        s_linear.SaveOnnx(Path, s_shape);

        Assert.That(File.ReadAllBytes(Path), Is.EqualTo(first));
    }

    [Test]
    public void Values_of_no_tensor_and_too_few_of_one_are_refused_in_a_sentence()
    {
        Assert.That(
            () => s_linear.SaveOnnx(Path, s_shape, new Dictionary<string, double[]> { ["w"] = [1] }),
            Throws.TypeOf<BadInputException>().With.Message.Contains("did you mean W?"));
        Assert.That(
            () => s_linear.SaveOnnx(Path, s_shape, new Dictionary<string, double[]> { ["W"] = [1, 2] }),
            Throws.TypeOf<BadInputException>().With.Message.EqualTo(
                "W is 3×2 at n=2 m=3 B=1: it takes 6 values, row after row, and 2 are given."));
        Assert.That(File.Exists(Path), Is.False);
    }

    [Test]
    public void TorchSharp_code_is_refused_in_a_sentence()
    {
        var code = Network.Of("code", ["n", "B"], x => x.Input("X", "n", "B").tanh());

        Assert.That(
            () => code.SaveOnnx(Path, new(("n", 2), ("B", 1))),
            Throws.TypeOf<BadInputException>().With.Message.EqualTo(
                "code cannot be written as an ONNX model: it is TorchSharp code and has no graph."));
        Assert.That(() => OnnxForward.Check(code), Throws.TypeOf<BadInputException>());
    }

    [Test]
    public void A_shape_without_a_dimension_is_refused() => Assert.That(
        () => s_linear.SaveOnnx(Path, new(("n", 2))), Throws.TypeOf<BadInputException>());

    [Test]
    public void What_OnnxRuntime_cannot_read_is_a_sentence()
    {
        var model = new OnnxModel([1, 2, 3], ElementType.Float32, [], new HashSet<string>());

        Assert.That(
            () => new OnnxSession(model),
            Throws.TypeOf<BadInputException>().With.Message.StartsWith("OnnxRuntime refuses the model: "));
    }

    [Test]
    public void The_operators_said_to_lack_float64_are_those_that_do() => Assert.That(
        OnnxSession.OnlyInFloat32.Where(operation => !IsRefused(operation)), Is.Empty);

    // The same statement in float64, the operator passed over by the list.
    private static bool IsRefused(string operation)
    {
        var erf = Network.Define("erf", ["n"], x => x.Input("X", "n").Erf());
        var model = OnnxModel.Of(
            new Scenario(erf, OnnxExtensions.Projection, new(("n", 2))), new OnnxGraph(ElementType.Float64));
        try
        {
            new OnnxSession(model with { Operators = new HashSet<string>() }).Dispose();
            return false;
        }
        catch (BadInputException refused)
        {
            return refused.Message.Contains(operation, StringComparison.Ordinal);
        }
    }
}
