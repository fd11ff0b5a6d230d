using GradOracle.Cases;
using GradOracle.Networks;
using GradOracle.Oracles;
using GradOracle.Torch;
using NUnit.Framework;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace GradOracle.Tests;

/// <summary>Losses of labels, distributions and margins, means and penalties, losses of one's own: against
/// TorchSharp's, in every arrangement of examples.</summary>
[Parallelizable]
public sealed class TargetLossTests
{
    private static readonly Network s_columns = Network.Define("columns", ["m", "B"], x => x.Input("Y", "m", "B"));
    private static readonly Network s_rows = Network.Define(
        "rows", ["B", "m"], x => x.Input("Y", "B", "m"), rowsAreExamples: true);
    private static readonly Network s_sequences = Network.Define(
        "sequences", ["b", "t", "m"], x => x.Input("Y", "b", "t", "m"));
    private static readonly Network s_linear = Network.Define(
        "linear",
        ["n", "m", "B"],
        x => x.Parameter("W", "m", "n") * x.Input("X", "n", "B"),
        losses: [new Quartic(), new Weighted()]);
    private static readonly Network s_autoencoder = Network.Define(
        "autoencoder",
        ["n", "h", "B"],
        x =>
        {
            var (W, X) = (x.Parameter("W", "h", "n"), x.Input("X", "n", "B"));
            return W.Transposed() * (W * X);
        },
        targetInput: "X");

    private static IEnumerable<string> Names() => Loss.OfTargets.Select(l => l.Name);

    [Test]
    public void Value_and_gradient_are_TorchSharps(
        [ValueSource(nameof(Names))] string name,
        [Values("columns", "rows", "sequences")] string arrangement,
        [Values("", "-mean")] string mean)
    {
        var network = new[] { s_columns, s_rows, s_sequences }.Single(n => n.Name == arrangement);
        var sizes = arrangement == "columns" ? "m=4 B=6" : arrangement == "rows" ? "B=6 m=4" : "b=2 t=3 m=4";
        for (ulong seed = 0; seed < 20; seed++)
        {
            var batch = CaseGenerator.Generate(
                CaseId.Parse($"{arrangement}/{name}{mean} {sizes} real float64 seed={seed}", network));
            var autograd = Autograd.Differentiate(batch);
            var gradient = new double[24];
            batch.OutputGradient<double>(0, batch["Y"].Values, gradient);
            var (value, expected) = ByTorch(name, batch, arrangement == "columns");
            var examples = mean.Length > 0 ? 6 : 1;

            Assert.That(batch.LossAt<double>(0, batch["Y"].Values), Is.EqualTo(value / examples).Within(1e-12));
            Assert.That(autograd.Losses[0], Is.EqualTo(value / examples).Within(1e-12));
            Assert.That(gradient.Select(g => g * examples), Is.EqualTo(expected).Within(1e-12));
            Assert.That(autograd["Y"].Values.Select(g => g * examples), Is.EqualTo(expected).Within(1e-12));
        }
    }

    [TestCase("softmax-cross-entropy")]
    [TestCase("label-cross-entropy")]
    public void The_textbook_gradient_of_the_softmax_is_right_where_targets_are_distributions_or_labels(string loss)
    {
        var right = GradientCheck.Run(
            s_linear, Textbook, new CheckOptions { Cases = 40, Losses = [Loss.Of(loss)], Types = ElementType.All });
        Assert.That(right.Verdict, Is.EqualTo(Verdict.Agrees), right.ToString());
    }

    [Test]
    public void The_textbook_gradient_is_caught_where_targets_are_free()
    {
        var wrong = GradientCheck.Run(
            s_linear, Textbook, new CheckOptions { Cases = 10, Losses = [Loss.Of("free-target-cross-entropy")] });
        Assert.That(wrong.Verdict, Is.EqualTo(Verdict.Disagrees));
    }

    [Test]
    public void A_derivation_with_every_loss_of_targets_agrees_and_one_that_forgets_a_transpose_does_not(
        [ValueSource(nameof(Names))] string loss)
    {
        var options = new CheckOptions { Cases = 30, Losses = [Loss.Of(loss), Loss.Of($"{loss}-mean")] };
        var right = GradientCheck.Run(s_linear, x => Linear(x, 0, 0), options);
        var wrong = GradientCheck.Run(s_linear, x => Linear(x, 0, 0, 1 + 1e-6), options);

        Assert.That(right.Verdict, Is.EqualTo(Verdict.Agrees), right.ToString());
        Assert.That(wrong.Verdict, Is.EqualTo(Verdict.Disagrees));
    }

