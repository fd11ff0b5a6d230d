using Microsoft.ML;
using Microsoft.ML.Trainers;
using NUnit.Framework;

namespace GradOracle.ML.Tests;

/// <summary>What ML.NET's step-by-step trainers do, as rules by hand: one example after the other, not shuffled, not
/// averaged.</summary>
public sealed class StepTests
{
    private static readonly MLContext s_ml = new(seed: 1);
    private static readonly Rows s_rows = new(seed: 3);

    /// <summary>v ← v − η ℓ′ x, b ← b − η ℓ′, and after it w ← (1 − 2 l2) w: not times the rate. w is held as a scale
    /// times v.</summary>
    [TestCase(0f)]
    [TestCase(0.01f)]
    [TestCase(0.25f)]
    public void Online_gradient_descent_decays_by_twice_l2_whatever_the_rate(float l2)
    {
        var found = Trained(s_rows, l2, rate: 0.125f);

        var (v, b, scale) = (new float[5], 0f, 1f);
        for (var i = 0; i < s_rows.X.Length; i++)
        {
            var slope = 2 * (b + scale * Dot(v, s_rows.X[i]) - s_rows.Numbers[i]);
            Add(v, s_rows.X[i], -0.125f * slope / scale);
            scale *= 1 - 2 * l2;
            b -= 0.125f * slope;
            if (scale < 1f / 1024)
            {
                v = [.. v.Select(w => w * scale)]; // it folds the scale in before it is too small
                scale = 1;
            }
        }

        Show($"online gradient descent, l2 {l2}", [.. v.Select(w => w * scale), b], [.. found.Weights, found.Bias]);
        AreWithin(64, [.. v.Select(w => w * scale), b], [.. found.Weights, found.Bias]);
    }

    [Test]
    public void One_step_of_online_gradient_descent_on_integers_is_exact()
    {
        for (var i = 0; i < s_rows.X.Length; i++)
        {
            float[] x = [.. s_rows.X[i].Select(v => MathF.Round(8 * v))];
            var y = MathF.Round(8 * s_rows.Numbers[i]);
            var found = Trained(new Rows(seed: 1) { X = [x], Numbers = [y] }, l2: 0, rate: 1);

            Assert.That(found.Weights, Is.EqualTo(x.Select(v => 2 * y * v)));
            Assert.That(found.Bias, Is.EqualTo(2 * y));
        }
    }

    [Test]
    public void A_perceptron_steps_where_the_margin_is_below_1()
    {
        var found = s_ml.BinaryClassification.Trainers.AveragedPerceptron(new AveragedPerceptronTrainer.Options
        {
            Averaged = false,
            Shuffle = false,
            NumberOfIterations = 1,
            LearningRate = 0.5f,
        }).Fit(s_rows.OfFlags(s_ml)).Model;

        var (w, b) = (new float[5], 0f);
        for (var i = 0; i < s_rows.X.Length; i++)
        {
            var t = s_rows.Flags[i] ? 1 : -1;
            if (t * (b + Dot(w, s_rows.X[i])) < 1)
            {
                Add(w, s_rows.X[i], 0.5f * t);
                b += 0.5f * t;
            }
        }

        Show("averaged perceptron, not averaged", [.. w, b], [.. found.Weights, found.Bias]);
        AreWithin(64, [.. w, b], [.. found.Weights, found.Bias]);
    }

