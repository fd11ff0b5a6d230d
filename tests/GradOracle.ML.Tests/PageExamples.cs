using Microsoft.ML;
using Microsoft.ML.Trainers;
using NUnit.Framework;

namespace GradOracle.ML.Tests;

/// <summary>The examples of the page, as they stand there.</summary>
public sealed class PageExamples
{
    [Test]
    public void My_loss_is_Hubers() => LossAssert.Agrees(
        new Huber(), Loss.Of("huber"), new LossRange { Lowest = -6, Highest = 6, Labels = [-1, 0, 2.5f] });

    [Test]
    public void My_loss_is_the_square() =>
        LossAssert.Agrees(new SquaredLoss(), (Node o, Node y) => (o - y).Squared());

    [Test]
    public void My_loss_is_the_formula_in_the_paper() =>
        LossAssert.Agrees(new SquaredLoss(), (double o, double y) => (o - y) * (o - y));

    [Test]
    public void My_gradient_is_that_of_logistic_regression()
    {
        var (ml, rows) = (new MLContext(seed: 1), new Rows(seed: 3));
        var trainer =
            ml.BinaryClassification.Trainers.LbfgsLogisticRegression(new LbfgsLogisticRegressionBinaryTrainer.Options
            {
                L1Regularization = 0, // it is 1 unless it is said otherwise
                L2Regularization = 1,
                OptimizationTolerance = 1e-12f,
                NumberOfThreads = 1,
            });
        var data = rows.OfFlags(ml);
        var mine = ByHand.Logistic(rows, l2: 1); // double[] parameters to double[] gradient

        ObjectiveAssert.GradientsAgree(trainer, data, mine);
        ObjectiveAssert.IsOptimum(ObjectiveCheck.ParametersOf(trainer.Fit(data).Model.SubModel), mine);
    }
    [Test]
    public void My_factorization_machine_trains_all_that_it_has()
    {
        FactorizationTests.RequireAvx();
        var (trainer, data) = (FactorizationTests.Trainer(latent: 16), FactorizationTests.Row(0));

        FactorizationCheck.EveryComponentMoves(trainer, data);
    }
}
