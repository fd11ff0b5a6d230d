using GradOracle.Cases;
using GradOracle.Derivations;
using GradOracle.Diagnoses;
using GradOracle.Networks;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Kinds of mistakes that are no line of algebra, each with its sentence, and with a twin that must not be
/// told so.</summary>
[Parallelizable]
public sealed class KindsOfMistakesTests
{
    private static readonly Network s_linear = Network.Define(
        "linear", ["n", "m", "B"], x => x.Parameter("W", "m", "n") * x.Input("X", "n", "B"));

    private static readonly Network s_layer = Network.Define("layer", ["n", "h", "m", "B"], x =>
    {
        var A = (x.Parameter("W", "h", "n") * x.Input("X", "n", "B")).AddBias(x.Parameter("b", "h", "1")).Named("A");
        return x.Parameter("V", "m", "h") * A.Tanh().Named("H");
    });

    [TestCase("B is not a multiple of 4", "the gradient of W is wrong where B is not a multiple of 4, and right at all other sizes that were tried, whatever the numbers")]
    [TestCase("n = B", "the gradient of W is wrong where n = B, and right at all other sizes that were tried, whatever the numbers")]
    [TestCase("B of 9", "the gradient of W is right where B is 8 or less, and wrong where it is 9 or more, whatever the numbers")]
    public void What_is_wrong_at_some_sizes_only_is_told_with_its_rule(string rule, string sentence) =>
        Assert.That(Said(OfW((W, G, X) => Spoiled(G * X.Transpose(), rule switch
        {
            "n = B" => X.RowCount == X.ColumnCount,
            "B of 9" => X.ColumnCount >= 9,
            _ => X.ColumnCount % 4 != 0,
        })), Failing(s_linear, ("n", 9), ("m", 3), ("B", 9))), Is.EqualTo(sentence));

    [TestCase("at every size")]
    [TestCase("by the numbers")]
    public void What_is_wrong_for_another_reason_is_not_told_by_sizes(string when) =>
        Assert.That(Said(OfW((W, G, X) => Spoiled(G * X.Transpose(), when == "at every size" || X[0, 0] > 0)), Failing(s_linear)),
            Does.Not.Contain("whatever the numbers").And.Contain("known mistakes"));

    [TestCase("cut", "X is cut at ±30 in the gradient of W")]
    [TestCase("small", "entries of X below 0.003 are taken for 0 in the gradient of W")]
    [TestCase("adjoint", "∂L/∂Ŷ is cut at ±40")]
    public void Numbers_that_are_cut_or_taken_for_0_are_told_with_the_limit(string what, string sentence)
    {
        var derivation = On(s_linear, x =>
        {
            var (W, X) = (x["W"], x["X"]);
            var G = x.OutputGradient(W * X);
            G = what == "adjoint" ? G.Map(v => Math.Clamp(v, -40, 40), Zeros.Include) : G;
            var read = X.Map(
                v => what == "cut" ? Math.Clamp(v, -30, 30) : what == "small" && Math.Abs(v) < 0.003 ? 0 : v,
                Zeros.Include);
            return new() { ["W"] = G * read.Transpose(), ["X"] = W.Transpose() * G };
        });

        Assert.That(
            Said(
                derivation,
                Failing(s_linear, ("n", 4), ("m", 3), ("B", 5)) is var batch && what == "small"
                    ? Scaled(batch, 1.0 / 1024)
                    : batch),
            Is.EqualTo(sentence));
    }

    [Test]
    public void Numbers_that_are_halved_beyond_a_limit_are_not_told_to_be_cut() =>
        Assert.That(
            Said(OfW((W, G, X) => G * X.Map(v => Math.Abs(v) > 30 ? v / 2 : v).Transpose()), Failing(s_linear)),
            Does.Not.Contain("cut").And.Not.Contain("taken for 0"));

