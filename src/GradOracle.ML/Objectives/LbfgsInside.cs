using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace GradOracle.ML.Objectives;

/// <summary>The inside of an L-BFGS trainer of ML.NET: its options, its data's columns, and its own gradient.</summary>
/// <remarks>None of it is public; it was looked at in one version, and no other is asked.</remarks>
internal sealed class LbfgsInside
{
    private const string Known = "5.0.1";
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    private readonly object _trainer;
    private readonly MethodInfo _gradient;

    /// <summary>The inside of a trainer.</summary>
    /// <exception cref="BadInputException">It is of another version, or is not as it was.</exception>
    public LbfgsInside(object trainer)
    {
        var version = trainer.GetType().Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        RequireVersion(version?.InformationalVersion);
        _trainer = trainer;
        var type = trainer.GetType().BaseType!;
        _gradient = type.GetMethod("DifferentiableFunction", Hidden) ?? throw Moved("DifferentiableFunction");
        if (_gradient.GetParameters() is not [var at, var gradient, _]
            || at.ParameterType.GetElementType() != typeof(VBuffer<float>)
            || gradient.ParameterType.GetElementType() != typeof(VBuffer<float>))
        {
            throw Moved("DifferentiableFunction");
        }

        (L2, L1) = (Field<float>("L2Weight"), Field<float>("L1Weight"));
        Kind = trainer switch
        {
            LbfgsLogisticRegressionBinaryTrainer => ObjectiveKind.Logistic,
            LbfgsMaximumEntropyMulticlassTrainer => ObjectiveKind.Softmax,
            LbfgsPoissonRegressionTrainer => ObjectiveKind.Poisson,
            _ => throw new BadInputException($"A {trainer.GetType().Name} has no objective that is known "
                + $"here: logistic, maximum entropy and Poisson regression have."),
        };
    }

    public ObjectiveKind Kind { get; }

    public float L2 { get; }

    public float L1 { get; }

    /// <summary>Its gradient, biases first: the mean over the examples. The trainer must have seen its data.</summary>
    public double[] GradientAt(double[] parameters)
    {
        float[] point = [.. parameters.Select(p => (float)p)];
        var empty = new VBuffer<float>(point.Length, 0, [], []);
        object?[] arguments = [new VBuffer<float>(point.Length, point), empty, null];
        try
        {
            _gradient.Invoke(_trainer, arguments);
        }
        catch (TargetInvocationException thrown)
        {
            throw new BadInputException(
                $"ML.NET's own gradient could not be asked: {thrown.InnerException!.Message}");
        }

        return [.. ((VBuffer<float>)arguments[1]!).DenseValues().Select(entry => (double)entry)];
    }

    /// <exception cref="BadInputException">The version is not the one that is known.</exception>
    internal static void RequireVersion(string? found)
    {
        if (found?.Split('+')[0] != Known)
        {
            throw new BadInputException(
                $"ML.NET {found ?? "of an unknown version"} is loaded; the inside of its L-BFGS trainers is known of {Known} only. "
                + $"Reference Microsoft.ML {Known} to ask for its own gradient.");
        }
    }

    private T Field<T>(string name) =>
        _trainer.GetType().BaseType!.GetField(name, Hidden)?.GetValue(_trainer) is T value ? value : throw Moved(name);

    private static BadInputException Moved(string member) =>
        new($"ML.NET {Known} is loaded, but its L-BFGS trainers have no {member} as they had: their own "
            + $"gradient cannot be asked.");
}
