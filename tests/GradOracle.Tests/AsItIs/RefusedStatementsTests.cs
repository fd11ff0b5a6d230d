using NUnit.Framework;
using TorchSharp;

namespace GradOracle.Tests.AsItIs;

/// <summary>A network that says nothing, or something else than was meant, is refused with one sentence.</summary>
public sealed partial class RefusedStatementsTests
{
    [TestCaseSource(nameof(Cases))]
    public void What_says_nothing_is_refused_in_a_sentence(int number) => Assert.That(
        Assert.Throws<BadInputException>(() => s_refused[number].Work())!.Message,
        Does.StartWith(s_refused[number].Sentence));

    [TestCase("detach", "X")]
    [TestCase("no_grad", "X")]
    [TestCase("numbers", "X")]
    public void A_graph_that_is_cut_is_told_as_that(string how, string tensor)
    {
        var cut = OnTorch(X => how switch
        {
            "detach" => X.detach().tanh(),
            "no_grad" => WithoutGradient(X),
            _ => torch.tensor(X.data<double>().ToArray()).reshape(X.shape).tanh(),
        });

        Assert.That(
            Assert.Throws<BadInputException>(() => Checked(cut, Right))!.Message,
            Is.EqualTo(
                $"a depends on {tensor}, and autograd does not see it: the graph is cut on the way (detach, no_grad, "
                + "a new tensor made of numbers); mend that, or leave it out with Differentiates(…)."));
    }

    [Test]
    public void A_tensor_that_changes_nothing_or_in_jumps_is_no_cut()
    {
        var jumps = Network.Of("a", ["n"], x =>
        {
            var W = x.Parameter("W", "n", "3");
            x.Parameter("unused", "n");
            return W.gather(1, x.Input("X", "n", "3").argmax(1, keepdim: true));
        });
        var result = GradientCheck.Run(
            jumps,
            (x, g) =>
            {
                torch.Tensor W = x["W"], X = x["X"];
                var largest = X.argmax(1, keepdim: true);
                torch.Tensor G = x.OutputGradient(W.gather(1, largest));
                g["W"] = torch.zeros_like(W).scatter(1, largest, G);
                (g["X"], g["unused"]) = (torch.zeros_like(X), torch.zeros(x.Shape["n"], torch.float64));
            },
            s_few);

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees), result.ToString());
    }

    [Test]
    public void What_is_cut_on_purpose_is_left_out() => Assert.That(
        GradientCheck.Run(
            Network.Of("a", ["n"], x => x.Input("X", "n").detach().mul(x.Parameter("W", "n"))).Differentiates("W"),
            (x, g) =>
            {
                torch.Tensor W = x["W"], X = x["X"];
                torch.Tensor G = x.OutputGradient(X.mul(W));
                g["W"] = G.mul(X);
            },
            s_few).Verdict,
        Is.EqualTo(Verdict.Agrees));

    private static IEnumerable<TestCaseData> Cases() =>
        s_refused.Select((refused, i) => new TestCaseData(i).SetArgDisplayNames(refused.What));

    private static Network Defined(Func<Inputs, Node> forward) => Network.Define("a", ["n"], forward);

    private static Network OnTorch(Func<torch.Tensor, torch.Tensor> forward) =>
        Network.Of("a", ["n"], x => forward(x.Input("X", "n")));

    private static torch.Tensor WithoutGradient(torch.Tensor X)
    {
        using var none = torch.no_grad();
        return X.tanh();
    }

    private static CheckResult Checked(Network network, Action<ArrayCase, ArrayGradients>? code = null) =>
        GradientCheck.Run(network, code ?? ((x, g) => { }), s_few);

    private static void Right(ArrayCase x, ArrayGradients g)
    {
        torch.Tensor X = x["X"];
        var Y = X.tanh();
        torch.Tensor G = x.OutputGradient(Y);
        g["X"] = G.sub(G.mul(Y).mul(Y));
    }
}
