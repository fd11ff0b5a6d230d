using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Trainers;

namespace GradOracle.ML;

/// <summary>Assertions about a gradient by hand and the objective of a trainer of ML.NET.</summary>
[StackTraceHidden]
public static class ObjectiveAssert
{
    /// <summary>Asserts that a gradient by hand, TorchSharp's and ML.NET's own agree at random points.</summary>
    /// <inheritdoc cref="ObjectiveCheck.Gradients{TOptions, TTransformer, TModel}"/>
    /// <exception cref="DisagreementException">They do not.</exception>
    public static void GradientsAgree<TOptions, TTransformer, TModel>(
        LbfgsTrainerBase<TOptions, TTransformer, TModel> trainer,
        IDataView data,
        Func<double[], double[]> byHand,
        int points = 20,
        int seed = 1)
        where TOptions : LbfgsTrainerBase<TOptions, TTransformer, TModel>.OptionsBase, new()
        where TTransformer : ISingleFeaturePredictionTransformer<TModel>
        where TModel : class => ObjectiveCheck.Gradients(trainer, data, byHand, points, seed).Require();

    /// <summary>Asserts that a gradient by hand vanishes where a trainer has minimised its objective.</summary>
    /// <inheritdoc cref="ObjectiveCheck.Optimum"/>
    /// <exception cref="DisagreementException">It does not.</exception>
    public static void IsOptimum(double[] parameters, Func<double[], double[]> byHand) =>
        ObjectiveCheck.Optimum(parameters, byHand).Require();
}
