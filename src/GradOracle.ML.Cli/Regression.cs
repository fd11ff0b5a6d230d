using GradOracle.ML.Objectives;
using Microsoft.ML;
using Microsoft.ML.Trainers;

namespace GradOracle.ML.Cli;

/// <summary>A trainer of ML.NET that minimises a known objective, on given examples.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Gradients">The three gradients at random points, GradOracle's reverse mode in the place of one by
/// hand.</param>
/// <param name="Optimum">The gradient by reverse mode where ML.NET has trained to.</param>
/// <param name="RequireLabels">Refuses examples that the trainer cannot take.</param>
internal sealed record Regression(
    string Name, Func<MLResult> Gradients, Func<MLResult> Optimum, Action RequireLabels)
{
    private const float Tolerance = 1e-12f;

    public static IReadOnlyList<Regression> All(Examples examples, float l2)
    {
        var ml = new MLContext(seed: 1);
        var (flags, classes) = (ml.BinaryClassification.Trainers, ml.MulticlassClassification.Trainers);
        var logistic = flags.LbfgsLogisticRegression(new LbfgsLogisticRegressionBinaryTrainer.Options
        {
            L2Regularization = l2,
            L1Regularization = 0, // 1 by default
            OptimizationTolerance = Tolerance,
            NumberOfThreads = 1,
        });
        var softmax = classes.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            L2Regularization = l2,
            L1Regularization = 0,
            OptimizationTolerance = Tolerance,
            NumberOfThreads = 1,
        });
        var poisson = ml.Regression.Trainers.LbfgsPoissonRegression(new LbfgsPoissonRegressionTrainer.Options
        {
            L2Regularization = l2,
            L1Regularization = 0,
            OptimizationTolerance = Tolerance,
            NumberOfThreads = 1,
        });
        return
        [
            new(
                "logistic",
                () => ObjectiveCheck.Gradients(logistic, Flags(), ReverseMode(logistic, Flags())),
                () => ObjectiveCheck.Optimum(
                    ObjectiveCheck.ParametersOf(logistic.Fit(Flags()).Model.SubModel), ReverseMode(logistic, Flags())),
                () => Flags()),
            new(
                "maximum-entropy",
                () => ObjectiveCheck.Gradients(softmax, Classes(), ReverseMode(softmax, Classes())),
                () => ObjectiveCheck.Optimum(
                    ObjectiveCheck.ParametersOf(softmax.Fit(Classes()).Model), ReverseMode(softmax, Classes())),
                () => Classes()),
            new(
                "poisson",
                () => ObjectiveCheck.Gradients(poisson, Counts(), ReverseMode(poisson, Counts())),
                () => ObjectiveCheck.Optimum(
                    ObjectiveCheck.ParametersOf(poisson.Fit(Counts()).Model), ReverseMode(poisson, Counts())),
                () => Counts()),
        ];

        IDataView Flags() => examples.OfFlags(ml);
        IDataView Classes() => examples.OfClasses(ml);
        IDataView Counts() => examples.OfCounts(ml);
    }

    private static Func<double[], double[]> ReverseMode(object trainer, IDataView data)
    {
        var inside = new LbfgsInside(trainer);
        return new ObjectiveGraph(TrainingData.Of(inside, data, "Features", "Label", weightColumn: null)).GradientAt;
    }
}
