using Microsoft.ML;
using Microsoft.ML.Trainers;
using NUnit.Framework;

namespace GradOracle.ML.Tests;

/// <summary>What the page says of ML.NET's traps, as it is seen.</summary>
public sealed class TrapTests
{
    private static readonly MLContext s_ml = new(seed: 1);
    private static readonly Rows s_rows = new(seed: 3);

    [Test]
    public void Defaults_are_L1_of_1_shuffled_and_averaged()
    {
        Assert.That(new LbfgsLogisticRegressionBinaryTrainer.Options().L1Regularization, Is.EqualTo(1));
        Assert.That(new LbfgsPoissonRegressionTrainer.Options().L1Regularization, Is.EqualTo(1));
        Assert.That(new LbfgsMaximumEntropyMulticlassTrainer.Options().L1Regularization, Is.EqualTo(1));
        Assert.That(new OnlineGradientDescentTrainer.Options() is { Shuffle: true, Averaged: true });
        Assert.That(new AveragedPerceptronTrainer.Options() is { Shuffle: true, Averaged: true });
        Assert.That(new SgdNonCalibratedTrainer.Options().Shuffle);
    }

    [Test]
    public void A_row_that_is_not_finite_is_left_out_without_a_word()
    {
        var (with, without) = (new Rows(seed: 3), Without(7));
        with.X[7][2] = float.NaN;

        Assert.That(Trained(with), Is.EqualTo(Trained(without)));
        Assert.That(Trained(s_rows), Is.Not.EqualTo(Trained(without)));

        double[] Trained(Rows rows) => ObjectiveCheck.ParametersOf(
            s_ml.Logistic(1).Fit(rows.OfFlags(s_ml)).Model.SubModel);
    }

    [Test]
    public void A_class_beyond_its_key_is_a_missing_one_and_left_out_without_a_word()
    {
        var beyond = new Rows(seed: 3);
        beyond.Classes[7] = 3; // of three

        Assert.That(Trained(beyond), Is.EqualTo(Trained(Without(7))));

        double[] Trained(Rows rows) => ObjectiveCheck.ParametersOf(
            s_ml.MaximumEntropy(1).Fit(rows.OfClasses(s_ml)).Model);
    }

    [Test]
    public void A_trainer_starts_where_a_model_is_that_it_is_given()
    {
        var trainer = s_ml.Regression.Trainers.OnlineGradientDescent(new OnlineGradientDescentTrainer.Options
        {
            Averaged = false,
            Shuffle = false,
            NumberOfIterations = 1,
            LearningRate = 1,
            DecreaseLearningRate = false,
        });
        var data = new Rows(seed: 1) { X = [[1, 2]], Numbers = [3] }.OfNumbers(s_ml);

        var first = trainer.Fit(data).Model;
        var second = trainer.Fit(data, first).Model;

        Assert.That((first.Weights[0], first.Weights[1], first.Bias), Is.EqualTo((6f, 12f, 6f)));  // 2 · 3 x, from 0
        // 36 − 3 off: −66 x
        Assert.That((second.Weights[0], second.Weights[1], second.Bias), Is.EqualTo((-60f, -120f, -60f)));
    }

    private static Rows Without(int row)
    {
        T[] Left<T>(T[] all) => [.. all.Where((_, i) => i != row)];
        return new(seed: 3) { X = Left(s_rows.X), Flags = Left(s_rows.Flags), Classes = Left(s_rows.Classes) };
    }
}
