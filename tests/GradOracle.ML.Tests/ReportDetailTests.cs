using GradOracle.ML.Cli;
using GradOracle.ML.Losses;
using GradOracle.ML.Objectives;
using Microsoft.ML;
using Microsoft.ML.Trainers;
using NUnit.Framework;

namespace GradOracle.ML.Tests;

/// <summary>What a check says beside its verdict, and where a verdict turns into another.</summary>
public sealed class ReportDetailTests
{
    private static readonly MLContext s_ml = new(seed: 1);
    private static readonly Rows s_rows = new(seed: 3, count: 8, features: 2);

    private static MLResult Squared(LossRange range) =>
        LossCheck.Of(new SquaredLoss(), (o, y) => (o - y).Squared(), range);

    [Test]
    public void An_allowance_that_is_given_stands_behind_the_bound_and_one_that_is_not_does_not()
    {
        Assert.That(Squared(new() { Allowance = 4 }).ToString(), Does.Contain(", times 4."));
        Assert.That(Squared(new()).ToString(), Does.Not.Contain(", times"));
    }

    [Test]
    public void Outputs_far_out_are_told_on_both_sides_three_of_them_and_the_others_counted()
    {
        var told = LossCheck.Of(new Capped(), (o, y) => (o - y).Squared(), new() { Labels = [0] }).ToString();

        Assert.That(told, Does.Contain("far out, at output -1E+10, label 0: Loss is "));
        Assert.That(told, Does.Contain("far out, at output 10000, label 0: Loss is "));
        Assert.That(told, Does.Contain("and so at 1 more outputs far out"));
    }

    [Test]
    public void Points_that_no_float_can_hold_are_counted_and_left_out()
    {
        var told = LossCheck.Of(
            new Steep(), (o, _) => (4 * o).Exp(), new() { Lowest = 0, Highest = 30, Labels = [0], Allowance = 64 });

        Assert.That(told.ToString(), Does.Match("at \\d+ points no float can hold the loss or its slope"));
        Assert.That(told.ToString(), Does.Not.Contain("NaN"));
    }

    [TestCase(1, 1)]
    [TestCase(2, 1)]
    public void Outputs_from_a_number_to_one_that_is_not_above_it_are_refused(double lowest, double highest) =>
        Assert.Throws<BadInputException>(() => Squared(new() { Lowest = lowest, Highest = highest }));

    [Test]
    public void Labels_that_are_no_finite_numbers_and_allowances_below_1_are_refused()
    {
        Assert.Throws<BadInputException>(() => Squared(new() { Labels = [float.NaN] }));
        Assert.Throws<BadInputException>(() => Squared(new() { Labels = [] }));
        Assert.Throws<BadInputException>(() => Squared(new() { Allowance = 0.5 }));
        Assert.That(Squared(new() { Allowance = 1 }).Verdict, Is.EqualTo(Verdict.Agrees));
    }

    [Test]
    public void An_assertion_throws_for_what_is_inconclusive_and_the_report_has_the_remarks()
    {
        var result = new MLResult("a subject", Verdict.Inconclusive, "a summary", [], ["a remark"]);

        Assert.That(result.Require, Throws.TypeOf<DisagreementException>());
        Assert.That(result.ToString(), Is.EqualTo("? a subject: inconclusive: a summary\n  (a remark)"));
    }

    [Test]
    public void A_slope_beyond_either_side_of_a_kink_is_not_between_them()
    {
        var kink = new Kink(0, 0, -1, 1);

        Assert.That(
            new[] { -1.1, -1, 0.5, 1, 1.1 }.Select(kink.Allows),
            Is.EqualTo(new[] { false, true, true, true, false }));
    }

    [Test]
    public void The_error_of_NaN_is_beyond_any_bound_and_that_of_what_is_equal_is_none()
    {
        Assert.That(new Compared(0, 0, double.NaN, 1, 1e9).Error, Is.EqualTo(double.PositiveInfinity));
        Assert.That(new Compared(0, 0, 1, 1, 0).Error, Is.Zero);
        Assert.That(new Compared(0, 0, 3, 1, 4).Error, Is.EqualTo(0.5));
    }

    [Test]
    public void Of_what_is_wrong_the_largest_error_in_bounds_is_shown()
    {
        var told = LossCheck.Of(
            new Cubic(), (o, y) => (o - y).Squared(), new() { Lowest = -4, Highest = 4, Labels = [0] });

        Assert.That(told.Findings[0], Does.StartWith("Loss is not the stated loss: at output -4, label 0 it is "));
    }

    [Test]
    public void A_derivative_by_the_wrong_variable_is_named_by_its_factor() => Assert.That(
        LossCheck.Of(
            new OverOutput(), (o, _) => o.Squared(), new() { Lowest = 0.5, Highest = 4, Labels = [0] }).ToString(),
        Does.Contain("It is off by the factor 1/output."));

