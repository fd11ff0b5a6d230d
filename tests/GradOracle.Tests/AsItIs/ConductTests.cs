using System.Text.RegularExpressions;
using GradOracle.Gallery;
using GradOracle.NUnit;
using NUnit.Framework;

namespace GradOracle.Tests.AsItIs;

/// <summary>The rules of conduct that every derivation is held to, each seen to fail.</summary>
public sealed class ConductTests
{
    private static readonly CheckOptions s_few = new() { Cases = 8, MaxSize = 4, Losses = [Samples.SquaredError] };

    [Test]
    public void A_gradient_that_is_another_when_it_is_asked_for_again_is_not_deterministic()
    {
        var calls = 0;
        var result = Check((x, g) =>
        {
            Right(x, g);
            double[,] dW = g["W"];
            dW[0, 0] += calls++ % 3 == 0 ? 1 : 0;
        });

        Assert.That(
            result,
            Does.Contain(
                "not comparable: the derivation gives different gradients for the same case: it is not deterministic"));
    }

    // The first call only finds out which element type there is: what it gives is compared with nothing else.
    [Test]
    public void A_very_first_call_that_gives_something_else_is_not_deterministic()
    {
        var calls = 0;
        var result = Check((x, g) =>
        {
            Right(x, g);
            double[,] dW = g["W"];
            dW[0, 0] += calls++ == 0 ? 1 : 0;
        });

        Assert.That(result, Does.Contain("it is not deterministic"));
    }

    [TestCase("in a batch of one")]
    [TestCase("from the third case on")]
    [TestCase("nowhere")]
    public void What_takes_several_cases_at_once_is_tried_on_one_and_on_many(string where)
    {
        var wrong = new Spoiled(new OwnBackprop(), (batch, result) =>
        {
            if (batch.Count == 1 && where == "in a batch of one")
            {
                result["Wh"].Values[0]++;
            }

            if (batch.Count > 2 && where == "from the third case on")
            {
                result["Wh"][2][0]++;
            }
        });

        Assert.That(
            GradientCheck.Run(wrong, s_few).ToString(),
            where == "nowhere" ? Does.StartWith("✓") : Does.Contain("other neighbours in the batch"));
    }

    [Test]
    public void A_derivation_of_spans_that_is_not_deterministic_is_caught_too()
    {
        var calls = 0;
        var wrong = new Spoiled(
            new OwnBackprop(), (_, result) => result["Wh"].Values[0] += Interlocked.Increment(ref calls));

        Assert.That(GradientCheck.Run(wrong, s_few).ToString(), Does.Contain("it is not deterministic"));
    }

    [Test]
    public void What_is_left_over_from_the_call_before_is_caught()
    {
        var sums = new Dictionary<string, double[,]>();
        var result = Check((x, g) =>
        {
            Right(x, g);
            double[,] dW = g["W"];
            if (sums.TryGetValue($"{dW.Length}", out var before) && before.GetLength(0) == dW.GetLength(0))
            {
                dW[0, 0] += before[0, 0];
            }

            sums[$"{dW.Length}"] = dW;
        });

        Assert.That(result, Does.Contain("it is not deterministic"));
    }

    [Test]
    public void Inputs_that_are_changed_are_named_in_every_form()
    {
        Assert.That(
            Check((x, g) => { Right(x, g); ((double[,])x["W"])[0, 0]++; }), Does.Contain("the derivation modifies W"));
        Assert.That(
            Check((x, g) => { Right(x, g); ((double[])x["X"])[0]++; }), Does.Contain("the derivation modifies X"));
        Assert.That(
            Check((x, g) => { Right(x, g); ((double[][])x["X"].T)[0][0]++; }),
            Does.Contain("the derivation modifies X"));
        Assert.That(
            Check((x, g) => { Right(x, g); ((TorchSharp.torch.Tensor)x.Target).zero_(); }),
            Does.Contain("the derivation modifies T"));
    }

    [Test]
    public void Matrices_that_are_changed_are_named()
    {
        var result = GradientCheck.Run(AsItIsNetworks.Linear, x =>
        {
            var (W, X) = (x["W"], x["X"]);
            var G = x.OutputGradient(W * X);
            var gradients =
                new Gradients<double> { ["W"] = G.TransposeAndMultiply(X), ["X"] = W.TransposeThisAndMultiply(G) };
            W.Clear();
            return gradients;
        }, s_few);

        Assert.That(result.ToString(), Does.Contain("the derivation modifies W"));
    }

