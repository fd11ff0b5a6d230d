using GradOracle.Cases;
using GradOracle.Derivations;
using GradOracle.Diagnoses;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Wrong derivations as people wrote them: each is named, or at least placed, and never
/// misleadingly.</summary>
[Parallelizable]
public sealed class StrangersMistakes
{
    private sealed record Stranger(
        string Name, Network Network, Func<MatrixCase<double>, string, Gradients<double>> Differentiate)
    {
        public LambdaDerivation With(string mistake) => new LambdaDerivation(Network, x => Differentiate(x, mistake));
    }

    private static readonly Stranger[] s_strangers =
    [
        new("gated", StrangersNetworks.Gated, StrangersDerivations.Gated),
        new("tanh", StrangersNetworks.Perceptron("tanh"), (x, m) => StrangersDerivations.Perceptron(x, "tanh", m)),
        new(
            "tanh-ZH",
            StrangersNetworks.Perceptron("tanh", "Z1", "H1"),
            (x, m) => StrangersDerivations.Perceptron(x, "tanh", m)),
        new(
            "tanh-AH",
            StrangersNetworks.Perceptron("tanh", "A1", "H1"),
            (x, m) => StrangersDerivations.Perceptron(x, "tanh", m)),
        new("relu", StrangersNetworks.Perceptron("relu"), (x, m) => StrangersDerivations.Perceptron(x, "relu", m)),
        new("sigmoid-rows", StrangersNetworks.SigmoidRows, StrangersDerivations.SigmoidRows),
        new("row-cell", StrangersNetworks.RowCell, StrangersDerivations.RowCell),
        new("gru", StrangersNetworks.Gru, StrangersDerivations.Gru),
        new("lstm", StrangersNetworks.Lstm, StrangersDerivations.Lstm),
        new("penalised", StrangersNetworks.Penalised, StrangersDerivations.Penalised),
        new("dropout", StrangersNetworks.Dropout, StrangersDerivations.Dropout),
        new("softmax", StrangersNetworks.Softmax, StrangersDerivations.Softmax),
    ];

    private static IEnumerable<TestCaseData> Right() =>
        s_strangers.Select(s => new TestCaseData(s.Name).SetName($"Right {s.Name}"));

    [TestCaseSource(nameof(Right))]
    public void A_stranger_without_a_mistake_agrees(string name)
    {
        var result = GradientCheck.Run(Find(name).With(""), new CheckOptions { Cases = 8, MaxSize = 4 });

        Assert.That(result.Verdict, Is.LessThanOrEqualTo(Verdict.Inconclusive), result.ToString());
    }