    [Test]
    public void An_extrapolated_difference_is_exact_for_a_cubic_and_reaches_no_further_than_it_may()
    {
        var (slope, _) = Differences.Of(x => x * x * x, 1, 0, finest: 8, double.PositiveInfinity)!.Value;
        var asked = new List<double>();
        _ = Differences.Of(
            x =>
            {
                asked.Add(Math.Abs(x - 1));
                return x;
            },
            1,
            0,
            finest: 14,
            reach: 0.01);

        Assert.That(slope, Is.EqualTo(3).Within(1e-13));
        Assert.That(asked.Max(), Is.LessThan(0.01));
    }

    [Test]
    public void A_tolerance_of_differences_grows_with_the_noise()
    {
        double Tolerance(double noise) => Differences.Of(x => x, 1, noise, 8, double.PositiveInfinity)!.Value.Tolerance;

        Assert.That(Tolerance(1e-9), Is.EqualTo(6e-9 / 0.0625).Within(1e-12), "6 noise / h, at the coarsest step");
    }

    [Test]
    public void The_bounds_of_a_formula_are_a_few_roundings_wide()
    {
        var stated = new FormulaLoss((o, y) => (o - y) * (o - y)).At([(2, 1)])[0];
        var unit = Math.ScaleB(1, -24);

        // Moved by 8 u: the value by 2·8u·(2 + 1), the slope by 2·8u·(2 + 1), and 8 u each of the value and 1, the
        // slope.
        Assert.That(stated.ValueBound, Is.EqualTo((48 + 16) * unit).Within(1 * unit));
        Assert.That(stated.SlopeBound, Is.EqualTo((48 + 16) * unit).Within(4 * unit));
    }

    [Test]
    public void The_bounds_of_a_graph_are_those_of_its_steps_and_one_more_rounding()
    {
        var stated = new GraphLoss((o, y) => o - y, null).At([(2, 1), (0, 0)]);
        var unit = Math.ScaleB(1, -24);

        Assert.That(stated[0].ValueBound, Is.EqualTo(2 * unit).Within(0.01 * unit));
        Assert.That(stated[1].ValueBound, Is.GreaterThan(0).And.LessThan(1e-40));
    }

    [Test]
    public void A_loss_is_written_otherwise_only_if_it_is_the_same_loss() => Assert.That(
        () => Squared(new() { Written = (o, y) => (o - y).Squared() + 1 }),
        Throws.TypeOf<BadInputException>().With.Message.StartsWith("Written is not the stated loss in other steps"));

    [Test]
    public void Near_the_ends_of_the_range_differences_stay_within_it()
    {
        var outside = new OnlyWithin(-2, 2);

        Assert.That(
            LossCheck.Of(
                outside, (o, y) => (o - y).Squared(), new() { Lowest = -2, Highest = 2, Labels = [0] }).Verdict,
            Is.EqualTo(Verdict.Agrees));
    }

    [Test]
    public void Outputs_beside_the_label_are_looked_at() => Assert.That(
        Outputs.Plain(new() { Lowest = -8, Highest = 8 }, 2.6875f),
        Does.Contain(2.6875f).And.Contain(1.6875f).And.Contain(3.6875f).And.Contain(-1f));

    [Test]
    public void Parameters_are_named_biases_first_class_by_class()
    {
        var one = new Objective(ObjectiveKind.Logistic, [[1, 2, 3]], [1], 1, 2);
        var two = one with { Kind = ObjectiveKind.Softmax, Outputs = 2 };

        Assert.That((one.NameOf(0), one.NameOf(1), one.NameOf(3)), Is.EqualTo(("the bias", "weight 0", "weight 2")));
        Assert.That(
            (two.NameOf(1), two.NameOf(2), two.NameOf(7)),
            Is.EqualTo(("the bias of class 1", "weight 0 of class 0", "weight 2 of class 1")));
        Assert.That(one.PenaltyAt([5, 1, 2, 3]), Is.EqualTo(new double[] { 0, 2, 4, 6 }));
    }

    [Test]
    public void Points_are_those_of_the_seed_and_none_are_refused()
    {
        List<double> Asked(int seed)
        {
            List<double> asked = [];
            _ = ObjectiveCheck.Gradients(
                s_ml.Logistic(1),
                s_rows.OfFlags(s_ml),
                w =>
                {
                    asked.Add(w[0]);
                    return ByHand.Logistic(s_rows, 1)(w);
                },
                points: 2,
                seed);
            return asked;
        }

        Assert.That(Asked(1), Is.Not.EqualTo(Asked(2)));
        Assert.Throws<BadInputException>(() => ObjectiveCheck.Gradients(
            s_ml.Logistic(1), s_rows.OfFlags(s_ml), ByHand.Logistic(s_rows, 1), points: 0));
    }

