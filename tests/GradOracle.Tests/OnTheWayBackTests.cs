using GradOracle.Cases;
using GradOracle.Oracles;
using GradOracle.Reports;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Gradients of named values on the way: handed in, they are compared and reported, and the first wrong one is
/// named; not handed in, they are not missed.</summary>
[Parallelizable]
public sealed class OnTheWayBackTests
{
    private static readonly Network s_network = Network.Define("two-layers", ["n", "h", "m", "B"], x =>
    {
        var H1 = (x.Parameter("W1", "h", "n") * x.Input("X", "n", "B")).Named("A1").Tanh().Named("H1");
        return (x.Parameter("W2", "m", "h") * H1).Named("A2").Squared();
    });

    private static readonly Network s_exact = Network.Define("linear-layers", ["n", "h", "m", "B"], x =>
        x.Parameter("W2", "m", "h") * (x.Parameter("W1", "h", "n") * x.Input("X", "n", "B")).Named("H1"));

    private static CheckOptions Options =>
        new() { Cases = 20, Losses = [Samples.SquaredError], Types = ElementType.All };

    [Test]
    public void Right_gradients_on_the_way_agree_and_so_do_derivations_that_hand_in_some_or_none(
        [Values("", "H1", "A2 H1", "A1 A2 H1")] string handedIn)
    {
        var result = GradientCheck.Run(s_network, x => Backward(x, handedIn, "", 1), Options);

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees), result.ToString());
    }

    [TestCase("A2", "on the way back ∂L/∂A2 is the first that is wrong")]
    [TestCase("H1", "on the way back ∂L/∂A2 is right, and ∂L/∂H1 is the first that is wrong")]
    [TestCase("A1", "on the way back ∂L/∂H1 is right, and ∂L/∂A1 is the first that is wrong")]
    public void The_first_wrong_one_on_the_way_back_is_named_in_every_rendering(string wrong, string sentence)
    {
        var derivation = GradientCheck.Run(s_network, x => Backward(x, "A1 A2 H1", wrong, 1 + 1e-6), Options);
        var (check, cases) = derivation.Report(Diagnoses.AnalysisDepth.Page);
        var report = Report.Of("t", [check], cases);

        Assert.That(derivation.Verdict, Is.EqualTo(Verdict.Disagrees));
        Assert.That(derivation.ToString(), Does.Contain(sentence).And.Contain($"{wrong} "));
        Assert.That(Rendering.All.Select(r => r.Of(report)), Has.All.Contain("is the first that is wrong"));
        Assert.That(JsonReport.Of(report), Does.Contain("\"onTheWayBack\": ["));
    }

    [Test]
    public void A_wrong_gradient_on_the_way_is_caught_where_those_of_parameters_are_right()
    {
        var result = GradientCheck.Run(s_exact, x =>
        {
            var right = Linear(x);
            right["H1"] *= -1;
            return right;
        }, Options);

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Disagrees));
        Assert.That(result.ToString(), Does.Contain("∂L/∂H1 is the first that is wrong").And.Not.Contain("diagnosis:"));
        Assert.That(GradientCheck.Run(s_exact, Linear, Options).Verdict, Is.EqualTo(Verdict.Agrees));
    }

    [TestCase(1, Verdict.Agrees)]
    [TestCase(1 + 1.0 / (1L << 52), Verdict.Disagrees)]
    public void On_exact_cases_it_is_held_to_the_last_bit(double factor, Verdict expected)
    {
        var result = GradientCheck.Run(s_exact, x =>
        {
            var right = Linear(x);
            right["H1"] *= factor;
            return right;
        }, Options with { Kinds = [CaseKind.Exact], Types = [ElementType.Float64] });

        Assert.That(result.Verdict, Is.EqualTo(expected));
    }

    [Test]
    public void TorchSharp_and_the_backward_graph_have_the_same_gradients_on_the_way()
    {
        var batch = CaseGenerator.Generate(
            CaseId.Parse("two-layers/squared-error n=2 h=3 m=4 B=5 real float64 seed=1", s_network), 3);
        var autograd = Autograd.Differentiate(batch, ["H1", "A1", "A2"]);

        Assert.That(autograd.Intermediates.Select(t => t.Name), Is.EqualTo(new[] { "H1", "A1", "A2" }));
        foreach (var stack in autograd.Intermediates)
        {
            Assert.That(stack.Values, Is.EqualTo(ReverseMode.OfNamed(batch, stack.Name)).Within(1e-13), stack.Name);
        }
    }

    [Test]
    public void A_gradient_of_another_size_is_said_to_be_one()
    {
        var result = GradientCheck.Run(s_exact, x =>
        {
            var right = Linear(x);
            right["H1"] = right["H1"].Transpose();
            return right;
        }, Options with { Cases = 2, Shapes = [new Shape(("n", 2), ("h", 3), ("m", 4), ("B", 5))] });

        Assert.That(result.ToString(), Does.Contain("the derivation's gradient is 5×3, the tensor is 3×5"));
    }

    [Test]
    public void A_name_that_nothing_has_is_refused_with_those_there_are()
    {
        var error = Assert.Throws<BadInputException>(() => GradientCheck.Run(s_network, x =>
        {
            var right = Backward(x, "", "", 1);
            right["H7"] = x["X"];
            return right;
        }, Options))!;

        Assert.That(
            error.Message,
            Is.EqualTo(
                "H7 is no tensor of this network: did you mean H1? It has W1, X, W2, and on the way A2, H1, A1."));
    }

    private static Gradients<double> Linear(MatrixCase<double> x)
    {
        var (W1, W2, X) = (x["W1"], x["W2"], x["X"]);
        var H1 = W1 * X;
        var G = x.OutputGradient(W2 * H1);
        var D1 = W2.TransposeThisAndMultiply(G);
        return new() { ["H1"] = D1, ["W2"] = G.TransposeAndMultiply(H1), ["W1"] = D1.TransposeAndMultiply(X), ["X"] = W1.TransposeThisAndMultiply(D1) };
    }

    // One gradient on the way multiplied by a factor, and everything behind it with it.
    private static Gradients<double> Backward(MatrixCase<double> x, string handedIn, string wrong, double factor)
    {
        var (W1, W2, X) = (x["W1"], x["W2"], x["X"]);
        var H1 = (W1 * X).PointwiseTanh();
        var A2 = W2 * H1;
        var G = x.OutputGradient(A2.PointwiseMultiply(A2));
        var found = new Dictionary<string, Matrix<double>>();
        Matrix<double> Of(string name, Matrix<double> gradient) =>
            found[name] = name == wrong ? factor * gradient : gradient;
        var dA2 = Of("A2", 2 * G.PointwiseMultiply(A2));
        var dH1 = Of("H1", W2.TransposeThisAndMultiply(dA2));
        var dA1 = Of("A1", dH1.PointwiseMultiply(1 - H1.PointwiseMultiply(H1)));
        Gradients<double> gradients = new() { ["W2"] = dA2.TransposeAndMultiply(H1), ["W1"] = dA1.TransposeAndMultiply(X), ["X"] = W1.TransposeThisAndMultiply(dA1) };
        foreach (var name in handedIn.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            gradients[name] = found[name];
        }

        return gradients;
    }
}