    [TestCase("gated", "sum for difference", "−∂L/∂Ŷ ∘ R has the wrong sign in ∂L/∂P")]
    [TestCase("gated", "second forgotten", "−∂L/∂Ŷ ∘ R is missing in ∂L/∂P")]
    [TestCase("gated", "first doubled", "∂L/∂Ŷ ∘ Q is doubled in ∂L/∂P")]
    [TestCase("gated", "factor forgotten", "∂L/∂P is ∂L/∂Ŷ − ∂L/∂Ŷ ∘ R, where ∂L/∂Ŷ ∘ Q − ∂L/∂Ŷ ∘ R belongs")]
    [TestCase("gated", "own value", "∂L/∂P is ∂L/∂Ŷ ∘ P − ∂L/∂Ŷ ∘ R, where ∂L/∂Ŷ ∘ Q − ∂L/∂Ŷ ∘ R belongs")]
    [TestCase("tanh", "logistic slope",
        "∂L/∂(W1 X) is (W2ᵀ ∂L/∂Ŷ) ∘ (tanh(W1 X) ∘ (1 − tanh(W1 X))), where (W2ᵀ ∂L/∂Ŷ) ∘ (1 − tanh(W1 X) ∘ tanh(W1 X)) belongs")]
    [TestCase("tanh-ZH", "logistic slope", "∂L/∂Z1 is ∂L/∂H1 ∘ (H1 ∘ (1 − H1)), where ∂L/∂H1 ∘ (1 − H1 ∘ H1) belongs")]
    [TestCase("tanh-AH", "logistic slope", "∂L/∂A1 is ∂L/∂H1 ∘ (H1 ∘ (1 − H1)), where ∂L/∂H1 ∘ (1 − H1 ∘ H1) belongs")]
    [TestCase("tanh", "slope at h", "∂L/∂(W1 X) is (W2ᵀ ∂L/∂Ŷ) ∘ (1 − tanh(tanh(W1 X)) ∘ tanh(tanh(W1 X))), where")]
    [TestCase("tanh-ZH", "slope at h",
        "∂L/∂Z1 is ∂L/∂H1 ∘ (1 − tanh(H1) ∘ tanh(H1)), where ∂L/∂H1 ∘ (1 − H1 ∘ H1) belongs")]
    [TestCase("tanh", "slope of the adjoint", "∂L/∂(W1 X) is 1 − (W2ᵀ ∂L/∂Ŷ) ∘ (W2ᵀ ∂L/∂Ŷ), where")]
    [TestCase("tanh", "slope forgotten", "∂L/∂(W1 X) is W2ᵀ ∂L/∂Ŷ, where")]
    [TestCase("relu", "logistic slope",
        "∂L/∂(W1 X) is (W2ᵀ ∂L/∂Ŷ) ∘ (relu(W1 X) ∘ (1 − relu(W1 X))), where (W2ᵀ ∂L/∂Ŷ) ∘ [W1 X > 0] belongs")]
    [TestCase("sigmoid-rows", "slope of the adjoint",
        "∂L/∂(X W + b) is ∂L/∂Ŷ ∘ (1 − ∂L/∂Ŷ), where ∂L/∂Ŷ ∘ (Ŷ ∘ (1 − Ŷ)) belongs")]
    [TestCase("sigmoid-rows", "bias from the last example", "only the last example counts in the gradient of b")]
    [TestCase("sigmoid-rows", "bias not summed", "the gradient of b is not summed over the examples")]
    [TestCase("row-cell", "Wh for its transpose", "Wh is not transposed in the gradient of Hprev")]
    [TestCase("gru", "minus lost",
        "−(∂L/∂H3 ∘ H2) has the wrong sign in ∂L/∂z3, and so at every step")]
    [TestCase("gru", "r in place of h",
        "∂L/∂r3 is (Ucᵀ (∂L/∂c3 ∘ (1 − c3 ∘ c3))) ∘ r3, where (Ucᵀ (∂L/∂c3 ∘ (1 − c3 ∘ c3))) ∘ H2 belongs, and so at every step")]
    [TestCase("gru", "adjoints exchanged",
        "the gradients of Wr and Wz are exchanged\nthe gradients of Ur and Uz are exchanged")]
    [TestCase("gru", "one forgotten",
        "∂L/∂H2 is Uzᵀ (∂L/∂z3 ∘ (z3 ∘ (1 − z3))) + Urᵀ (∂L/∂r3 ∘ (r3 ∘ (1 − r3))) + (Ucᵀ (∂L/∂c3 ∘ (1 − c3 ∘ c3))) ∘ r3 − ∂L/∂c3, where")]
    [TestCase("lstm", "biases of f",
        "the gradient of bf stands in place of the gradients of bi and bo")]
    [TestCase("lstm", "stray factor", "∂L/∂g3 is (∂L/∂C3 ∘ i3) ∘ g3, where ∂L/∂C3 ∘ i3 belongs, and so at every step")]
    [TestCase("lstm", "slope at the cell",
        "+ ∂L/∂tC3 ∘ (1 − C3 ∘ C3), where (∂L/∂o3 ∘ (o3 ∘ (1 − o3))) ∘ p + ∂L/∂tC3 ∘ (1 − tC3 ∘ tC3) belongs, and so at every step")]
    [TestCase("lstm", "cell not carried back",
        "∂L/∂C3 ∘ f3 is missing in ∂L/∂C2, and so at every step")]
    [TestCase("lstm", "peephole forgotten",
        "(∂L/∂o3 ∘ (o3 ∘ (1 − o3))) ∘ p is missing in ∂L/∂C3, and so at every step")]
    [TestCase("penalised", "only the first use",
        "(the last 3 columns of ∂L/∂Ŷ) ∘ W is missing in the gradient of W")]
    [TestCase("penalised", "halved", "(the last 3 columns of ∂L/∂Ŷ) ∘ W is halved in the gradient of W")]
    [TestCase("dropout", "mask forgotten", "the gradient of X is 2 (Wᵀ ∂L/∂Ŷ), where (2 (Wᵀ ∂L/∂Ŷ)) ∘ M belongs")]
    [TestCase("dropout", "scale forgotten", "the gradient of X is halved")]
    [TestCase("softmax", "diagonal only", "∂L/∂E is −((∂L/∂S / (Σ E)) ∘ S) + ∂L/∂S / (Σ E), where Σ −((∂L/∂S / (Σ E)) ∘ S) + ∂L/∂S / (Σ E) belongs")]
    public void A_strangers_mistake_is_said_as_a_person_would(string name, string mistake, string sentence)
    {
        var stranger = Find(name);

        var said = Said(stranger.With(mistake), Failing(stranger.Network));

        Assert.That(said, Does.Contain(sentence).And.Not.Contain("uses it").And.Not.Contain("either"));
        Assert.That(said.Split('\n'), Has.Length.EqualTo(sentence.Split('\n').Length), said);
    }