    [TestCase("bias", "the forward outputs differ: on the way forth b is missing in A")]
    [TestCase("sigmoid", "the forward outputs differ: on the way forth σ(A) stands in place of H")]
    [TestCase("clipped", "the forward outputs differ: A is cut at ±2 on the way forth")]
    [TestCase("negated", "the forward outputs differ: on the way forth the sign of W X is wrong in A")]
    [TestCase("doubled", "the forward outputs differ: on the way forth Ŷ is doubled")]
    public void What_is_wrong_on_the_way_forth_is_told(string what, string sentence) =>
        Assert.That(ForwardSaid(what), Is.EqualTo(sentence));

    [Test]
    public void What_is_no_known_mistake_on_the_way_forth_is_told_nothing_of() =>
        Assert.That(ForwardSaid("cosine"), Is.Null);

    [TestCase("0/0", "the derivation has NaN where ∂L/∂Ŷ is 0: 0/0 where nothing comes from above")]
    [TestCase("ε", "1E-07 is added to ∂L/∂Ŷ")]
    public void What_is_done_to_an_adjoint_is_told_by_what_it_leaves(string what, string sentence)
    {
        var derivation = On(s_layer, x => Gradients(x, (isAbove, D) => (what, isAbove) switch
        {
            ("0/0", true) => D / D.Enumerate().Max(Math.Abs) * D.Enumerate().Max(Math.Abs),
            ("ε", true) => D + 1e-7,
            _ => D,
        }));

        Assert.That(Said(derivation, CaseGenerator.Generate(new(new Scenario(s_layer, Samples.SquaredError, Shape(s_layer)), CaseKind.Real, ElementType.Float64, 11, null, CaseValues.Tiny))),
            what == "0/0" ? Is.EqualTo(sentence).Or.Empty : Is.EqualTo(sentence));
    }

    [Test]
    public void A_large_number_that_is_added_and_taken_off_again_is_told()
    {
        var derivation = On(s_linear, x =>
        {
            var (W, X) = (x["W"], x["X"]);
            var G = x.OutputGradient(W * X) + 1000 - 1000;
            return new() { ["W"] = G * X.Transpose(), ["X"] = W.Transpose() * G };
        });
        var tiny = CaseGenerator.Generate(
            new(
                new Scenario(s_linear, Samples.SquaredError, Shape(s_linear)),
                CaseKind.Real,
                ElementType.Float64,
                11,
                null,
                CaseValues.Tiny));

        Assert.That(Said(derivation, tiny), Is.EqualTo("∂L/∂Ŷ loses digits: 1000 is added to it and taken off again"));
    }

    [TestCase("length", "the gradient of W is cut by its length: never more than 5")]
    [TestCase("decimals", "the gradient of W is rounded after 3 decimals")]
    [TestCase("signs", "the gradient of W has lost its sizes: only its signs are left")]
    [TestCase("decay", "the gradient of W is ∂L/∂Ŷ Xᵀ + 0.01 W, where ∂L/∂Ŷ Xᵀ belongs")]
    [TestCase("half", "the gradient of W is halved")]
    public void What_is_done_to_a_gradient_afterwards_is_told(string what, string sentence) =>
        Assert.That(Said(OfW((W, G, X) => G * X.Transpose() is var right && what switch
        {
            "length" => right * Math.Min(1, 5 / right.FrobeniusNorm()),
            "decimals" => right.Map(v => Math.Round(v, 3)),
            "signs" => right.Map(v => (double)Math.Sign(v)),
            "decay" => right + 0.01 * W,
            _ => right / 2,
        } is var spoiled ? spoiled : right), Failing(s_linear, ("n", 3), ("m", 4), ("B", 5))), Is.EqualTo(sentence));

