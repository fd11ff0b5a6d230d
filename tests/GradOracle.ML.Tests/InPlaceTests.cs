using GradOracle.Torch;
using Microsoft.ML;
using Microsoft.ML.Trainers;
using NUnit.Framework;
using TorchSharp;

namespace GradOracle.ML.Tests;

/// <summary>A loss in its place: the trainer that calls it.</summary>
public sealed class InPlaceTests
{
    private const int Iterations = 3;

    [Test]
    public void A_trainer_driven_by_a_derivative_by_hand_and_by_autograd_gives_the_same_bits()
    {
        var (byHand, byAutograd) = (new Counting(new Huber().Derivative), new Counting(Autograd));

        var (mine, theirs) = (Trained(byHand), Trained(byAutograd));

        Assert.That(byHand.Calls, Is.EqualTo(64 * Iterations));
        Assert.That(theirs.Weights, Is.EqualTo(mine.Weights));
        Assert.That(theirs.Bias, Is.EqualTo(mine.Bias));
        Assert.That(mine.Weights, Has.All.Not.Zero);
    }

    [Test]
    public void A_derivative_that_is_off_gives_other_bits() =>
        Assert.That(
            Trained(new Counting((o, y) => 1.000001f * new Huber().Derivative(o, y))).Weights,
            Is.Not.EqualTo(Trained(new Counting(Autograd)).Weights));

    private static LinearRegressionModelParameters Trained(IRegressionLoss loss)
    {
        var ml = new MLContext(seed: 1);
        var trainer = ml.Regression.Trainers.OnlineGradientDescent(new OnlineGradientDescentTrainer.Options
        {
            LossFunction = loss,
            Averaged = false,
            Shuffle = false,
            NumberOfIterations = Iterations,
            LearningRate = 0.125f,
            DecreaseLearningRate = false,
        });
        return trainer.Fit(new Rows(seed: 3).OfNumbers(ml)).Model;
    }

    private static float Autograd(float output, float label)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = torch.NewDisposeScope();
        var o = torch.tensor(output, requires_grad: true);
        torch.nn.functional.huber_loss(o, torch.tensor(label), delta: 1, reduction: torch.nn.Reduction.Sum).backward();
        return o.grad!.item<float>();
    }

    private sealed class Counting(Func<float, float, float> derivative) : IRegressionLoss
    {
        public int Calls { get; private set; }

        public double Loss(float output, float label) => new Huber().Loss(output, label);

        public float Derivative(float output, float label)
        {
            Calls++;
            return derivative(output, label);
        }
    }
}