    [Test]
    public void What_is_no_formula_is_placed_and_nothing_is_made_up()
    {
        var said = Said(new LambdaDerivation(StrangersNetworks.Perceptron("tanh", "A1", "H1"), x =>
        {
            var (W1, W2, X) = (x["W1"], x["W2"], x["X"]);
            var H = (W1 * X).Map(Math.Tanh);
            var G = x.OutputGradient(W2 * H);
            var dA = (W2.Transpose() * G).Map2((d, h) => (d + 0.3 * Math.Cos(7 * d)) * (1 - h * h), H);
            return new() { ["W1"] = dA * X.Transpose(), ["X"] = W1.Transpose() * dA, ["W2"] = G * H.Transpose() };
        }), Failing(StrangersNetworks.Perceptron("tanh", "A1", "H1")));

        Assert.That(said, Does.StartWith(
            "∂L/∂A1 is wrong, or how it is carried to A1: everything behind it is wrong, everything else is right; none of "));
    }

    [Test]
    public void A_gradient_that_only_rounds_otherwise_is_not_called_multiplied()
    {
        var said = Said(Linear((W, G, X) => G.TransposeAndMultiply(X) * (1 + 1e-14)), Failing(s_linear));

        Assert.That(said, Does.Not.Contain("multiplied").And.Not.Contain("doubled").And.Not.Contain("loss"));
    }

    [Test]
    public void Clipping_is_said_with_its_limit() =>
        Assert.That(Said(Linear((W, G, X) => G.TransposeAndMultiply(X).Map(v => Math.Clamp(v, -5, 5))), Failing(s_linear)),
            Is.EqualTo("the gradient of W is cut at ±5"));

    [Test]
    public void Float32_inside_float64_is_told_by_the_size_of_what_is_wrong() =>
        Assert.That(Said(Linear((W, G, X) => G.Map(v => (double)(float)(v / 3)).TransposeAndMultiply(X) * 3), Failing(s_linear)),
            Does.StartWith("the gradients differ by what rounding to float32 does"));

    [Test]
    public void What_is_wrong_beyond_a_size_only_is_told_so() =>
        Assert.That(Said(Linear((W, G, X) => G.TransposeAndMultiply(X).Map(v => X.ColumnCount >= 4 ? v + Math.Sin(v) : v)), Failing(s_linear, ("B", 4))),
            Is.EqualTo("the gradient of W is right where B is 3 or less, and wrong where it is 4 or more, whatever the numbers"));

    [Test]
    public void A_buffer_that_is_not_cleared_and_a_state_that_is_kept_are_told_apart()
    {
        Matrix<double>? buffer = null;
        var growing = Linear((W, G, X) => buffer = buffer is not null && (buffer.RowCount, buffer.ColumnCount) == (G.RowCount, X.RowCount)
            ? buffer + G.TransposeAndMultiply(X) : G.TransposeAndMultiply(X));
        var last = 0.0;
        var keeping = Linear((W, G, X) =>
        {
            var (before, sum) = (last, X[0, 0] + W[0, 0]);
            last = sum;
            return G.TransposeAndMultiply(X) + (before == sum ? 1 : 2);
        });

        Assert.Multiple(() =>
        {
            Assert.That(
                FailureAnalysis.Of(growing, Failing(s_linear)).Diagnosis!.Unexplained.Single(),
                Does.Contain("a buffer is not cleared"));
            Assert.That(
                FailureAnalysis.Of(keeping, Failing(s_linear)).Diagnosis!.Unexplained.Single(),
                Does.Contain("between calls").Or.Contain("not deterministic"));
        });
    }

    private static readonly Network s_linear = Network.Define(
        "linear", ["n", "m", "B"], x => x.Parameter("W", "m", "n") * x.Input("X", "n", "B"));

    private static LambdaDerivation Linear(Func<Matrix<double>, Matrix<double>, Matrix<double>, Matrix<double>> ofW) =>
        new(s_linear, x =>
    {
        var (W, X) = (x["W"], x["X"]);
        var G = x.OutputGradient(W * X);
        return new() { ["W"] = ofW(W, G, X), ["X"] = W.TransposeThisAndMultiply(G) };
    });

    private static string Said(LambdaDerivation derivation, CaseStack failing)
    {
        var diagnosis = FaultLocalization.Of(derivation, failing);
        return diagnosis is null
            ? ""
            : string.Join("\n", diagnosis.Explanations.Select(e => e.Sentence).Concat(diagnosis.Unexplained));
    }

    private static CaseStack Failing(Network network, params (string Dimension, int Size)[] sizes)
    {
        var shape = new Shape(
            network.Dimensions.Select(
                (d, i) =>
                    (d, sizes.Where(s => s.Dimension == d).Select(s => s.Size).FirstOrDefault(d == "T" ? 4 : i + 2))));
        return CaseGenerator.Generate(DiagnosticCases.Name(new(network, Samples.SquaredError, shape), 2020));
    }

    private static Stranger Find(string name) => s_strangers.Single(s => s.Name == name);
}