    [TestCase(true, "the gradient of W has its 2 blocks of rows in the order 2, 1")]
    [TestCase(false, "")]
    public void Gates_in_each_others_place_are_told(bool isExchanged, string sentence)
    {
        var packed = Network.Define(
            "packed", ["n", "m", "B"], x => x.Parameter("W", $"{2 * x.Shape["m"]}", "n") * x.Input("X", "n", "B"));
        var derivation = On(packed, x =>
        {
            var (W, X) = (x["W"], x["X"]);
            var G = x.OutputGradient(W * X);
            var (dW, half) = (G * X.Transpose(), W.RowCount / 2);
            var (first, second) = (dW.SubMatrix(0, half, 0, X.RowCount), dW.SubMatrix(half, half, 0, X.RowCount));
            return new() { ["W"] = isExchanged ? second.Stack(first) : first.Stack(second), ["X"] = W.Transpose() * G };
        });

        Assert.That(Said(derivation, Failing(packed)), Is.EqualTo(sentence));
    }

    [TestCase("last", "the last example is left out of the gradient of W")]
    [TestCase("second", "only every other example counts in the gradient of W")]
    [TestCase("forth", "the examples of X are shifted by one in the gradient of W")]
    [TestCase("back", "the examples of X are shifted back by one in the gradient of W")]
    [TestCase("rows", "the gradient of W has its rows shifted back by one")]
    [TestCase("squared", "the gradient of W is squared")]
    [TestCase("cut off", "the gradient of W is cut off after 3 decimals")]
    public void What_becomes_of_examples_and_entries_is_told(string what, string sentence) =>
        Assert.That(Said(OfW((W, G, X) => what switch
        {
            "rows" => G * X.Transpose() is var right
                ? right.MapIndexed((i, j, _) => right[(i + right.RowCount - 1) % right.RowCount, j], Zeros.Include)
                : X,
            "squared" => (G * X.Transpose()).Map(v => v * v),
            "cut off" => (G * X.Transpose()).Map(v => Math.Truncate(v * 1000) / 1000),
            _ => G * X.MapIndexed((i, j, v) => what switch
            {
                "last" => j < X.ColumnCount - 1 ? v : 0,
                "second" => j % 2 == 0 ? v : 0,
                "forth" => X[i, (j + 1) % X.ColumnCount],
                _ => X[i, (j + X.ColumnCount - 1) % X.ColumnCount],
            }, Zeros.Include).Transpose(),
        }), Failing(s_linear, ("n", 3), ("m", 4), ("B", 5))), Is.EqualTo(sentence));

    [Test]
    public void A_row_that_no_known_mistake_explains_is_told_by_its_number() => Assert.That(
        Said(OfW((W, G, X) => With(G * X.Transpose(), v => v.SetRow(1, v.Row(1).Map(e => e + Math.Cos(7 * e))))),
            Failing(s_linear, ("n", 3), ("m", 4), ("B", 5))),
        Does.StartWith("only row 1 of the gradient of W is wrong, and none of "));

    [Test]
    public void One_entry_that_is_cut_is_not_told_as_a_gradient_that_is() => Assert.That(
        Said(OfW((W, G, X) => With(G * X.Transpose(), v => v[0, 0] = Math.Clamp(v[0, 0], -5, 5))),
            Failing(s_linear, ("n", 3), ("m", 4), ("B", 5))),
        Does.Not.StartWith("the gradient of W is cut at"));

    [Test]
    public void A_derivation_that_fails_at_some_sizes_is_told_to_be_right_at_the_others() => Assert.That(
        Said(
            OfW((W, G, X) => X.ColumnCount == 4 ? throw new NotSupportedException() : G * X.Transpose()),
            Failing(s_linear)),
        Does.Match(
            "^the derivation fails at some sizes, .*B=4.* among them, and is right at those where it does not$"));

    [Test]
    public void An_adjoint_that_is_blank_above_its_diagonal_is_told_so() => Assert.That(
        Said(
            On(s_layer, x => Gradients(
                x, (isAbove, D) => isAbove ? D.MapIndexed((i, j, v) => i < j ? 0 : v, Zeros.Include) : D)),
            Failing(s_layer)),
        Is.EqualTo("∂L/∂Ŷ has 0 above its diagonal"));

