using Microsoft.ML.Trainers;
using NUnit.Framework;

namespace GradOracle.ML.Tests;

/// <summary>Losses as people write them in float, each right: none is refused, against a graph or a formula.</summary>
public sealed class RightLossTests
{
    private static readonly LossRange s_range = new() { Lowest = -10, Highest = 10, Labels = [-2, 0, 0.3f, 1.7f] };

    private static IEnumerable<TestCaseData> Losses()
    {
        yield return Case(
            "log-cosh",
            d => MathF.Log(MathF.Cosh(d)),
            MathF.Tanh,
            d => d.Abs() + (-2 * d.Abs()).Softplus() - Math.Log(2),
            LogCosh);
        yield return Case(
            "pinball",
            d => Math.Max(0.3f * d, -0.7f * d),
            d => d > 0 ? 0.3f : -0.7f,
            d => d.LeakyRelu(-7 / 3.0).Scaled(0.3),
            d => Math.Max(0.3 * d, -0.7 * d));
        yield return Case(
            "insensitive",
            d => Math.Max(0, Math.Abs(d) - 0.5f),
            d => Math.Abs(d) > 0.5f ? Math.Sign(d) : 0,
            d => (d.Abs() - 0.5).Relu(),
            d => Math.Max(0, Math.Abs(d) - 0.5));
        yield return Case("quartic", d => d * d * d * d, d => 4 * d * d * d, d => d.Pow(4), d => d * d * d * d);
        yield return Case(
            "pseudo-Huber",
            d => MathF.Sqrt(1 + d * d) - 1,
            d => d / MathF.Sqrt(1 + d * d),
            d => (1 + d.Squared()).Sqrt() - 1,
            d => Math.Sqrt(1 + d * d) - 1);
        yield return Case(
            "Cauchy",
            d => MathF.Log(1 + d * d),
            d => 2 * d / (1 + d * d),
            d => (1 + d.Squared()).Log(),
            d => Math.Log(1 + d * d));
        yield return Case("sine", MathF.Sin, MathF.Cos, d => d.Sin(), Math.Sin);
    }

    [TestCaseSource(nameof(Losses))]
    public void A_right_loss_agrees_with_its_graph(
        OfDifference loss,
        Func<Node,
        Node> graph,
        Func<double,
        double> formula)
    {
        var written = loss.Name == "log-cosh" ? (Func<Node, Node, Node>)(
            (o, y) => (0.5 * ((o - y).Exp() + (-(o - y)).Exp())).Log()) : null;

        Accept(LossCheck.Of(loss, (Node o, Node y) => graph(o - y), s_range with { Written = written }));
    }

    [TestCaseSource(nameof(Losses))]
    public void A_right_loss_agrees_with_its_formula(
        OfDifference loss,
        Func<Node,
        Node> graph,
        Func<double,
        double> formula) =>
        Accept(LossCheck.Of(loss, (double o, double y) => formula(o - y), s_range));

    private static double LogCosh(double d) => Math.Abs(d) + Math.Log(1 + Math.Exp(-2 * Math.Abs(d))) - Math.Log(2);

    private static void Accept(MLResult result)
    {
        TestContext.Out.WriteLine(result);
        Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees));
    }

    private static TestCaseData Case(
        string name, Func<float, float> loss, Func<float, float> slope, Func<Node, Node> graph, Func<double, double> formula) =>
        new TestCaseData(new OfDifference(name, loss, slope), graph, formula).SetArgDisplayNames(name);

    public sealed class OfDifference(string name, Func<float, float> loss, Func<float, float> slope) : IRegressionLoss
    {
        public string Name => name;

        public double Loss(float output, float label) => loss(output - label);

        public float Derivative(float output, float label) => slope(output - label);
    }
}