    [Test]
    public void Two_gradients_in_one_array_are_told_so()
    {
        var result = GradientCheck.Run(Sum, (x, g) =>
        {
            double[] A = x["A"], B = x["B"];
            double[] G = x.OutputGradient(A.Zip(B, (a, b) => a + b).ToArray());
            (g["A"], g["B"]) = (G, G);
        }, s_few);

        Assert.That(
            result.ToString(),
            Does.Contain(
                "B 1×1     not comparable: the gradients of A and B are one array: who changes one changes the other"));
    }

    [Test]
    public void Two_gradients_in_one_matrix_are_told_so_and_copies_agree()
    {
        CheckResult Of(bool copied) => GradientCheck.Run(Sum, x =>
        {
            var G = x.OutputGradient(x["A"] + x["B"]);
            return new() { ["A"] = G, ["B"] = copied ? G.Clone() : G };
        }, s_few);

        Assert.That(Of(copied: false).ToString(), Does.Contain("the gradients of A and B are one array"));
        Assert.That(Of(copied: true).Verdict, Is.EqualTo(Verdict.Agrees));
    }

    [Test]
    public void A_gradient_in_the_array_of_an_input_is_told_so()
    {
        var result = Check((x, g) =>
        {
            Right(x, g);
            g["W"] = x["W"];
        });

        Assert.That(
            result,
            Does.Contain(
                "not comparable: the gradient of W is the array that holds W: who changes one changes the other"));
    }

    [Test]
    public void A_gradient_that_is_forgotten_is_a_finding_and_one_that_is_left_out_by_declaration_is_none()
    {
        static void Half(ArrayCase x, ArrayGradients g)
        {
            double[,] W = x["W"], X = x["X"];
            double[,] G = x.OutputGradient(Product(W, X));
            g["W"] = ProductTransposed(G, X);
        }

        Assert.That(
            GradientCheck.Run(AsItIsNetworks.Linear, Half, s_few).ToString(),
            Does.Contain("X 1×1     not comparable: the derivation gives no gradient"));
        Assert.That(
            GradientCheck.Run(AsItIsNetworks.Linear.Differentiates("W"), Half, s_few).Verdict,
            Is.EqualTo(Verdict.Agrees));
        Assert.That(
            GradientCheck.Run(AsItIsNetworks.Linear.Differentiates("W"), Right, s_few).Verdict,
            Is.EqualTo(Verdict.Agrees),
            "more than asked for");
    }

    [TestCase("w", "w is no tensor of this network: did you mean W? It has W, X.")]
    [TestCase("Gamma", "Gamma is no tensor of this network: it has W, X.")]
    [TestCase("T", "T is no tensor of this network: it has W, X.")]
    public void A_key_that_is_unknown_is_named_with_the_nearest(string key, string sentence)
    {
        var error = Assert.Throws<BadInputException>(() => Check((x, g) => { Right(x, g); g[key] = g["W"]; }))!;

        Assert.That(error.Message, Is.EqualTo(sentence));
        Assert.That(
            Assert.Throws<BadInputException>(
                () => Check((x, g) => Right(x, g), AsItIsNetworks.Linear.Differentiates(key))).Message,
            Is.EqualTo(sentence));
    }

    [Test]
    public void A_key_of_a_matrix_derivation_that_is_unknown_is_named() => Assert.That(
        Assert.Throws<BadInputException>(
            () => GradientCheck.Run(AsItIsNetworks.Linear, x => new() { ["x"] = x["X"] }, s_few))?.Message,
        Is.EqualTo("x is no tensor of this network: did you mean X? It has W, X."));

    [Test]
    public void An_exception_is_told_with_its_type_its_message_and_the_lines_of_the_code_that_threw()
    {
        var result = Check((x, g) =>
        {
            Right(x, g);
            Thrower.Fails();
        });

        Assert.That(result, Does.Match(
            @"the derivation failed: InvalidTimeZoneException: no zone here, in Thrower\.Fails \(ConductTests\.cs:\d+\), called by ConductTests\.An_exception_is_told\w+ \(ConductTests\.cs:\d+\)"));
        Assert.That(result, Does.Not.Contain("ArrayPass").And.Not.Contain("IsolatedRun"));
    }