    /// <summary>Pegasos: rate η = 1/(1 + λ k) at batch k; w ← (1 − η λ) w + η/m Σ t x where t z &lt; 1, and b likewise
    /// but without decay.</summary>
    [TestCase(1)]
    [TestCase(8)]
    [TestCase(64)]
    public void A_linear_support_vector_machine_does_not_decay_its_bias(int batch)
    {
        const float lambda = 0.01f;
        var found = s_ml.BinaryClassification.Trainers.LinearSvm(new LinearSvmTrainer.Options
        {
            Lambda = lambda,
            BatchSize = batch,
            Shuffle = false,
            NumberOfIterations = 1,
            PerformProjection = false,
        }).Fit(s_rows.OfFlags(s_ml)).Model;

        var (w, b) = (new float[5], 0f);
        for (var k = 1; k * batch <= s_rows.X.Length; k++)
        {
            var rate = 1 / (1 + lambda * k);
            var (step, ofBias) = (new float[5], 0f);
            for (var i = (k - 1) * batch; i < k * batch; i++)
            {
                var t = s_rows.Flags[i] ? 1 : -1;
                if (t * (b + Dot(w, s_rows.X[i])) < 1)
                {
                    Add(step, s_rows.X[i], t);
                    ofBias += t;
                }
            }

            w = [.. w.Select(v => v * (1 - rate * lambda))];
            Add(w, step, rate / batch);
            b += rate / batch * ofBias;
        }

        Show($"linear support vector machine, batch {batch}", [.. w, b], [.. found.Weights, found.Bias]);
        AreWithin(64, [.. w, b], [.. found.Weights, found.Bias]);
    }

    /// <summary>η = η₀/(1 + η₀ l2 t) at step t from 0; w ← (1 − η l2) w − η ℓ′ x; b ← b − η ℓ′.</summary>
    [TestCase(0f)]
    [TestCase(0.01f)]
    public void Stochastic_gradient_descent_lowers_its_rate_with_l2(float l2)
    {
        var found = s_ml.BinaryClassification.Trainers.SgdNonCalibrated(new SgdNonCalibratedTrainer.Options
        {
            LossFunction = new LogLoss(),
            LearningRate = 0.25,
            L2Regularization = l2,
            Shuffle = false,
            NumberOfThreads = 1,
            NumberOfIterations = 1,
            ConvergenceTolerance = 0,
        }).Fit(s_rows.OfFlags(s_ml)).Model;

        var (w, b) = (new float[5], 0f);
        for (var i = 0; i < s_rows.X.Length; i++)
        {
            var slope = new LogLoss().Derivative(b + Dot(w, s_rows.X[i]), s_rows.Flags[i] ? 1 : 0);
            var rate = 0.25f / (1 + 0.25f * l2 * i);
            w = [.. w.Select(v => v * (1 - rate * l2))];
            Add(w, s_rows.X[i], -rate * slope);
            b -= rate * slope;
        }

        Show($"stochastic gradient descent, l2 {l2}", [.. w, b], [.. found.Weights, found.Bias]);
        AreWithin(64, [.. w, b], [.. found.Weights, found.Bias]);
    }

    private static LinearRegressionModelParameters Trained(Rows rows, float l2, float rate) =>
        s_ml.Regression.Trainers.OnlineGradientDescent(new OnlineGradientDescentTrainer.Options
        {
            Averaged = false,
            Shuffle = false,
            NumberOfIterations = 1,
            LearningRate = rate,
            DecreaseLearningRate = false,
            L2Regularization = l2,
            LossFunction = new SquaredLoss(),
        }).Fit(rows.OfNumbers(s_ml)).Model;

    private static float Dot(float[] w, float[] x)
    {
        var sum = 0f;
        for (var j = 0; j < w.Length; j++)
        {
            sum += w[j] * x[j];
        }

        return sum;
    }

    private static void Add(float[] w, float[] x, float factor)
    {
        for (var j = 0; j < w.Length; j++)
        {
            w[j] += factor * x[j];
        }
    }

    // In roundings of the largest entry.
    private static double Apart(float[] mine, float[] theirs) =>
        mine.Zip(theirs, (a, b) => Math.Abs((double)a - b)).Max() / (theirs.Max(Math.Abs) * Math.ScaleB(1, -24));

    private static void Show(string what, float[] mine, float[] theirs) =>
        TestContext.Out.WriteLine(FormattableString.Invariant(
            $"{what}: {Apart(mine, theirs):G3} roundings of the largest entry apart after 64 steps"));

    private static void AreWithin(double roundings, float[] mine, float[] theirs)
    {
        Assert.That(Apart(mine, theirs), Is.LessThanOrEqualTo(roundings));
        Assert.That(theirs, Has.All.Not.Zero);
    }
}