    [Test]
    public void What_is_wrong_on_the_way_forth_is_told_by_an_analysis_and_what_grows_with_every_call_too()
    {
        var right = On(s_layer, x => Gradients(x, (_, D) => D));
        var forward = FailureAnalysis.Of(Doubled(), Failing(s_layer));
        var growing = FailureAnalysis.Of(new Growing(right), Failing(s_layer));

        Assert.That(
            forward.Diagnosis!.Explanations.Single().Sentence,
            Is.EqualTo("the forward outputs differ: on the way forth Ŷ is doubled"));
        Assert.That(growing.Diagnosis!.Unexplained.Single(), Does.EndWith("a buffer is not cleared"));
    }

    private static LambdaDerivation Doubled() => On(s_layer, x =>
    {
        var H = WithBias(x["W"] * x["X"], x["b"]).Map(Math.Tanh, Zeros.Include);
        var G = x.OutputGradient(x["V"] * H * 2);
        var D = (x["V"].Transpose() * G).PointwiseMultiply(H.Map(h => 1 - h * h, Zeros.Include));
        return new() { ["W"] = D * x["X"].Transpose(), ["b"] = D.RowSums().ToColumnMatrix(), ["X"] = x["W"].Transpose() * D, ["V"] = G * H.Transpose() };
    });

    /// <summary>A derivation that adds its gradients to those of all calls before.</summary>
    private sealed class Growing(Derivation right) : Derivation
    {
        private int _calls;

        public override string Name => "growing";

        public override string Summary => "wrong on purpose";

        public override Network Network => right.Network;

        public override GradientStack Differentiate(CaseStack batch)
        {
            var result = right.Differentiate(batch);
            _calls++;
            foreach (var gradient in result.Gradients)
            {
                Array.ConvertAll(gradient.Values, v => v * _calls).CopyTo(gradient.Values, 0);
            }

            return result;
        }
    }

    [Test]
    public void Two_mistakes_on_one_gradient_are_both_told()
    {
        var said = Said(
            On(s_layer, x => Gradients(x, (_, D) => D, ofA: D => 2 * D, ofX: D => D.PointwiseMaximum(0))),
            Failing(s_layer));

        Assert.That(said, Is.EqualTo("∂L/∂H is doubled, and the gradient of X has 0 where it should be negative"));
    }

    [Test]
    public void Noise_is_never_told_as_a_factor() =>
        Assert.That(Said(OfW((W, G, X) => G * X.Transpose() is var right && X.ColumnCount == 9 ? With(right, v => v[0, 0] *= 1 + 2.6e-9) : right), Failing(s_linear, ("n", 2), ("m", 3), ("B", 9))),
            Does.Not.Contain("multiplied"));

    [Test]
    public void A_few_entries_that_happen_to_be_in_one_part_are_not_called_the_part()
    {
        var said = Said(OfW((W, G, X) => With(G * X.Transpose(), v =>
        {
            var at = (int)Math.Abs(1e3 * X[0, 0]) % (v.RowCount * v.ColumnCount);
            v[at / v.ColumnCount, at % v.ColumnCount] += 1;
        })), Failing(s_linear));

        Assert.That(said, Does.Not.Contain("only"));
    }

    private static LambdaDerivation On(Network network, Func<MatrixCase<double>, Gradients<double>> differentiate) =>
        new(network, differentiate);

    private static LambdaDerivation OfW(Func<Matrix<double>, Matrix<double>, Matrix<double>, Matrix<double>> ofW) =>
        On(s_linear, x =>
    {
        var (W, X) = (x["W"], x["X"]);
        var G = x.OutputGradient(W * X);
        return new() { ["W"] = ofW(W, G, X), ["X"] = W.Transpose() * G };
    });

