using System.Runtime.Intrinsics.X86;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using NUnit.Framework;

namespace GradOracle.ML.Tests;

/// <summary>A step of the field-aware factorization machine, and the latent components that it leaves as they
/// are.</summary>
public sealed class FactorizationTests
{
    private const int Fields = 2;
    private const float Rate = 0.25f;
    private static readonly int[] s_field = [0, 0, 1, 1, 1];
    private static readonly MLContext s_ml = new(seed: 1);
    private static readonly Rows s_rows = new(seed: 3);

    [TestCase(3, 0)]
    [TestCase(4, 0)]
    [TestCase(8, 80)]
    [TestCase(12, 80)]
    [TestCase(16, 160)]
    [TestCase(20, 160)]
    public void Components_beyond_a_multiple_of_8_never_move(int latent, int moved)
    {
        RequireAvx();
        var (before, after, _) = OneStep(latent);

        TestContext.Out.WriteLine(
            $"{latent} components: {Moved(before, after)} of {before.Length} latent weights moved");
        Assert.That(Moved(before, after), Is.EqualTo(moved));
        Assert.That(before, Has.Length.EqualTo(s_field.Length * Fields * latent));
    }

    [TestCase(4, "Components 0, 1, 2, 3 of 4, counted from 0, never move")]
    [TestCase(9, "Component 8 of 9, counted from 0, never")]
    [TestCase(12, "Components 8, 9, 10, 11 of 12, counted from 0, never move")]
    [TestCase(20, "Choose a multiple of 8.")]
    public void The_check_says_which_components_never_move(int latent, string words)
    {
        RequireAvx();

        Assert.That(
            () => FactorizationCheck.EveryComponentMoves(Trainer(latent), Row(0)),
            Throws.TypeOf<DisagreementException>().With.Message.Contains(words));
    }

    [Test]
    public void The_check_accepts_a_multiple_of_8()
    {
        RequireAvx();
        FactorizationCheck.EveryComponentMoves(Trainer(16), Row(0));
    }

    [Test]
    public void Where_nothing_moves_at_all_nothing_is_shown()
    {
        RequireAvx();

        Assert.That(FactorizationCheck.Of(Trainer(8, rate: 1e-30f), Row(0)).Verdict, Is.EqualTo(Verdict.Inconclusive));
    }

    [Test]
    public void No_AVX_no_rows_and_no_such_column_are_sentences()
    {
        Assert.That(
            () => FactorizationCheck.RequireAvx(isThere: false),
            Throws.TypeOf<BadInputException>().With.Message.Contains("has no AVX"));
        RequireAvx();
        Assert.That(
            () => FactorizationCheck.Of(Trainer(8), s_ml.Data.LoadFromEnumerable<TwoFields>([])),
            Throws.TypeOf<BadInputException>().With.Message.StartsWith("The data has no rows"));
        Assert.That(
            () => FactorizationCheck.Of(Trainer(8), s_rows.OfFlags(s_ml)),
            Throws.TypeOf<BadInputException>().With.Message.StartsWith("ML.NET does not train on this data"));
    }

    /// <summary>AdaGrad: w ← w − η g / √(1 + g²), g the derivative of ln(1 + exp z) − t z; latent weights take the root
    /// from an instruction of 12 bits.</summary>
    [Test]
    public void A_step_is_AdaGrads_where_components_are_a_multiple_of_8()
    {
        RequireAvx();
        const int latent = 8;
        var (before, after, linear) = OneStep(latent);
        var (x, t) = (s_rows.X[1], s_rows.Flags[1] ? 1 : 0);
        int At(int feature, int field, int k) => (feature * Fields + field) * latent + k;

        double z = 0;
        for (var i = 0; i < x.Length; i++)
        {
            z += linear.Before[i] * x[i];
            for (var j = i + 1; j < x.Length; j++)
            {
                for (var k = 0; k < latent; k++)
                {
                    z += (double)before[At(i, s_field[j], k)] * before[At(j, s_field[i], k)] * x[i] * x[j];
                }
            }
        }

        var slope = 1 / (1 + Math.Exp(-z)) - t;
        var (worstLinear, worstLatent) = (0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            worstLinear = Math.Max(worstLinear, Off(linear.Before[i], linear.After[i], slope * x[i]));
            for (var field = 0; field < Fields; field++)
            {
                for (var k = 0; k < latent; k++)
                {
                    var others = Enumerable.Range(0, x.Length).Where(j => j != i && s_field[j] == field);
                    var g = others.Sum(j => slope * x[i] * x[j] * before[At(j, s_field[i], k)]);
                    worstLatent = Math.Max(worstLatent, Off(before[At(i, field, k)], after[At(i, field, k)], g));
                }
            }
        }

        TestContext.Out.WriteLine(FormattableString.Invariant(
            $"one step, 8 components: off by {worstLinear:G3} of the step in linear weights, by {worstLatent:G3} in latent ones"));
        Assert.That(worstLinear, Is.LessThan(1e-5));
        Assert.That(worstLatent, Is.LessThan(1.5 / 4096), "the instruction for 1/√a is right to 1.5 × 2⁻¹²");
    }

    // How far it is from AdaGrad's step beside that step, what rounding does to the weight left out.
    private static double Off(float before, float after, double g)
    {
        var step = -Rate / Math.Sqrt(1 + g * g) * g;
        var rounding = Math.ScaleB(Math.Abs(before) + Math.Abs(after), -23);
        return step == 0 ? 0 : Math.Max(0, Math.Abs(after - before - step) - rounding) / Math.Abs(step);
    }

    private static int Moved(float[] before, float[] after) =>
        before.Zip(after).Count(pair => pair.First != pair.Second);

    // Without AVX its native library is missing, and another code path runs.
    internal static void RequireAvx()
    {
        if (!Avx.IsSupported)
        {
            Assert.Ignore("This processor has no AVX: the code that leaves components out does not run here.");
        }
    }

    private static (float[] Before, float[] After, (float[] Before, float[] After) Linear) OneStep(int latent)
    {
        var trainer = Trainer(latent);
        var first = trainer.Fit(Row(0)).Model;
        var second = trainer.Fit(Row(1), modelParameters: first).Model;
        return (
            [.. first.GetLatentWeights()],
            [.. second.GetLatentWeights()],
            ([.. first.GetLinearWeights()], [.. second.GetLinearWeights()]));
    }

    internal static FieldAwareFactorizationMachineTrainer Trainer(int latent, float rate = Rate) =>
        s_ml.BinaryClassification.Trainers.FieldAwareFactorizationMachine(new()
        {
            NumberOfIterations = 1,
            LearningRate = rate,
            LatentDimension = latent,
            Shuffle = false,
            NormalizeFeatures = false,
            LambdaLinear = 0,
            LambdaLatent = 0,
            Radius = 0.5f,
            FeatureColumnName = "First",
            ExtraFeatureColumns = ["Second"],
            LabelColumnName = "Label",
            Verbose = false,
        });

    internal static IDataView Row(int index) => s_ml.Data.LoadFromEnumerable(
        [new TwoFields { First = s_rows.X[index][..2], Second = s_rows.X[index][2..], Label = s_rows.Flags[index] }]);

    private sealed class TwoFields
    {
        [VectorType(2)]
        public float[] First { get; set; } = [];

        [VectorType(3)]
        public float[] Second { get; set; } = [];

        public bool Label { get; set; }
    }
}
