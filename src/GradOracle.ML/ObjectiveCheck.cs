using GradOracle.ML.Objectives;
using Microsoft.ML;
using Microsoft.ML.Trainers;

namespace GradOracle.ML;

/// <summary>Holds a gradient by hand against the objective of a trainer of ML.NET.</summary>
public static class ObjectiveCheck
{
    /// <summary>
    /// Three gradients of one objective at random points: by hand, TorchSharp's, and ML.NET's own, which is not public
    /// and is known of version 5.0.1 only. The objective is (Σ loss + l2/2 ‖W‖²) / N: a mean, the biases free. ML.NET
    /// computes in float.
    /// </summary>
    /// <param name="trainer">Logistic regression, maximum entropy or Poisson regression; it is trained on the data
    /// first.</param>
    /// <param name="data">The examples, unweighted.</param>
    /// <param name="byHand">The gradient at given parameters, in ML.NET's order: the biases first, then the weights of
    /// one class after the other.</param>
    /// <param name="points">How many random points are tried.</param>
    /// <param name="seed">Which.</param>
    /// <returns>The verdict and the report, which says who is the odd one out.</returns>
    /// <exception cref="BadInputException">The data does not fit, or this ML.NET is not as it was.</exception>
    public static MLResult Gradients<TOptions, TTransformer, TModel>(
        LbfgsTrainerBase<TOptions, TTransformer, TModel> trainer,
        IDataView data,
        Func<double[], double[]> byHand,
        int points = 20,
        int seed = 1)
        where TOptions : LbfgsTrainerBase<TOptions, TTransformer, TModel>.OptionsBase, new()
        where TTransformer : ISingleFeaturePredictionTransformer<TModel>
        where TModel : class
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(byHand);
        if (points < 1)
        {
            throw new BadInputException($"{points} points show nothing: ask for at least 1.");
        }

        var inside = new LbfgsInside(trainer);
        var weights = trainer.WeightColumn.Name; // of a column that is not there, null
        var objective = TrainingData.Of(inside, data, trainer.FeatureColumn.Name, trainer.LabelColumn.Name, weights);
        try
        {
            trainer.Fit(data);
        }
        catch (Exception refused) when (refused is ArgumentException or InvalidOperationException)
        {
            throw new BadInputException($"ML.NET does not train on this data: {refused.Message}");
        }

        return new ThreeGradients(trainer.GetType().Name, objective, inside, byHand).At(points, seed);
    }

    /// <summary>
    /// Where a trainer has minimised its objective, the gradient by hand of that objective vanishes. How far it is from
    /// there is told by its Newton step, in parameters. It tells whether one's objective is the trainer's: 1/N, a
    /// factor of 2, a sign; not an objective that is off by 0.1 %.
    /// </summary>
    /// <param name="parameters">Those of the trained model, in the order of the gradient:
    /// <see cref="ParametersOf(LinearModelParameters)"/>. No L1, and trained to the end: an
    /// <c>OptimizationTolerance</c> of 1e-12 or so.</param>
    /// <param name="byHand">The gradient at given parameters. It is called twice for every parameter, and twice
    /// more.</param>
    /// <returns>The verdict and the report.</returns>
    /// <exception cref="BadInputException">The gradient has another size, or is not finite; or there are no
    /// parameters.</exception>
    public static MLResult Optimum(double[] parameters, Func<double[], double[]> byHand)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(byHand);
        if (parameters.Length == 0 || parameters.Any(p => !double.IsFinite(p)))
        {
            throw new BadInputException(
                "An optimum is looked at in the parameters of a trained model: there must be some, and all finite.");
        }

        return Stationarity.Of(parameters, byHand).Result();
    }

    /// <summary>The parameters of a model in ML.NET's order: the bias first.</summary>
    public static double[] ParametersOf(LinearModelParameters model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return [model.Bias, .. model.Weights.Select(w => (double)w)];
    }

    /// <summary>The parameters of a model in ML.NET's order: the biases first, then the weights of one class after the
    /// other.</summary>
    public static double[] ParametersOf(MaximumEntropyModelParameters model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Microsoft.ML.Data.VBuffer<float>[]? weights = null;
        model.GetWeights(ref weights, out _);
        var all = model.GetBiases().Concat(weights.SelectMany(w => w.DenseValues()));
        return [.. all.Select(p => (double)p)];
    }
}