    private static Gradients<double> Gradients(
        MatrixCase<double> x,
        Func<bool, Matrix<double>, Matrix<double>> adjoint,
        Func<Matrix<double>, Matrix<double>>? ofA = null,
        Func<Matrix<double>, Matrix<double>>? ofX = null)
    {
        var (W, b, V, X) = (x["W"], x["b"], x["V"], x["X"]);
        var H = WithBias(W * X, b).Map(Math.Tanh, Zeros.Include);
        var G = adjoint(true, x.OutputGradient(V * H));
        var D = adjoint(false, V.Transpose() * G).PointwiseMultiply(H.Map(h => 1 - h * h, Zeros.Include));
        D = ofA?.Invoke(D) ?? D;
        var dX = W.Transpose() * D;
        return new() { ["W"] = D * X.Transpose(), ["b"] = D.RowSums().ToColumnMatrix(), ["X"] = ofX?.Invoke(dX) ?? dX, ["V"] = G * H.Transpose() };
    }

    private static string? ForwardSaid(string what)
    {
        var derivation = On(s_layer, x =>
        {
            var (W, b, V, X) = (x["W"], x["b"], x["V"], x["X"]);
            var A = what == "bias" ? W * X : WithBias(what == "negated" ? -(W * X) : W * X, b);
            A = what == "clipped" ? A.Map(a => Math.Clamp(a, -2, 2), Zeros.Include) : A;
            var H = A.Map(
                a => what == "sigmoid" ? 1 / (1 + Math.Exp(-a)) : what == "cosine" ? Math.Cos(3 * a) : Math.Tanh(a),
                Zeros.Include);
            var output = V * H * (what == "doubled" ? 2 : 1);
            var G = x.OutputGradient(output);
            var D = (V.Transpose() * G).PointwiseMultiply(H.Map(h => 1 - h * h, Zeros.Include));
            return new() { ["W"] = D * X.Transpose(), ["b"] = D.RowSums().ToColumnMatrix(), ["X"] = W.Transpose() * D, ["V"] = G * H.Transpose() };
        });
        var diagnosis = ForwardDiagnosis.Of(derivation, Failing(s_layer));
        return diagnosis?.Explanations.Single().Sentence;
    }

    private static Matrix<double> Spoiled(Matrix<double> right, bool isSpoiled) =>
        isSpoiled ? right.Map(v => v + Math.Cos(7 * v)) : right;

    private static Matrix<double> WithBias(Matrix<double> a, Matrix<double> b) =>
        a + Matrix<double>.Build.Dense(a.RowCount, a.ColumnCount, (i, _) => b[i, 0]);

    private static Matrix<double> With(Matrix<double> matrix, Action<Matrix<double>> change)
    {
        change(matrix);
        return matrix;
    }

    private static CaseStack Scaled(CaseStack batch, double factor) => batch with { Kind = CaseKind.Real, Tensors = [.. batch.Tensors.Select(t => t.Name == "X" ? t.With(Array.ConvertAll(t.Values, v => v * factor)) : t)] };

    private static string Said(LambdaDerivation derivation, CaseStack failing)
    {
        var diagnosis = FaultLocalization.Of(derivation, failing);
        return diagnosis is null
            ? ""
            : string.Join("\n", diagnosis.Explanations.Select(e => e.Sentence).Concat(diagnosis.Unexplained));
    }

    private static Shape Shape(Network network, params (string Dimension, int Size)[] sizes) =>
        new(
            network.Dimensions.Select(
                (d, i) => (d, sizes.Where(s => s.Dimension == d).Select(s => s.Size).FirstOrDefault(i + 2))));

    private static CaseStack Failing(Network network, params (string Dimension, int Size)[] sizes) =>
        CaseGenerator.Generate(DiagnosticCases.Name(new(network, Samples.SquaredError, Shape(network, sizes)), 2020));
}