    [Test]
    public void A_check_calls_the_code_no_more_often_than_the_page_promises()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "src", "docs", "conduct.md"));
        var promised = Regex.Match(page, @"at most (\d+) times for each case, and (\d+) times more");
        var (aCase, more) = (int.Parse(promised.Groups[1].Value), int.Parse(promised.Groups[2].Value));

        foreach (var cases in (int[])[1, 2, 7, 100, 300])
        {
            var calls = 0;
            var result = GradientCheck.Run(
                AsItIsNetworks.Linear,
                (x, g) => { calls++; Right(x, g); },
                new CheckOptions { Cases = cases, MaxSize = 4 });

            Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees));
            Assert.That(calls, Is.LessThanOrEqualTo((aCase * cases + more) * result.Suites.Count), $"{cases} cases");
        }
    }

    [Test]
    public void A_gradient_that_is_known_to_be_zero_needs_no_warning()
    {
        var options = s_few with { Kinds = [CaseKind.Real] };
        var told = GradientCheck.Run(Cancelling, Cancelled, options with { KnownZero = ["b"] });

        Assert.That(told.Verdict, Is.EqualTo(Verdict.Agrees), told.ToString());
        Assert.That(told.ToString(), Does.Contain("the gradient of b is zero by mathematics, as was said"));
        Assert.That(
            GradientCheck.Run(Cancelling, Cancelled, options).ToString(),
            Does.Contain("where that is mathematics, say so: KnownZero"));
    }

    [Test]
    public void A_gradient_that_is_said_to_be_zero_and_is_not_is_refused()
    {
        Assert.That(
            Assert.Throws<BadInputException>(() => Check(Right, options: s_few with { KnownZero = ["W"] })).Message,
            Is.EqualTo("KnownZero names W, and its gradient is not zero: leave W out."));
        Assert.That(
            Assert.Throws<BadInputException>(() => Check(Right, options: s_few with { KnownZero = ["bk"] })).Message,
            Is.EqualTo("bk is no tensor of this network: it has W, X."));
    }

    [Test]
    public void Inconclusive_cases_pass_where_they_are_allowed()
    {
        Assert.That(new CheckOptions().Accepts(Verdict.Inconclusive), Is.False);
        Assert.That(new CheckOptions { AllowInconclusive = true }.Accepts(Verdict.Inconclusive), Is.True);
        Assert.That(new CheckOptions { AllowInconclusive = true }.Accepts(Verdict.Disagrees), Is.False);
        Assert.Multiple(
            () => GradientAssert.Agrees(AsItIsNetworks.Linear, Right, s_few with { AllowInconclusive = true }));
    }

    private static Network Sum { get; } = Network.Define(
        "sum", ["n", "B"], x => x.Input("A", "n", "B") + x.Input("B", "n", "B"));

    private static Network Cancelling { get; } = Network.Define(
        "cancelling", ["n", "B"], x =>
            x.Input("A", "n", "B") + (x.Parameter("b", "n", "B") - x.Parameter("b", "n", "B")));

    private static void Cancelled(ArrayCase x, ArrayGradients g)
    {
        double[] A = x["A"];
        g["A"] = x.OutputGradient(A);
        g["b"] = new double[A.Length];
    }

    private static string Check(
        Action<ArrayCase, ArrayGradients> code, Network? network = null, CheckOptions? options = null) =>
        GradientCheck.Run(network ?? AsItIsNetworks.Linear, code, options ?? s_few).ToString();

    private static void Right(ArrayCase x, ArrayGradients g)
    {
        double[,] W = x["W"], X = x["X"];
        double[,] G = x.OutputGradient(Product(W, X));
        g["W"] = ProductTransposed(G, X);
        g["X"] = Product(x["W"].T, G);
    }

    private static double[,] ProductTransposed(double[,] a, double[,] b)
    {
        var product = new double[a.GetLength(0), b.GetLength(0)];
        for (var i = 0; i < a.GetLength(0); i++)
        {
            for (var j = 0; j < b.GetLength(0); j++)
            {
                for (var k = 0; k < a.GetLength(1); k++)
                {
                    product[i, j] += a[i, k] * b[j, k];
                }
            }
        }

        return product;
    }

    private static double[,] Product(double[,] a, double[,] b)
    {
        var product = new double[a.GetLength(0), b.GetLength(1)];
        for (var i = 0; i < a.GetLength(0); i++)
        {
            for (var j = 0; j < b.GetLength(1); j++)
            {
                for (var k = 0; k < a.GetLength(1); k++)
                {
                    product[i, j] += a[i, k] * b[k, j];
                }
            }
        }

        return product;
    }

    private static class Thrower
    {
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        public static void Fails() => throw new InvalidTimeZoneException("no zone here");
    }
}