    [Test]
    public void A_gradient_in_double_is_not_taken_for_float() => Assert.That(
        ObjectiveCheck.Gradients(s_ml.Logistic(1), s_rows.OfFlags(s_ml), ByHand.Logistic(s_rows, 1)).Remarks, Is.Empty);

    [Test]
    public void The_parameters_of_a_model_are_the_bias_and_then_the_weights()
    {
        var model = s_ml.Logistic(1).Fit(s_rows.OfFlags(s_ml)).Model.SubModel;

        Assert.That(ObjectiveCheck.ParametersOf(model)[0], Is.EqualTo((double)model.Bias));
    }

    [Test]
    public void A_minimum_is_no_maximum_and_no_optimum_is_where_the_gradient_goes_on()
    {
        string Of(Func<double[], double[]> gradient) => ObjectiveCheck.Optimum([1, 2], gradient).ToString();

        Assert.That(Of(w => [w[0] - 1, w[1] - 2]), Does.StartWith("✓"));
        Assert.That(Of(w => [1 - w[0], 2 - w[1]]), Does.Contain("falls where that of an objective rises"));
        Assert.That(Of(w => [w[0] - 1.1, w[1] - 2]), Does.Contain("optimum is not that of the gradient by hand"));
        Assert.That(Of(w => [w[0] - 1, 0.5]), Does.Contain("does not vanish along a direction"));
        Assert.That(ObjectiveCheck.Optimum([0, 0], w => w).Verdict, Is.EqualTo(Verdict.Inconclusive));
    }

    [Test]
    public void An_entry_that_is_half_a_percent_off_the_optimum_is_told() => Assert.That(
        ObjectiveCheck.Optimum([1, 2], w => [w[0] - 1.01, w[1] - 2]).Verdict, Is.EqualTo(Verdict.Disagrees));

    [Test]
    public void A_count_below_0_is_no_count() => Assert.That(
        () => ObjectiveCheck.Gradients(
            s_ml.Poisson(1),
            new Rows(3, 8, 2) { Counts = [-1, 0, 1, 2, 3, 0, 1, 2] }.OfCounts(s_ml),
            ByHand.Poisson(s_rows, 1)),
        Throws.TypeOf<BadInputException>().With.Message.Contains("a count is a finite number that is not negative"));

    [Test]
    public void A_table_counts_what_is_inconclusive_as_wrong_and_exits_with_1()
    {
        var output = new StringWriter { NewLine = "\n" };
        MLResult Of(Verdict verdict) => new("s", verdict, "summary", [], []);

        Assert.That(
            Table.Print(output, [new("k", "a", Of(Verdict.Agrees)), new("k", "b", null, "no.")], false), Is.Zero);
        Assert.That(output.ToString(), Does.Contain("– b: no.").And.EndWith("✓ 1 checks agree.\n"));
        Assert.That(Table.Print(output, [new("k", "a", Of(Verdict.Inconclusive))], false), Is.EqualTo(1));
        Assert.That(
            output.ToString(), Does.Contain("? s: inconclusive").And.EndWith("✗ 1 of 1 checks do not agree.\n"));
    }

    [TestCase("1,0.5", "it must be a class for maximum-entropy, a whole number from 0;")]
    [TestCase("1,-1", "it must be a class for maximum-entropy, a whole number from 0;")]
    public void What_is_no_class_is_told_with_its_row(string row, string sentence)
    {
        var examples = Of($"x,label\n{row}\n2,1\n");

        Assert.That(
            () => examples.OfClasses(s_ml), Throws.TypeOf<BadInputException>().With.Message.Contains(sentence));
        Assert.That(
            () => Of("x,label\n1,0,1\n"), Throws.TypeOf<BadInputException>().With.Message.StartsWith("Line 2 of"));
        Assert.That(() => Of("x\n1\n"), Throws.TypeOf<BadInputException>().With.Message.Contains("has no header"));
        Assert.That(() => Of("x,label\n1,0\n\n2,1\n").OfFlags(s_ml), Throws.Nothing, "an empty line is no row");
    }

    [Test]
    public void The_command_draws_by_its_seed_and_penalises_with_1_unless_said_otherwise()
    {
        string Of(params string[] more) => Run(["check", "gradients", "--only", "logistic", "--full", .. more]).Output;

        Assert.That(Of(), Does.Contain(", l2 1:").And.EqualTo(Of("--seed", "1")).And.Not.EqualTo(Of("--seed", "2")));
        Assert.That(Of(), Does.Not.Contain("poisson").And.Not.Contain("losses"));
    }

    [Test]
    public void A_loss_or_trainer_that_is_asked_for_leaves_the_components_out() =>
        Assert.That(
            Run(["check", "losses", "components", "--only", "squared"]).Output, Does.Not.Contain("factorization"));