    [TestCase("squared-error+l2", 1, 0)]
    [TestCase("absolute-error+l1", 0, 1)]
    [TestCase("softmax-cross-entropy-mean+l1+l2", 1, 1)]
    public void A_penalty_on_the_parameters_is_part_of_the_loss_and_one_forgotten_is_caught(
        string loss, double l2, double l1)
    {
        var options = new CheckOptions { Cases = 30, Losses = [Loss.Of(loss)] };
        var right = GradientCheck.Run(s_linear, x => Linear(x, l2, l1), options);
        var wrong = GradientCheck.Run(s_linear, x => Linear(x, 0, 0), options);

        Assert.That(right.Verdict, Is.EqualTo(Verdict.Agrees), right.ToString());
        Assert.That(wrong.Verdict, Is.EqualTo(Verdict.Disagrees));
        Assert.That(
            wrong.ToString(),
            l2 + l1 > 1
                ? Does.Contain("W")
                : Does.Contain("diagnosis: the contribution of W in the penalty is missing"));
    }

    [Test]
    public void A_penalty_goes_with_an_output_of_any_rank()
    {
        var network = Network.Define(
            "gated", ["b", "t", "c"], x => x.Parameter("W", "b", "t", "c").Hadamard(x.Input("X", "b", "t", "c")));
        var batch = CaseGenerator.Generate(
            CaseId.Parse("gated/squared-error+l2 b=2 t=3 c=4 exact float64 seed=1", network));

        Assert.That(
            ReverseMode.Differentiate(batch)["W"].Values, Is.EqualTo(Autograd.Differentiate(batch)["W"].Values));
    }

    [TestCase("quartic", 0)]
    [TestCase("weighted", 1)]
    public void A_loss_of_ones_own_is_checked_replayed_and_read_from_its_name(string name, double penalty)
    {
        var options = new CheckOptions { Cases = 20, Losses = [s_linear.Losses.Single(l => l.Name == name)] };
        var right = GradientCheck.Run(s_linear, x => Linear(x, penalty, 0), options);
        var wrong = GradientCheck.Run(s_linear, x => Linear(x, penalty, 0, 2), options);

        Assert.That(right.Verdict, Is.EqualTo(Verdict.Agrees), right.ToString());
        Assert.That(wrong.ToString(), Does.Contain("diagnosis: ").And.Contain($"linear/{name} "));
        var replayed = wrong.Suites[0].Findings[0].Name;
        Assert.That(CaseId.Parse(replayed, s_linear).ToString(), Is.EqualTo(replayed));
    }

    [Test]
    public void A_loss_that_nobody_knows_is_refused() =>
        Assert.That(
            Assert.Throws<BadInputException>(() => Loss.Of("softmax-crossentropy-mean"))!.Message,
            Does.Contain("did you mean \"softmax-cross-entropy\"?"));

    [Test]
    public void An_autoencoder_has_its_input_twice_and_a_derivation_that_forgets_the_target_is_caught()
    {
        static Gradients<double> Backward(MatrixCase<double> x, bool seesTarget)
        {
            var (W, X) = (x["W"], x["X"]);
            var H = W * X;
            var G = x.OutputGradient(W.TransposeThisAndMultiply(H));
            return new()
            {
                ["W"] = H.TransposeAndMultiply(G) + (W * G).TransposeAndMultiply(X),
                ["X"] = W.TransposeThisAndMultiply(W * G) - (seesTarget ? G : 0 * G),
            };
        }

        var options = new CheckOptions { Cases = 30, Losses = [Samples.SquaredError] };
        var right = GradientCheck.Run(s_autoencoder, x => Backward(x, true), options);
        var wrong = GradientCheck.Run(s_autoencoder, x => Backward(x, false), options);
        var batch = CaseGenerator.Generate(
            CaseId.Parse("autoencoder/squared-error n=3 h=2 B=4 exact float64 seed=1", s_autoencoder));

        Assert.That(right.Verdict, Is.EqualTo(Verdict.Agrees), right.ToString());
        Assert.That(wrong.ToString(), Does.Contain("diagnosis: the contribution of X as the target is "));
        Assert.That(batch.Tensors.Select(t => t.Name), Is.EqualTo(new[] { "W", "X" }));
        Assert.That(batch.Target, Is.SameAs(batch["X"]));
    }

