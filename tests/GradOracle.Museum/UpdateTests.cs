using GradOracle.NUnit;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace GradOracle.Museum;

/// <summary>Steps of training, held against <c>torch.optim.SGD</c> from the same weights and buffers.</summary>
/// <remarks>
/// The libraries keep u, what they add to a weight; here the buffer is torch's v with u = −η v, so that what they do
/// with u is written for v.
/// </remarks>
public sealed class UpdateTests
{
    private static readonly Derivation s_linear = Derivation.Of(
        Network.Define("linear", ["n", "m", "B"], x => x.Parameter("W", "m", "n") * x.Input("X", "n", "B")),
        (x, g) =>
        {
            Matrix<double> W = x["W"], X = x["X"];
            Matrix<double> G = x.OutputGradient(W * X);
            (g["W"], g["X"]) = (G.TransposeAndMultiply(X), W.TransposeThisAndMultiply(G));
        });

    private static readonly CheckOptions s_few = new() { Cases = 1 };

    // Accord.NET, github.com/accord-net/framework at 1ab0cc0ba55bcc3d46f20e7bbe7224b58cd01854,
    // Sources/Accord.Neuro/…/BackPropagationLearning.cs: u ← η μ u − η (1 − μ) g. Its description promises the
    // portion μ of the previous update;
    // with the rate in it η = 0.1 and μ = 0.9 leave 0.09. (The portion 1 − μ of the present one is as described.)
    private static readonly IUpdate s_accord = new Update((v, g, rule) =>
        (1, rule.Rate * rule.Momentum * v + (1 - rule.Momentum) * g));

    // encog, github.com/encog/encog-dotnet-core at 7ee4a9035d78f0c0d53842194c4aa55dae2d314f,
    // encog-core-cs/Neural/Networks/Training/Propagation/SGD/Update/NesterovUpdate.cs: its gradients point downhill
    // (ideal less actual), u keeps that direction, and what is added to the weights is μ u_before − (1 + μ) u: uphill.
    // MomentumUpdate.cs beside it adds u.
    private static readonly IUpdate s_encog = new Update((v, g, rule) => (-1, rule.Momentum * v + g));

    [Test]
    public void The_momentum_of_Accord_is_multiplied_by_the_rate()
    {
        var report = Report(s_accord, new UpdateRule(0.1, 0.9));

        Assert.That(
            report,
            Does.Contain("diagnosis: the rate is in the momentum, and every step dampened: v ← η μ v + (1 − μ) g"));
    }

    [Test]
    public void Without_momentum_Accord_is_right() =>
        GradientAssert.UpdatesAgree(s_linear, new UpdateRule(0.1), 5, s_few, s_accord);

    [Test]
    public void Nesterovs_step_of_encog_goes_uphill()
    {
        var report = Report(s_encog, new UpdateRule(0.1));

        Assert.That(report, Does.Contain("diagnosis: the sign is wrong: W ← W + η v"), report);
    }

    [Test]
    public void Turned_around_it_goes_where_torch_goes() => GradientAssert.UpdatesAgree(
        s_linear, new UpdateRule(0.1), 5, s_few, new Update((v, g, rule) => (1, rule.Momentum * v + g)));

    private static string Report(IUpdate update, UpdateRule rule) =>
        Assert.Throws<AssertionException>(() => GradientAssert.UpdatesAgree(s_linear, rule, 5, s_few, update))!.Message;

    /// <summary>An update by what becomes of v, and by the direction in which it is taken.</summary>
    private sealed class Update(Func<double, double, UpdateRule, (double Direction, double V)> next) : IUpdate
    {
        public string Name => "exhibit";

        public string Summary => "a library's step";

        public UpdateState Step(UpdateState state, UpdateRule rule, Func<CaseStack, GradientStack> differentiate)
        {
            var gradients = differentiate(state.Case);
            var (weights, buffers) = (new List<TensorStack>(), new List<TensorStack>());
            foreach (var old in state.Weights)
            {
                var before = state.Buffers.FirstOrDefault(b => b.Name == old.Name);
                TensorStack weight = new(old.Name, old.Count, old.Sizes), buffer = new(old.Name, old.Count, old.Sizes);
                for (var j = 0; j < old.Values.Length; j++)
                {
                    var (direction, v) = next(before?.Values[j] ?? 0, gradients[old.Name].Values[j], rule);
                    weight.Values[j] = old.Values[j] - direction * rule.Rate * v;
                    buffer.Values[j] = v;
                }

                weights.Add(weight);
                buffers.Add(buffer);
            }

            return state.Next(weights, rule.Momentum == 0 ? [] : buffers);
        }
    }
}