    [Test]
    public void What_nobody_sets_is_outputs_from_minus_30_to_30_for_the_labels_0_and_1()
    {
        var range = new LossRange();

        Assert.That((range.Lowest, range.Highest, range.Allowance), Is.EqualTo((-30.0, 30.0, 1.0)));
        Assert.That(range.Labels, Is.EqualTo(new float[] { 0, 1 }));
    }

    [Test]
    public void Parameters_that_are_no_numbers_are_no_optimum() => Assert.That(
        () => ObjectiveCheck.Optimum([double.NaN], w => w),
        Throws.TypeOf<BadInputException>().With.Message.Contains("there must be some, and all finite"));

    [TestCase(1, Verdict.Disagrees)]
    [TestCase(64, Verdict.Agrees)]
    public void An_allowance_holds_for_losses_as_for_slopes(double allowance, Verdict verdict) => Assert.That(
        LossCheck.Of(new SlightlyMore(), (o, y) => (o - y).Squared(), new() { Allowance = allowance }).Verdict,
        Is.EqualTo(verdict));

    [Test]
    public void Where_no_difference_of_the_loss_can_be_taken_nothing_is_shown() => Assert.That(
        Squared(new() { Lowest = 1, Highest = 1.00001, Labels = [0] }).Verdict, Is.EqualTo(Verdict.Inconclusive));

    [Test]
    public void An_entry_that_is_no_number_is_shown_before_one_that_is_merely_wrong() => Assert.That(
        ObjectiveCheck.Gradients(
            s_ml.Logistic(1),
            s_rows.OfFlags(s_ml),
            w =>
            {
                var g = ByHand.Logistic(s_rows, 1)(w);
                (g[1], g[2]) = (g[1] + 100, double.NaN);
                return g;
            }).Findings[0],
        Does.Contain("of weight 1 by hand NaN"));

    [Test]
    public void Examples_with_weights_are_refused()
    {
        var trainer = s_ml.BinaryClassification.Trainers.LbfgsLogisticRegression(
            new LbfgsLogisticRegressionBinaryTrainer.Options { ExampleWeightColumnName = "Label" });

        Assert.That(
            () => ObjectiveCheck.Gradients(trainer, s_rows.OfFlags(s_ml), ByHand.Logistic(s_rows, 1)),
            Throws.TypeOf<BadInputException>().With.Message.Contains("The examples have weights"));
    }

    [Test]
    public void A_command_whose_output_cannot_be_written_exits_with_3()
    {
        using var error = new StringWriter();

        Assert.That(MLCommand.Run(["check", "losses", "--only", "squared"], new Full(), error), Is.EqualTo(3));
        Assert.That(
            error.ToString(), Does.StartWith("gradoracle-mlnet: The output cannot be written: the disk is full"));
    }

    [Test]
    public void Twenty_components_are_tried_unless_said_otherwise()
    {
        if (!System.Runtime.Intrinsics.X86.Avx.IsSupported)
        {
            Assert.Ignore("This processor has no AVX.");
        }

        Assert.That(Run(["check", "components"]).Output, Does.Contain("factorization, 20"));
    }

    private static (int Code, string Output) Run(string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        return (MLCommand.Run(arguments, output, error), output.ToString());
    }

    private static Examples Of(string text)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, text);
            return Examples.Of(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private sealed class Full : StringWriter
    {
        public override void Write(string? value) => throw new IOException("the disk is full");
    }

    private sealed class SlightlyMore : IRegressionLoss
    {
        public double Loss(float output, float label) =>
            ((double)output - label) * ((double)output - label) * (1 + 2e-6);

        public float Derivative(float output, float label) => 2 * (output - label);
    }

    private sealed class Capped : IRegressionLoss
    {
        public double Loss(float output, float label) =>
            Math.Min(((double)output - label) * ((double)output - label), 1e6);

        public float Derivative(float output, float label) => 2 * (output - label);
    }

    private sealed class Steep : IRegressionLoss
    {
        public double Loss(float output, float label) => Math.Exp(4.0 * output);

        public float Derivative(float output, float label) => (float)(4 * Math.Exp(4.0 * output));
    }

    private sealed class Cubic : IRegressionLoss
    {
        public double Loss(float output, float label) => Math.Pow(output - label, 3);

        public float Derivative(float output, float label) => 3 * (output - label) * (output - label);
    }

    private sealed class OverOutput : IRegressionLoss
    {
        public double Loss(float output, float label) => output * output;

        public float Derivative(float output, float label) => 2;
    }

    private sealed class OnlyWithin(float lowest, float highest) : IRegressionLoss
    {
        public double Loss(float output, float label) =>
            output < lowest || output > highest ? 4 : (output - label) * (output - label);

        public float Derivative(float output, float label) => 2 * (output - label);
    }
}
