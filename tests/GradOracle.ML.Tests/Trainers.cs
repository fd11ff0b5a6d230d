using Microsoft.ML;
using Microsoft.ML.Trainers;

namespace GradOracle.ML.Tests;

/// <summary>L-BFGS trainers with one thread and no L1, which is 1 unless it is said otherwise.</summary>
internal static class Trainers
{
    public static LbfgsLogisticRegressionBinaryTrainer Logistic(this MLContext ml, float l2, float l1 = 0) =>
        ml.BinaryClassification.Trainers.LbfgsLogisticRegression(new LbfgsLogisticRegressionBinaryTrainer.Options
        {
            L2Regularization = l2,
            L1Regularization = l1,
            OptimizationTolerance = 1e-12f,
            NumberOfThreads = 1,
        });

    public static LbfgsMaximumEntropyMulticlassTrainer MaximumEntropy(this MLContext ml, float l2) =>
        ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            L2Regularization = l2,
            L1Regularization = 0,
            OptimizationTolerance = 1e-12f,
            NumberOfThreads = 1,
        });

    public static LbfgsPoissonRegressionTrainer Poisson(this MLContext ml, float l2) =>
        ml.Regression.Trainers.LbfgsPoissonRegression(new LbfgsPoissonRegressionTrainer.Options
        {
            L2Regularization = l2,
            L1Regularization = 0,
            OptimizationTolerance = 1e-12f,
            NumberOfThreads = 1,
        });
}
