using Microsoft.ML.OnnxRuntime;

namespace GradOracle.Onnx.Models;

/// <summary>A model in OnnxRuntime, on one thread; it may be asked by several at once.</summary>
internal sealed class OnnxSession : IDisposable
{
    /// <summary>The operators that OnnxRuntime 1.31.1 has in float32 and not in float64, on the processor.</summary>
    public static readonly IReadOnlyList<string> OnlyInFloat32 = ["Erf"];

    private readonly OnnxModel _model;
    private readonly InferenceSession _session;

    /// <param name="model">The model.</param>
    /// <param name="isFused">Whether steps are fused, as OnnxRuntime does by default: unless it is said, in float32
    /// only. In float64 it rounds the factor of a product that it fuses to float32.</param>
    /// <exception cref="BadInputException">OnnxRuntime cannot run the model; the message is the reason.</exception>
    public OnnxSession(OnnxModel model, bool? isFused = null)
    {
        _model = model;
        if (model.Type == ElementType.Float64 && OnlyInFloat32.FirstOrDefault(model.Operators.Contains) is { } missing)
        {
            throw new BadInputException(
                $"OnnxRuntime has no {missing} in float64: the model can be scored in float32 only.");
        }

        try
        {
            using var options = new SessionOptions
            {
                IntraOpNumThreads = 1,
                InterOpNumThreads = 1,
                GraphOptimizationLevel = isFused ?? model.Type == ElementType.Float32
                    ? GraphOptimizationLevel.ORT_ENABLE_ALL
                    : GraphOptimizationLevel.ORT_ENABLE_BASIC,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            };
            _session = new InferenceSession(model.Bytes, options);
        }
        catch (OnnxRuntimeException refused)
        {
            throw Refused(refused);
        }
        catch (Exception absent) when (absent is DllNotFoundException or TypeInitializationException
            or BadImageFormatException or EntryPointNotFoundException)
        {
            throw new BadInputException(
                "OnnxRuntime's native library cannot be loaded here: the package Microsoft.ML.OnnxRuntime brings it "
                    + "for Linux, Windows and macOS on x64 and arm64; run on one of these.");
        }
    }

    /// <summary>The outputs of one case.</summary>
    /// <param name="valuesOf">The values of an input, row after row.</param>
    /// <param name="outputs">The outputs that are asked for.</param>
    /// <exception cref="BadInputException">OnnxRuntime refuses the values.</exception>
    public double[][] Run(Func<string, double[]> valuesOf, params string[] outputs)
    {
        var given = _model.Inputs.Select(input => Tensor(valuesOf(input.Name), input.Sizes)).ToList();
        try
        {
            using var options = new RunOptions();
            using var found = _session.Run(options, [.. _model.Inputs.Select(input => input.Name)], given, outputs);
            return [.. found.Select(Numbers)];
        }
        catch (OnnxRuntimeException refused)
        {
            throw Refused(refused);
        }
        finally
        {
            given.ForEach(value => value.Dispose());
        }
    }

    public void Dispose() => _session.Dispose();

    private OrtValue Tensor(double[] values, Sizes sizes)
    {
        long[] shape = [.. sizes.Select(size => (long)size)];
        return _model.Type == ElementType.Float32
            ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, v => (float)v), shape)
            : OrtValue.CreateTensorValueFromMemory(values, shape);
    }

    private double[] Numbers(OrtValue value) => _model.Type == ElementType.Float32
        ? Array.ConvertAll(value.GetTensorDataAsSpan<float>().ToArray(), v => (double)v)
        : value.GetTensorDataAsSpan<double>().ToArray();

    private static BadInputException Refused(OnnxRuntimeException refused) => new(
        $"OnnxRuntime refuses the model: {refused.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}.");
}