    [Test]
    public void A_loss_of_labels_cannot_have_an_input_as_its_target() =>
        Assert.That(
            Assert.Throws<BadInputException>(
                () => new Scenario(
                    s_autoencoder, Loss.Of("label-cross-entropy"), new Shape(("n", 3), ("h", 2), ("B", 2))))!.Message,
            Does.Contain("autoencoder has its input X of 3×2 as target, and label-cross-entropy asks for 1×2 of its own: choose another loss"));

    [Test]
    public void A_tensor_with_the_name_of_the_target_is_refused() =>
        Assert.That(
            Assert.Throws<BadInputException>(
                () => new Scenario(
                    Network.Define("t", ["B"], x => x.Input("T", "B", "1")),
                    Samples.SquaredError,
                    new Shape(("B", 2))))!.Message,
            Does.Contain("t has a tensor T, which is the name of the target of squared-error: give it another name"));

    private static Gradients<double> Linear(MatrixCase<double> x, double l2, double l1, double factor = 1)
    {
        var (W, X) = (x["W"], x["X"]);
        var G = x.OutputGradient(W * X);
        return new()
        {
            ["W"] = factor * G.TransposeAndMultiply(X) + l2 * W + l1 * W.PointwiseSign(),
            ["X"] = W.TransposeThisAndMultiply(G),
        };
    }

    private static Gradients<double> Textbook(MatrixCase<double> x)
    {
        var (W, X, T) = (x["W"], x["X"], x.Target);
        var Y = W * X;
        var G = Y.Clone();
        for (var b = 0; b < Y.ColumnCount; b++)
        {
            var e = (Y.Column(b) - Y.Column(b).Maximum()).PointwiseExp();
            var target = T.RowCount == Y.RowCount
                ? T.Column(b)
                : MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense(Y.RowCount, c => T[0, b] == c ? 1 : 0);
            G.SetColumn(b, e / e.Sum() - target);
        }

        return new() { Output = Y, ["W"] = G.TransposeAndMultiply(X), ["X"] = W.TransposeThisAndMultiply(G) };
    }

    // TorchSharp's own losses, classes last.
    private static (double Value, double[] Gradient) ByTorch(string name, CaseStack batch, bool isTransposed)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        Tensor Of(TensorStack stack, int rows, int columns) =>
            isTransposed
                ? tensor(stack.Values.ToArray()).reshape(columns, rows).t()
                : tensor(stack.Values.ToArray()).reshape(rows, columns);
        var y = Of(batch["Y"], 6, 4).clone().requires_grad_(true);
        var target = Of(batch.Target, 6, batch.Target.Length / 6);
        using var two = 2.0.ToScalar();
        using var half = 0.5.ToScalar();
        var loss = name switch
        {
            "softmax-cross-entropy" => F.cross_entropy(y, target, reduction: nn.Reduction.Sum),
            "label-cross-entropy" =>
                F.cross_entropy(y, target.squeeze(1).to(ScalarType.Int64), reduction: nn.Reduction.Sum),
            "binary-cross-entropy" => F.binary_cross_entropy_with_logits(y, target, reduction: nn.Reduction.Sum),
            "negative-log-likelihood" =>
                F.nll_loss(y, target.squeeze(1).to(ScalarType.Int64), reduction: nn.Reduction.Sum),
            "kl-divergence" => F.kl_div(y, target, log_target: false, reduction: nn.Reduction.Sum),
            "hinge" => (ones_like(y) - target * y).relu().sum(),
            "contrastive" =>
                (target * y.pow(two) + (ones_like(y) - target) * (ones_like(y) - y).relu().pow(two)).sum().mul(half),
            _ => throw new NotSupportedException(name),
        };
        loss.backward();
        var gradient = isTransposed ? y.grad!.t().contiguous() : y.grad!;
        return (loss.item<double>(), [.. gradient.data<double>()]);
    }

    private sealed class Quartic : Loss
    {
        public override string Name => "quartic";

        public override Node Entries(Node output, Node target, Inputs x) => (output - target).Squared().Squared();
    }

    private sealed class Weighted : Loss
    {
        public override string Name => "weighted";

        public override Node Entries(Node output, Node target, Inputs x) =>
            (output - target).Squared().SumOver(0, 1) + x["W"].Squared().Scaled(0.5).SumOver(0, 1);
    }
}
