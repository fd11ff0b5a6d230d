using GradOracle.NUnit;
using NUnit.Framework;
using TorchSharp;
using static TorchSharp.torch;

namespace GradOracle.Tests;

/// <summary>TorchSharp code as the network: its autograd decides.</summary>
[Parallelizable]
public sealed class TorchNetworkTests
{
    private static readonly CheckOptions s_few =
        new() { Cases = 6, MaxSize = 5, Losses = [Loss.Of("squared-error"), Loss.Of("softmax-cross-entropy")] };

    private static readonly (Network Network, Action<ArrayCase, ArrayGradients> ByHand)[] s_all =
    [
        (TorchNetworks.Perceptron, TorchNetworks.PerceptronByHand),
        (TorchNetworks.LayerNorm, TorchNetworks.LayerNormByHand),
        (TorchNetworks.Attention, TorchNetworks.AttentionByHand),
        (TorchNetworks.Lstm, TorchNetworks.LstmByHand),
    ];

    private static Network Module { get; } = Network.Of(
        "perceptron-module",
        ["n", "h", "m", "B"],
        s => new TorchNetworks.PerceptronModule(s["n"], s["h"], s["m"]),
        (module, x) => module.forward(x.Input("X", "B", "n")));

    [Test]
    public void A_right_derivation_agrees_with_a_function_and_the_bound_is_estimated(
        [Values(0, 1, 2, 3)] int number, [Values("float32", "float64")] string type)
    {
        var (network, byHand) = s_all[number];
        var result = GradientCheck.Run(
            network, byHand, s_few with { Types = [type == "float32" ? ElementType.Float32 : ElementType.Float64] });

        Assert.Multiple(() =>
        {
            Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees), result.ToString());
            Assert.That(result.Suites.Sum(s => s.Evidence.Estimated), Is.EqualTo(12));
            Assert.That(result.ToString(), Does.Contain("proven for 0 and estimated for 12 of 12"));
        });
    }

    [TestCase("the sign of W1")]
    [TestCase("no bias b1")]
    [TestCase("W2 transposed")]
    [TestCase("X without its last term")]
    [TestCase("a thousandth too much")]
    public void A_wrong_derivation_of_a_function_is_caught(string mistake)
    {
        var result = GradientCheck.Run(
            TorchNetworks.Perceptron,
            (x, g) => Wrong(mistake, x, g),
            s_few with { Shapes = [new(("n", 3), ("h", 4), ("m", 4), ("B", 2))] });

        var wrong = result.Suites[0].Findings[0].Failing.Select(t => t.Name);
        string[] expected = mistake switch
        {
            "no bias b1" => ["b1"],
            "W2 transposed" => ["W2"],
            "X without its last term" or "a thousandth too much" => ["X"],
            _ => ["W1"],
        };
        Assert.Multiple(() =>
        {
            Assert.That(result.Verdict, Is.EqualTo(Verdict.Disagrees));
            Assert.That(wrong, Is.EqualTo(expected));
        });
    }

    [Test]
    public void A_forgotten_carry_of_the_cell_is_caught()
    {
        var result = GradientCheck.Run(
            TorchNetworks.Lstm, (x, g) => TorchNetworks.LstmByHand(x, g, carriesCell: false), s_few);

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Disagrees));
    }

    [Test]
    public void The_finding_names_the_mistake_where_it_shows_without_a_graph()
    {
        var text = GradientCheck.Run(
            TorchNetworks.Perceptron, (x, g) => Wrong("the sign of W1", x, g), s_few).ToString();

        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Contain("diagnosis:"));
            Assert.That(
                text, Does.Contain("replay: GradientCheck.Replay(network, (x, g) => …, \"perceptron-on-torch/"));
            Assert.That(text, Does.Contain("; reverse, rational, complex-step not applicable: the network is TorchSharp code and has no graph"));
            Assert.That(text, Does.Contain("autograd = central-difference: the derivation is the odd one out"));
        });
    }

    [Test]
    public void What_needs_a_graph_says_that_there_is_none()
    {
        var text = GradientCheck.Run(
            TorchNetworks.Lstm, (x, g) => TorchNetworks.LstmByHand(x, g, carriesCell: false), s_few with { Losses = [Loss.Of("squared-error")] }).ToString();

        Assert.That(text, Does.Contain("has no graph, so no place on the way back can be named"));
    }

    [Test]
    public void Several_gradients_without_an_explanation_are_told_in_one_sentence()
    {
        var text = GradientCheck.Run(
            TorchNetworks.Perceptron,
            (x, g) =>
            {
                TorchNetworks.PerceptronByHand(x, g);
                foreach (var name in (string[])["W1", "b2"])
                {
                    Tensor right = x[name];
                    g[name] = right.sin().add(right.exp());
                }
            },
            s_few with { Losses = [Loss.Of("squared-error")] }).ToString();

        Assert.That(text, Does.Match(
            @"the gradients of (W1 and b2|b2 and W1) are wrong, and none of \d+ known mistakes gives their values; the network is TorchSharp code"));
        Assert.That(text.Split("has no graph, so no place").Length, Is.EqualTo(2));
    }

    [Test]
    public void Reports_with_matrices_and_updates_need_no_graph()
    {
        var wrong = Derivation.Of(TorchNetworks.Perceptron, (x, g) => Wrong("the sign of W1", x, g), "wrong-sign");
        var result = GradientCheck.Run(wrong, s_few);
        var (check, cases) = result.Report(Diagnoses.AnalysisDepth.Terminal with { InFull = 2 });
        var updates = Updates.UpdateSuite.Run(
            Derivation.Of(
                TorchNetworks.Perceptron,
                TorchNetworks.PerceptronByHand), s_few with { Cases = 1 }, new(0.1), 2, null).ToList();

        Assert.Multiple(() =>
        {
            Assert.That(check.Verdict, Is.EqualTo(Verdict.Disagrees));
            Assert.That(cases, Is.Not.Empty);
            Assert.That(updates.Select(u => u.Verdict), Is.All.LessThanOrEqualTo(Verdict.Inconclusive));
        });
    }

    [Test]
    public void The_replay_finds_the_same()
    {
        static void WrongSign(ArrayCase x, ArrayGradients g) => Wrong("the sign of W1", x, g);
        var found = GradientCheck.Run(TorchNetworks.Perceptron, WrongSign, s_few).Suites[0].Findings[0];
        var again = GradientCheck.Replay(TorchNetworks.Perceptron, WrongSign, found.Name);
        var right = GradientCheck.Replay(TorchNetworks.Perceptron, TorchNetworks.PerceptronByHand, found.Name);

        Assert.Multiple(() =>
        {
            Assert.That(again.Verdict, Is.EqualTo(Verdict.Disagrees));
            Assert.That(right.Verdict, Is.EqualTo(Verdict.Agrees), right.ToString());
        });
    }

    [Test]
    public void Every_oracle_is_asked_and_central_differences_agree()
    {
        var result = GradientCheck.Run(
            TorchNetworks.Perceptron,
            TorchNetworks.PerceptronByHand,
            s_few with { Cases = 2, MaxSize = 2, Oracles = Oracles.Oracle.All.All });

        Assert.Multiple(() =>
        {
            Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees), result.ToString());
            Assert.That(
                result.Suites[0].NotApplicable.Select(n => n.Oracle),
                Is.EqualTo(new[] { "reverse", "rational", "complex-step" }));
        });
    }

    [Test]
    public void The_parameters_of_a_module_are_found_by_name()
    {
        GradientAssert.Agrees(Module, ModuleByHand, s_few);

        Assert.That(
            Module.Tensors(new Shape(("n", 3), ("h", 4), ("m", 2), ("B", 5))).Select(t => $"{t.Name} {t.Sizes}"),
            Is.EqualTo(new[] { "hidden_weight 4×3", "hidden_bias 4", "output_weight 2×4", "output_bias 2", "X 5×3" }));
    }

    [Test]
    public void A_forgotten_bias_of_a_module_is_caught() => Assert.That(
        GradientCheck.Run(
            Module,
            (x, g) =>
            {
                ModuleByHand(x, g);
                g["hidden_bias"] = zeros(x.Shape["h"], ScalarType.Float64);
            },
            s_few).Verdict,
        Is.EqualTo(Verdict.Disagrees));

    [Test]
    public void A_module_is_afterwards_what_it_was()
    {
        Torch.TorchRuntime.EnsureLoaded();
        using var module = new TorchNetworks.PerceptronModule(3, 4, 2).to(ScalarType.Float64);
        module.eval();
        var before = module.named_parameters().Select(
            p => (p.name, p.parameter.dtype, p.parameter.detach().clone())).ToList();
        var network = Network.Of((torch.nn.Module<Tensor, Tensor>)module, "B", "3");
        GradientAssert.Agrees(network, ModuleByHand, s_few with { Types = [ElementType.Float32, ElementType.Float64] });

        Assert.Multiple(() =>
        {
            Assert.That(network.Name, Is.EqualTo("perceptron"));
            Assert.That(network.Dimensions, Is.EqualTo(new[] { "B" }));
            Assert.That(module.training, Is.False);
            foreach (var ((name, dtype, value), (_, now)) in before.Zip(module.named_parameters()))
            {
                Assert.That(now.dtype, Is.EqualTo(dtype), name);
                Assert.That(now.equal(value).all().item<bool>(), Is.True, name);
            }
        });
    }

    [Test]
    public void A_dropout_in_training_draws_anew_and_in_evaluation_does_not()
    {
        static Network With(bool training) => Network.Of("dropping", ["n", "B"], s =>
        {
            var module = nn.Sequential(("first", nn.Linear(s["n"], 8)), ("drop", nn.Dropout(0.5)));
            module.train(training);
            return module;
        }, (module, x) => module.forward(x.Input("X", "B", "n")));
        static void ByHand(ArrayCase x, ArrayGradients g)
        {
            Tensor X = x["X"], W = x["first_weight"];
            Tensor G = x.OutputGradient(TorchNetworks.Plus(X.mm(W.t()), x["first_bias"]));
            (g["X"], g["first_weight"], g["first_bias"]) = (G.mm(W), G.t().mm(X), G.sum(0L));
        }

        Assert.Multiple(() =>
        {
            Assert.That(
                () => GradientCheck.Run(With(training: true), ByHand, s_few),
                Throws.TypeOf<BadInputException>().With.Message.Contains(
                    "dropping draws anew at every call (Dropout drop in training mode)"));
            Assert.That(GradientCheck.Run(With(training: false), ByHand, s_few).Verdict, Is.EqualTo(Verdict.Agrees));
        });
    }

    [Test]
    public void What_fails_in_the_forward_is_one_sentence()
    {
        var network = Network.Of(
            "failing", ["n", "B"], x => nn.functional.linear(x.Input("X", "B", "n"), x.Parameter("W", "n", "4")));

        Assert.That(
            () => GradientCheck.Run(network, (x, g) => { }, s_few),
            Throws.TypeOf<BadInputException>().With.InnerException.Null.And.Message.Match(
                "^The forward of failing fails at n=1 B=1: libtorch: .*shapes cannot be multiplied .*"
                    + "in TorchNetworkTests.What_fails_in_the_forward_is_one_sentence \\(TorchNetworkTests.cs:[0-9]+\\)\\.$"));
    }

    [TestCase("another type", "gives Float32 where its tensors are float64")]
    [TestCase("no tensor", "gives no tensor")]
    [TestCase("no such tensor", "Z is no tensor of this network: it has W, X.")]
    public void What_cannot_be_a_network_is_told(string what, string sentence)
    {
        var network = Network.Of("odd", ["n", "B"], x =>
        {
            var output = x.Parameter("W", "n").mul(x.Input("X", "B", "n"));
            return what == "another type" ? output.to(ScalarType.Float32) : what == "no tensor" ? null! : x["Z"];
        });

        Assert.That(
            () => GradientCheck.Run(network, (x, g) => { }, s_few), Throws.TypeOf<BadInputException>().With.Message.Contains(sentence));
    }

    [Test]
    public void Classes_and_own_names_of_dimensions_reach_the_code_as_they_are()
    {
        var table = Network.Of("table", ["V", "d", "B"], x =>
            x.Parameter("E", "V", "d").index_select(0, x.Input("ids", ["B"], Holds.Indices(below: "V"))));

        GradientAssert.Agrees(table, (x, g) =>
        {
            Tensor E = x["E"], ids = x["ids"];
            ids = ids.to(ScalarType.Int64);
            Tensor G = x.OutputGradient(E[ids]);
            g["E"] = zeros_like(E).index_add(0, ids, G, 1);
        }, s_few);
    }

    [Test]
    public void A_gradient_that_is_zero_by_mathematics_agrees_and_is_said_to_be_untested() => Assert.That(
        GradientCheck.Run(TorchNetworks.Attention, TorchNetworks.AttentionByHand, s_few).ToString(), Does.Contain(
            "the gradient of bk is zero whatever the values"));

    [Test]
    public void A_graph_and_a_function_state_the_same_network()
    {
        var stated = TorchNetworks.PerceptronGraph.StatedBy(x =>
            nn.functional.linear(tanh(nn.functional.linear(x["X"], x["W1"], x["b1"])), x["W2"], x["b2"]));

        GradientAssert.Agrees(stated, s_few with { Types = [ElementType.Float32, ElementType.Float64] });
    }

    [Test]
    public void A_graph_and_a_module_state_the_same_network() => GradientAssert.Agrees(
        TorchNetworks.PerceptronGraph.StatedBy(
            s => new TorchNetworks.PerceptronModule(s["n"], s["h"], s["m"]),
            (module, x) => module.forward(x["X"]),
            ("hidden.weight", "W1"),
            ("hidden.bias", "b1"),
            ("output.weight", "W2"),
            ("output.bias", "b2")),
        s_few);

    [Test]
    public void Another_forward_on_TorchSharp_is_a_finding()
    {
        var relu = TorchNetworks.PerceptronGraph.StatedBy(x =>
            nn.functional.linear(nn.functional.linear(x["X"], x["W1"], x["b1"]).relu(), x["W2"], x["b2"]));
        var detached = TorchNetworks.PerceptronGraph.StatedBy(x =>
            nn.functional.linear(tanh(nn.functional.linear(x["X"], x["W1"], x["b1"].detach())), x["W2"], x["b2"]));

        var (outputs, gradients) = (GradientCheck.Run(relu, s_few), GradientCheck.Run(detached, s_few));
        Assert.Multiple(() =>
        {
            Assert.That(outputs.ToString(), Does.Contain("the forward outputs differ, so gradients are not compared"));
            Assert.That(outputs.ToString(), Does.Contain("GradientCheck.Replay(network.StatedBy(…), "));
            Assert.That(gradients.Suites[0].Findings[0].Failing.Select(t => t.Name), Is.EqualTo(new[] { "b1" }));
        });
    }

    [Test]
    public void A_statement_of_other_sizes_or_names_is_told()
    {
        var transposed = TorchNetworks.PerceptronGraph.StatedBy(x => x["X"].mm(x["W1"].t()));
        var unnamed = TorchNetworks.PerceptronGraph.StatedBy(
            s => new TorchNetworks.PerceptronModule(s["n"], s["h"], s["m"]), (module, x) => module.forward(x["X"]));

        Assert.Multiple(() =>
        {
            Assert.That(
                GradientCheck.Run(
                    transposed, s_few with { Shapes = [new(("n", 3), ("h", 4), ("m", 2), ("B", 5))] }).ToString(),
                Does.Contain("the TorchSharp code gives 5×4, the network 5×2"));
            Assert.That(
                () => GradientCheck.Run(unnamed, s_few), Throws.TypeOf<BadInputException>().With.Message.Contains(
                    "hidden_weight is no tensor of this network"));
        });
    }

    [Test]
    [Explicit("the counts in src/docs/torchsharp.md")]
    public void No_right_derivation_is_refused(
        [Values(0, 1, 2, 3)] int number, [Values("float32", "float64")] string type)
    {
        var (network, byHand) = s_all[number];
        var result = GradientCheck.Run(network, byHand, new() { Cases = 350, Types = [type == "float32" ? ElementType.Float32 : ElementType.Float64], MaxSize = 6, FindingsKept = 40 });
        TestContext.Out.WriteLine(FormattableString.Invariant(
            $"{network.Name} {type}: {string.Join(", ", Enum.GetValues<Verdict>().Select(v => $"{result.Suites.Sum(s => s.Counts[v])} {v}"))}; worst {result.Suites.Max(s => s.WorstErrorInBounds):F2}, width {result.Suites.Max(s => s.Evidence.WidestBound):E1}"));
        foreach (var finding in result.Suites.SelectMany(s => s.Findings).Take(6))
        {
            var tensors = finding.Tensors.Where(t => t.Verdict != Verdict.Agrees).Select(
                t => $"{t.Name} {t.Reason} {t.Worst?.ErrorInBounds:G3}");
            TestContext.Out.WriteLine($"  {finding.Verdict} {finding.Name}: {string.Join("; ", tensors)}");
        }

        Assert.That(result.Suites.Max(s => s.Verdict), Is.LessThanOrEqualTo(Verdict.Inconclusive));
    }

    private static void ModuleByHand(ArrayCase x, ArrayGradients g) =>
        TorchNetworks.PerceptronByHand(x, g, "hidden_weight", "hidden_bias", "output_weight", "output_bias");

    private static void Wrong(string mistake, ArrayCase x, ArrayGradients g)
    {
        TorchNetworks.PerceptronByHand(x, g);
        Tensor X = x["X"], W1 = x["W1"], W2 = x["W2"];
        var H = tanh(TorchNetworks.Plus(X.mm(W1.t()), x["b1"]));
        Tensor G = x.OutputGradient(TorchNetworks.Plus(H.mm(W2.t()), x["b2"]));
        var D = G.mm(W2).mul(TorchNetworks.Minus(ones_like(H), H.mul(H)));
        var (name, gradient) = mistake switch
        {
            "the sign of W1" => ("W1", D.t().mm(X).neg()),
            "no bias b1" => ("b1", zeros_like(D[0])),
            "W2 transposed" => ("W2", H.t().mm(G)),
            "X without its last term" => ("X", D.narrow(1, 0, D.shape[1] - 1).mm(W1.narrow(0, 0, W1.shape[0] - 1))),
            _ => ("X", D.mm(W1).mul(tensor(1.001, ScalarType.Float64))),
        };
        g[name] = gradient;
    }
}
