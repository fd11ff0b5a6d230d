using GradOracle.NUnit;
using NUnit.Framework;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GradOracle.Tests;

/// <summary>
/// Modules are differentiated by their inputs and parameters, in the mode they are in, and left as they were.
/// </summary>
public sealed class TorchModuleTests : WithinTorchScope
{
    [SetUp]
    public void Seed() => random.manual_seed(7);

    private static Sequential Perceptron(params (string, nn.Module<Tensor, Tensor>)[] between)
    {
        var module =
            nn.Sequential([("first", nn.Linear(3, 4)), .. between, ("tanh", nn.Tanh()), ("last", nn.Linear(4, 2))]);
        return (Sequential)module.to(float64);
    }

    private static Tensor Point() => torch.tensor(new[,] { { 0.5, -1.25, 2 }, { 1, 0.75, -0.5 } });

    [Test]
    public void A_module_agrees_and_stays_as_it_was([Values] bool fast)
    {
        var module = Perceptron();
        module.call(Point()).sum().backward();
        double[][] State() => [.. module.parameters().SelectMany(p => new[] { p.data<double>().ToArray(), p.grad!.data<double>().ToArray() })];
        var before = State();

        GradientAssert.Backward(module, Point(), new() { Fast = fast });

        Assert.That(State(), Is.EqualTo(before));
    }

    // The same sum of a parameter, and twice its gradient.
    private sealed class Doubled : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter _scale = nn.Parameter(torch.tensor(new[] { 1.5, -0.5, 0.25 }));
        private static readonly Scalar s_two = 2.0;

        public Doubled()
            : base("Doubled") => RegisterComponents();

        public override Tensor forward(Tensor input) => input * (_scale.mul(s_two) - _scale.detach());
    }

    [Test]
    public void A_wrong_gradient_of_a_parameter_is_named([Values] bool fast)
    {
        var result = BackwardCheck.Of(new Doubled(), Point(), new() { Fast = fast });

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Disagrees), result.ToString());
        Assert.That(
            result.ToString(), Does.StartWith("✗ Doubled in training mode").And.Contain("by parameter _scale [").And.Not.Contain("by input 0 ["));
        Assert.That(
            result.ToString(), Does.Contain(
                "every entry of the gradient of parameter _scale is 2 times what it should be."));
    }

    [Test]
    public void A_dropout_that_draws_anew_is_told_as_such_and_in_eval_mode_it_agrees()
    {
        var module = Perceptron(("drop", nn.Dropout(0.5)));

        var training = BackwardCheck.Of(module, Point());
        module.eval();

        Assert.That(training.Verdict, Is.EqualTo(Verdict.NotComparable));
        Assert.That(
            training.ToString(), Does.Contain("draws anew at every call (Dropout drop is in training mode)").And.Contain("seed it or check in eval mode"));
        Assert.That(BackwardCheck.Of(module, Point()).Agrees);
    }

    [Test]
    public void A_batch_norm_agrees_in_both_modes_and_its_buffers_come_back()
    {
        var module = nn.BatchNorm1d(3).to(float64);
        double[][] Buffers() =>
            [.. module.buffers().Where(b => b.dtype == float64).Select(b => b.data<double>().ToArray())];
        var before = Buffers();

        var training = BackwardCheck.Of(module, Point());

        Assert.That(training.Agrees, training.ToString());
        Assert.That(Buffers(), Is.EqualTo(before));
        module.eval();
        Assert.That(
            BackwardCheck.Of(module, Point()).ToString(), Does.StartWith("✓ BatchNorm1d in evaluation mode agrees"));
    }

    [Test]
    public void Second_order_of_a_module_agrees() =>
        GradientAssert.Backward(Perceptron(), Point(), new() { SecondOrder = true, Fast = true });

    [Test]
    public void A_module_of_several_tensors_is_called_as_a_lambda_says()
    {
        var module = nn.Bilinear(2, 3, 2).to(float64);

        GradientAssert.Backward(module, x => [module.call(x[0], x[1])], [Point().narrow(1, 0, 2), Point()]);
    }

    [Test]
    public void A_module_in_float32_is_told_to_convert() => Assert.That(
        Assert.Throws<BadInputException>(() => BackwardCheck.Of(nn.Linear(3, 2), Point()))!.Message,
        Does.Contain("Parameter weight is Float32: convert the module first, module.to(torch.float64)"));

    [Test]
    public void The_assertion_fails_with_the_report()
    {
        GradientAssert.Backward<RightTanhProduct>(Point(), Point().t());

        var failure = Assert.Throws<AssertionException>(() => GradientAssert.Backward<WrongSign>(Point(), Point().t()));
        Assert.That(
            failure.Message, Does.Contain("WrongSign: disagrees").And.Contain(
                "the sign of the gradient of input 1 is turned."));
    }
}
