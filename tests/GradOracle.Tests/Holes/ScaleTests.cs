using GradOracle.Networks;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace GradOracle.Tests.Holes;

/// <summary>Right for numbers between −1 and 1, and wrong for large ones, tiny ones, zeros.</summary>
public sealed class ScaleTests
{
    private static readonly Network s_linear = Network.Define("linear-layer", ["n", "m", "B"], x => x.Parameter("W", "m", "n") * x.Input("X", "n", "B"));
    private static readonly Network s_tanh = Network.Define("tanh-layer", ["n", "m", "B"], x => (x.Parameter("W", "m", "n") * x.Input("X", "n", "B")).Tanh());
    private static readonly Network s_logistic = Network.Define("logistic-layer", ["n", "m", "B"], x => (x.Parameter("W", "m", "n") * x.Input("X", "n", "B")).Sigmoid());

    private static readonly Func<double, double> s_same = v => v;
    private static readonly CheckOptions s_real = new() { Kinds = [CaseKind.Real], Losses = [Samples.SquaredError] };
    private static readonly CheckOptions s_one = new() { Losses = [Samples.SquaredError] };

    private static IEnumerable<TestCaseData> Layers()
    {
        yield return Of("tanh as (eᵃ − e⁻ᵃ)/(eᵃ + e⁻ᵃ)", s_tanh, a => (Math.Exp(a) - Math.Exp(-a)) / (Math.Exp(a) + Math.Exp(-a)), Math.Tanh);
        yield return Of("tanh as (e²ᵃ − 1)/(e²ᵃ + 1)", s_tanh, a => (Math.Exp(2 * a) - 1) / (Math.Exp(2 * a) + 1), Math.Tanh);
        yield return Of("a logistic as eᵃ/(1 + eᵃ)", s_logistic, a => Math.Exp(a) / (1 + Math.Exp(a)), Logistic);
        yield return Of("a logistic clipped at |a| > 6", s_logistic, a => Logistic(Math.Clamp(a, -6, 6)), Logistic);
        yield return Of("a tanh clipped at |a| > 4", s_tanh, a => Math.Tanh(Math.Clamp(a, -4, 4)), Math.Tanh);
        yield return Of("values clipped at ±10", s_linear, a => Math.Clamp(a, -10, 10), s_same);
        yield return Of("values clipped at ±100", s_linear, a => Math.Clamp(a, -100, 100), s_same);
        yield return Of("values below 10⁻⁶ taken for 0", s_linear, a => Math.Abs(a) < 1e-6 ? 0 : a, s_same);

        static TestCaseData Of(string name, Network network, Func<double, double> wrong, Func<double, double> right) =>
            new TestCaseData(network, wrong, right).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Layers))]
    public void A_function_that_is_right_near_0_only_is_caught_by_the_default_check(Network network, Func<double, double> wrong, Func<double, double> right)
    {
        Assert.That(GradientCheck.Run(network, x => Layer(network, x, wrong, s_same), s_one).Verdict, Is.GreaterThanOrEqualTo(Verdict.Disagrees));

        var twin = GradientCheck.Run(network, x => Layer(network, x, right, s_same), s_one);
        Assert.That(twin.Verdict, Is.EqualTo(Verdict.Agrees), twin.ToString());
    }

    [TestCase(10)]
    [TestCase(100)]
    [TestCase(1000)]
    public void Inputs_that_are_clipped_on_the_way_back_are_caught_by_real_cases_alone(double limit) =>
        Assert.That(GradientCheck.Run(s_linear, x => Layer(s_linear, x, s_same, v => Math.Clamp(v, -limit, limit)), s_real).Verdict, Is.EqualTo(Verdict.Disagrees));

    [TestCase(1e-6)]
    [TestCase(1e-30)]
    [TestCase(1e-308)] // denormal numbers flushed to zero
    public void Inputs_that_are_taken_for_0_on_the_way_back_are_caught_by_the_default_check(double limit) =>
        Assert.That(GradientCheck.Run(s_linear, x => Layer(s_linear, x, s_same, v => Math.Abs(v) < limit ? 0 : v), s_real).Verdict, Is.EqualTo(Verdict.Disagrees));

    [Test]
    public void What_divides_by_an_entry_that_may_be_0_is_caught_by_the_default_check() =>
        Assert.That(GradientCheck.Run(s_linear, x => Layer(s_linear, x, s_same, v => v * v / v), s_real).Verdict, Is.EqualTo(Verdict.NotComparable));

    [Test]
    public void A_softmax_without_its_maximum_subtracted_is_caught_by_the_default_check()
    {
        var softmax = new CheckOptions { Losses = [Named.Losses.Find("free-target-cross-entropy")] };

        Assert.That(GradientCheck.Run(s_linear, x => WithSoftmax(x, subtracted: false), softmax).Verdict, Is.EqualTo(Verdict.NotComparable));
        Assert.That(GradientCheck.Run(s_linear, x => WithSoftmax(x, subtracted: true), softmax).Verdict, Is.EqualTo(Verdict.Agrees));
    }

    [Test]
    public void Where_nothing_comes_from_above_a_gradient_is_exactly_zero()
    {
        // Normalised on its way, and multiplied by its size again: 0/0.
        var normalised = GradientCheck.Run(s_linear, x => Layer(s_linear, x, s_same, s_same, G => G / G.Enumerate().Max(Math.Abs) * G.Enumerate().Max(Math.Abs)), new CheckOptions { Kinds = [CaseKind.Real], Losses = [Samples.Projection] });
        Assert.That(normalised.Verdict, Is.EqualTo(Verdict.NotComparable));

        // So little that any integer rounds it away, but for 0.
        var decayed = GradientCheck.Run(s_linear, x => Layer(s_linear, x, s_same, s_same, G => G + 1e-18), new CheckOptions { Kinds = [CaseKind.Exact], Losses = [Samples.SquaredError] });
        Assert.That(decayed.Verdict, Is.EqualTo(Verdict.Disagrees));
    }

    private static double Logistic(double a) => 1 / (1 + Math.Exp(-a));

    private static Gradients<double> Layer(
        Network network, MatrixCase<double> x, Func<double, double> forward, Func<double, double> input, Func<Matrix<double>, Matrix<double>>? above = null)
    {
        var (W, X) = (x["W"], x["X"]);
        var H = (W * X).Map(forward, Zeros.Include);
        var G = x.OutputGradient(H);
        G = above?.Invoke(G) ?? G;
        var D = network == s_linear ? G : G.PointwiseMultiply(H.Map(h => network == s_tanh ? 1 - h * h : h * (1 - h), Zeros.Include));
        return new() { ["W"] = D.TransposeAndMultiply(X.Map(input, Zeros.Include)), ["X"] = W.TransposeThisAndMultiply(D) };
    }

    private static Gradients<double> WithSoftmax(MatrixCase<double> x, bool subtracted)
    {
        var (W, X, T) = (x["W"], x["X"], x.Target);
        var output = W * X;
        var G = Matrix<double>.Build.Dense(output.RowCount, output.ColumnCount);
        for (var j = 0; j < output.ColumnCount; j++)
        {
            var column = output.Column(j);
            var exp = (subtracted ? column - column.Maximum() : column).PointwiseExp();
            G.SetColumn(j, exp / exp.Sum() * T.Column(j).Sum() - T.Column(j));
        }

        return new() { Output = output, ["W"] = G.TransposeAndMultiply(X), ["X"] = W.TransposeThisAndMultiply(G) };
    }
}
