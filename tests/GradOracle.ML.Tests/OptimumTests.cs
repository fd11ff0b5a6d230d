using Microsoft.ML;
using Microsoft.ML.Trainers;
using NUnit.Framework;

namespace GradOracle.ML.Tests;

/// <summary>At the optimum the gradient of the trainer's objective vanishes, and that of another does not.</summary>
public sealed class OptimumTests
{
    private const float L2 = 1;
    private static readonly MLContext s_ml = new(seed: 1);
    private static readonly Rows s_rows = new(seed: 3);

    [Test]
    public void The_gradient_of_logistic_regression_vanishes() =>
        Accept(LogisticOptimum(), ByHand.Logistic(s_rows, L2));

    [Test]
    public void The_gradient_of_maximum_entropy_vanishes() =>
        Accept(
            ObjectiveCheck.ParametersOf(s_ml.MaximumEntropy(L2).Fit(s_rows.OfClasses(s_ml)).Model),
            ByHand.Softmax(s_rows, L2));

    [Test]
    public void The_gradient_of_Poisson_regression_vanishes() =>
        Accept(
            ObjectiveCheck.ParametersOf(s_ml.Poisson(L2).Fit(s_rows.OfCounts(s_ml)).Model),
            ByHand.Poisson(s_rows, L2));

    [Test]
    public void The_gradient_of_SDCA_vanishes_with_its_bias_penalised()
    {
        const float l2 = 0.02f; // of the mean loss: what L-BFGS calls l2/N
        var trainer =
            s_ml.BinaryClassification.Trainers.SdcaLogisticRegression(new SdcaLogisticRegressionBinaryTrainer.Options
            {
                L2Regularization = l2,
                L1Regularization = 0,
                NumberOfThreads = 1,
                MaximumNumberOfIterations = 2000,
                ConvergenceTolerance = 1e-9f,
                Shuffle = false,
            });
        var at = ObjectiveCheck.ParametersOf(trainer.Fit(s_rows.OfFlags(s_ml)).Model.SubModel);
        var free = ByHand.Logistic(s_rows, l2 * s_rows.X.Length);

        Accept(at, w => [.. free(w).Select((g, i) => i == 0 ? g + l2 * w[0] : g)]);
        Refuse(at, free, "its objective is another");
    }

    [Test]
    public void A_penalty_that_counts_half_is_caught() =>
        Refuse(LogisticOptimum(), ByHand.Logistic(s_rows, L2 / 2), "its objective is another");

    [Test]
    public void A_penalty_that_is_not_divided_is_caught() =>
        Refuse(LogisticOptimum(), ByHand.Logistic(s_rows, L2 * 64), "its objective is another");

    [Test]
    public void A_turned_sign_is_caught()
    {
        var right = ByHand.Logistic(s_rows, L2);
        Refuse(LogisticOptimum(), w => [.. right(w).Select(g => -g)], "a sign is turned");
    }

    [Test]
    public void A_gradient_that_is_zero_everywhere_shows_nothing() =>
        Assert.That(
            ObjectiveCheck.Optimum(LogisticOptimum(), w => new double[w.Length]).Verdict,
            Is.EqualTo(Verdict.Inconclusive));

    [Test]
    public void An_objective_off_by_a_thousandth_is_not_told()
    {
        var data = ByHand.Logistic(s_rows, 0);
        var found = ObjectiveCheck.Optimum(
            LogisticOptimum(),
            w => [.. data(w).Select((d, i) => 1.001 * d + (i == 0 ? 0 : L2 * w[i] / 64))]);

        Assert.That(found.Verdict, Is.EqualTo(Verdict.Agrees));
        Assert.That(found.ToString(), Does.Contain("not an objective that is off by 0.1 %"));
    }

    [Test]
    public void Bad_input_is_a_sentence()
    {
        Assert.That(
            () => ObjectiveAssert.IsOptimum([], w => w),
            Throws.TypeOf<BadInputException>().With.Message.Contains("there must be some"));
        Assert.That(
            () => ObjectiveAssert.IsOptimum([1, 2], _ => [1]),
            Throws.TypeOf<BadInputException>().With.Message.Contains("must be 2 finite numbers"));
        Assert.That(
            () => ObjectiveAssert.IsOptimum([1], _ => [double.NaN]),
            Throws.TypeOf<BadInputException>().With.Message.Contains("one is not finite"));
    }

    private static double[] LogisticOptimum() =>
        ObjectiveCheck.ParametersOf(s_ml.Logistic(L2).Fit(s_rows.OfFlags(s_ml)).Model.SubModel);

    private static void Accept(double[] at, Func<double[], double[]> byHand)
    {
        TestContext.Out.WriteLine(ObjectiveCheck.Optimum(at, byHand));
        ObjectiveAssert.IsOptimum(at, byHand);
    }

    private static void Refuse(double[] at, Func<double[], double[]> byHand, string words) =>
        Assert.That(
            () => ObjectiveAssert.IsOptimum(at, byHand),
            Throws.TypeOf<DisagreementException>().With.Message.Contains(words));
}
