using GradOracle.ML.Objectives;
using Microsoft.ML;
using NUnit.Framework;

namespace GradOracle.ML.Tests;

/// <summary>Three gradients of one objective: by hand, TorchSharp's, and ML.NET's own.</summary>
public sealed class GradientTests
{
    private const float L2 = 1;
    private const int Points = 200;
    private static readonly MLContext s_ml = new(seed: 1);
    private static readonly Rows s_rows = new(seed: 3);

    [Test]
    public void Three_gradients_of_logistic_regression_agree() =>
        Accept(ObjectiveCheck.Gradients(s_ml.Logistic(L2), s_rows.OfFlags(s_ml), ByHand.Logistic(s_rows, L2), Points));

    [Test]
    public void Three_gradients_of_maximum_entropy_agree() =>
        Accept(ObjectiveCheck.Gradients(
            s_ml.MaximumEntropy(L2),
            s_rows.OfClasses(s_ml),
            ByHand.Softmax(s_rows, L2),
            Points));

    [Test]
    public void Three_gradients_of_Poisson_regression_agree() =>
        Accept(ObjectiveCheck.Gradients(s_ml.Poisson(L2), s_rows.OfCounts(s_ml), ByHand.Poisson(s_rows, L2), Points));

    [Test]
    public void A_sum_in_place_of_the_mean_is_named() =>
        Caught(g => [.. g.Select(v => v * s_rows.X.Length)], "It is that of the sum over the examples");

    [Test]
    public void A_turned_sign_is_named() => Caught(g => [.. g.Select(v => -v)], "Its sign is turned.");

    [Test]
    public void A_penalty_that_is_missing_is_named() => CaughtAs(ByHand.Logistic(s_rows, 0), "The penalty is missing.");

    [Test]
    public void A_penalty_without_its_half_is_named() =>
        CaughtAs(ByHand.Logistic(s_rows, 2 * L2), "The penalty counts twice");

    [Test]
    public void A_penalty_that_is_not_divided_is_named() =>
        CaughtAs(ByHand.Logistic(s_rows, 64 * L2), "The penalty is not divided by the number of examples.");

    [Test]
    public void A_penalised_bias_is_named()
    {
        var right = ByHand.Logistic(s_rows, L2);
        CaughtAs(w => [.. right(w).Select((g, i) => i == 0 ? g + L2 * w[0] / 64 : g)], "The biases are penalised");
    }

    [Test]
    public void A_bias_behind_the_weights_is_named() => Caught(g => [.. g[1..], g[0]], "ML.NET has them first");

    [Test]
    public void One_entry_off_by_one_part_in_ten_thousand_of_its_terms_is_caught() =>
        Caught(g => [.. g.Select((v, i) => i == 3 ? v + 5e-5 : v)], "of weight 2 by hand");

    [Test]
    public void No_number_is_caught() =>
        Caught(g => [.. g.Select((v, i) => i == 2 ? double.NaN : v)], "of weight 1 by hand NaN");

    [Test]
    public void A_gradient_by_hand_in_float_agrees_and_is_told()
    {
        var right = ByHand.Logistic(s_rows, L2);
        var found = ObjectiveCheck.Gradients(
            s_ml.Logistic(L2),
            s_rows.OfFlags(s_ml),
            w => [.. right(w).Select(g => (double)(float)g)]);

        Assert.That(found.Verdict, Is.EqualTo(Verdict.Agrees));
        Assert.That(found.Remarks, Has.One.Contains("is taken for float"));
    }

    [Test]
    public void ML_NET_is_the_odd_one_out_where_the_other_two_agree()
    {
        var (trainer, data) = (s_ml.Logistic(L2), s_rows.OfFlags(s_ml));
        trainer.Fit(data);
        var inside = new LbfgsInside(trainer);
        var other = TrainingData.Of(inside, data, "Features", "Label", null) with { L2 = 3 };

        var found = new ThreeGradients(
            "another objective",
            other,
            inside,
            ByHand.Logistic(s_rows, 3)).At(points: 5, seed: 1);

        Assert.That(found.Verdict, Is.EqualTo(Verdict.OraclesDisagree));
        Assert.That(found.Findings, Is.EqualTo(found.Findings.Where(
            f => f.StartsWith("ML.NET's own gradient is the odd one out", StringComparison.Ordinal))));
    }

    [Test]
    public void L1_is_1_by_default_and_told()
    {
        var trainer = s_ml.BinaryClassification.Trainers.LbfgsLogisticRegression(l2Regularization: L2);

        Assert.That(
            ObjectiveCheck.Gradients(trainer, s_rows.OfFlags(s_ml), ByHand.Logistic(s_rows, L2)).Remarks,
            Has.One.StartsWith("L1 is 1, which is its default"));
    }

    [Test]
    public void Bad_input_is_a_sentence()
    {
        var none = new Rows(seed: 1, count: 0);
        void Says(Action code, string words) => Assert.That(
            code,
            Throws.TypeOf<BadInputException>().With.Message.Contains(words));
        double[] Never(double[] w) => [];

        Says(
            () => ObjectiveAssert.GradientsAgree(s_ml.Logistic(L2), none.OfFlags(s_ml), Never),
            "The data has no rows");
        Says(
            () => ObjectiveAssert.GradientsAgree(s_ml.Logistic(L2), s_rows.OfNumbers(s_ml), Never),
            "\"Label\" is Single: a label is Boolean");
        Says(
            () => ObjectiveAssert.GradientsAgree(s_ml.MaximumEntropy(L2), s_rows.OfClasses(s_ml, classes: 2), Never),
            "has no class");
        Says(
            () => ObjectiveAssert.GradientsAgree(s_ml.Poisson(L2), s_rows.OfNumbers(s_ml), Never),
            "a count is a finite number");
        Says(
            () => ObjectiveAssert.GradientsAgree(s_ml.Logistic(L2), s_rows.OfFlags(s_ml), Never),
            "has 0 entries, the objective 6 parameters");
        Says(
            () => ObjectiveAssert.GradientsAgree(s_ml.Logistic(L2), s_rows.OfFlags(s_ml), Never, points: 0),
            "0 points show nothing");
        Says(() => LbfgsInside.RequireVersion("6.0.0+abc"), "known of 5.0.1 only");
        Says(() => LbfgsInside.RequireVersion(null), "of an unknown version");
    }

    [Test]
    public void A_row_that_the_trainer_would_leave_out_is_told()
    {
        var rows = new Rows(seed: 3);
        rows.X[7][2] = float.NaN;

        Assert.That(
            () => ObjectiveAssert.GradientsAgree(s_ml.Logistic(L2), rows.OfFlags(s_ml), w => w),
            Throws.TypeOf<BadInputException>().With.Message.StartsWith("Row 7 has a feature that is no finite number"));
    }

    private static void Caught(Func<double[], double[]> edit, string words)
    {
        var right = ByHand.Logistic(s_rows, L2);
        CaughtAs(w => edit(right(w)), words);
    }

    private static void CaughtAs(Func<double[], double[]> wrong, string words) => Assert.That(
        () => ObjectiveAssert.GradientsAgree(s_ml.Logistic(L2), s_rows.OfFlags(s_ml), wrong),
        Throws.TypeOf<DisagreementException>().With.Message.Contains("by hand is the odd one out").And.Message.Contains(words));

    private static void Accept(MLResult result)
    {
        TestContext.Out.WriteLine(result);
        Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees));
    }
}
