using GradOracle.Diagnoses;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Kinds of mistakes of layers and losses, each with its sentence and a right twin.</summary>
public sealed class OtherKindsOfMistakesTests
{
    private const string Right = "";
    private const double Epsilon = 1e-5;

    private static readonly Network s_rows = Network.Define(
        "rows",
        ["B", "n", "h", "m"],
        x => (x.Input("X", "B", "n") * x.Parameter("W", "n", "h") + x.Parameter("b", "1", "h")).Tanh()
            * x.Parameter("V", "h", "m"),
        rowsAreExamples: true);

    private static readonly Network s_rooted = Network.Define("rooted", ["B", "d"], x =>
    {
        var X = x.Input("X", "B", "d");
        return X.Hadamard(x.Parameter("g", "1", "d")) / (X.Squared().Mean(1, keepDims: true) + Epsilon).Sqrt().Named("s");
    }, smallest: [("d", 2)], rowsAreExamples: true);

    [TestCase(Right, "")]
    [TestCase("example left out", "the last example is left out of the gradients of W, V and b")]
    [TestCase("overwritten", "∂L/∂(X W + b) stands in place of tanh((X W + b)) in the gradient of V")]
    [TestCase("by columns", "the gradient of W is laid out by columns and read by rows")]
    [TestCase("shifted", "the gradient of V has its rows shifted by one, and 0 in the last")]
    [TestCase("cut apart", "the gradients of W and V are cut each by its own length: never more than 0.125")]
    [TestCase("rate applied", "the gradients of W, b and V are multiplied by −0.01")]
    [TestCase("one row for all", "the gradient of X is wrong, and none of ")]
    [TestCase("one example for all", "the gradient of b is B (the first row of (")]
    public void What_is_done_to_gradients_of_parameters_is_told(string mistake, string sentence) =>
        Claims.Said(s_rows, x =>
        {
            var (X, W, b, V) = (x["X"], x["W"], x["b"], x["V"]);
            var H = (X * W).MapIndexed((_, j, v) => Math.Tanh(v + b[0, j]), Zeros.Include);
            var G = x.OutputGradient(H * V);
            var D = (G * V.Transpose()).PointwiseMultiply(H.Map(v => 1 - v * v, Zeros.Include));
            var rows = mistake == "example left out" ? X.RowCount - 1 : X.RowCount;
            Matrix<double> Counted(Matrix<double> of) => of.MapIndexed((i, _, v) => i < rows ? v : 0);
            var dW = X.Transpose() * Counted(D);
            var dV = (mistake == "overwritten" ? D : H).Transpose() * Counted(G);
            var db = Counted(D).ColumnSums().ToRowMatrix();
            var length = new Func<Matrix<double>, Matrix<double>>(g => g * Math.Min(1, 0.125 / g.FrobeniusNorm()));
            return mistake switch
            {
                "by columns" => Given(x, D, ByColumns(dW), db, dV),
                "shifted" => Given(x, D, dW, db, dV.MapIndexed((i, j, _) => i + 1 < dV.RowCount ? dV[i + 1, j] : 0)),
                "cut apart" => Given(x, D, length(dW), db, length(dV)),
                "rate applied" => Given(x, D, -0.01 * dW, -0.01 * db, -0.01 * dV),
                "one row for all" => Given(x, D.MapIndexed((_, j, _) => D[0, j], Zeros.Include), dW, db, dV),
                "one example for all" => Given(x, D, dW, D.Row(0).ToRowMatrix() * D.RowCount, dV),
                _ => Given(x, D, dW, db, dV),
            };
        }, sentence);

    [Test]
    public void What_least_squares_leaves_of_nothing_is_missing_and_no_factor() => Assert.That(
        Coefficient.Readings(3.4e-17, new Shape(("n", 3))).Select(c => c.Words), Is.EqualTo((string[])["is missing"]));

    [TestCase(Right, "")]
    [TestCase("beside the root", "1E-05 is added to the root, not under it, on the way back, as ∂X uses it")]
    [TestCase("no ε", "1E-05 is not added on the way back, as ∂X uses it")]
    [TestCase("one less", "is divided by one less than belongs on the way back, as ∂X uses it")]
    public void A_root_that_is_read_otherwise_on_the_way_back_is_told(string mistake, string sentence) =>
        Claims.Said(s_rooted, x =>
        {
            var (X, g, d) = (x["X"], x["g"], x.Shape["d"]);
            Vector<double> Root(double count) => (X.PointwiseMultiply(X).RowSums() / count + Epsilon).PointwiseSqrt();
            var s = Root(d);
            var G = x.OutputGradient(X.MapIndexed((i, j, v) => v * g[0, j] / s[i], Zeros.Include));
            var dg = G.MapIndexed((i, j, v) => v * X[i, j] / s[i], Zeros.Include).ColumnSums().ToRowMatrix();
            s = mistake switch
            {
                "beside the root" => (X.PointwiseMultiply(X).RowSums() / d).PointwiseSqrt() + Epsilon,
                "no ε" => (X.PointwiseMultiply(X).RowSums() / d).PointwiseSqrt(),
                "one less" => Root(d - 1),
                _ => s,
            };
            var ds = G.MapIndexed((i, j, v) => -v * g[0, j] * X[i, j] / (s[i] * s[i]), Zeros.Include).RowSums();
            return new()
            {
                ["g"] = dg,
                ["X"] = G.MapIndexed((i, j, v) => v * g[0, j] / s[i] + ds[i] / s[i] / d * X[i, j], Zeros.Include),
            };
        }, sentence);

    [TestCase(Right, "")]
    [TestCase("0 beyond", "the slope of huber is 0 beyond its kink in ∂L/∂(W X)")]
    [TestCase("no sign beyond", "the slope of huber has lost its sign beyond its kink in ∂L/∂(W X)")]
    [TestCase("doubled within", "the slope of huber is doubled within its kink in ∂L/∂(W X)")]
    [TestCase("doubled beyond", "the slope of huber is doubled beyond its kink in ∂L/∂(W X)")]
    public void The_slope_of_huber_on_one_side_of_its_kink_is_told(string mistake, string sentence) =>
        Entrywise(a => a.Huber(), a => Math.Abs(a) <= 1 ? a * a / 2 : Math.Abs(a) - 0.5, a => mistake switch
        {
            "0 beyond" => Math.Abs(a) <= 1 ? a : 0,
            "no sign beyond" => Math.Abs(a) <= 1 ? a : 1,
            "doubled within" => Math.Abs(a) <= 1 ? 2 * a : Math.Sign(a),
            "doubled beyond" => Math.Abs(a) <= 1 ? a : 2 * Math.Sign(a),
            _ => Math.Clamp(a, -1, 1),
        }, sentence);

    [TestCase(false, false, "")]
    [TestCase(true, true, "")]
    [TestCase(false, true, "∘ gelu_tanh′(A), where ∂L/∂Ŷ ∘ gelu′(A) belongs")]
    [TestCase(true, false, "∘ gelu′(A), where ∂L/∂Ŷ ∘ gelu_tanh′(A) belongs")]
    public void The_slope_of_the_other_form_of_gelu_is_told(bool isTanh, bool isSlopeOfTanh, string sentence) =>
        Entrywise(a => isTanh ? a.Named("A").GeluTanh() : a.Named("A").Gelu(), a => isTanh ? a * Tanh(a) : a * Phi(a), a =>
            isSlopeOfTanh
                ? Tanh(a) + 2 * a * Tanh(a) * (1 - Tanh(a)) * Math.Sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * a * a)
                : Phi(a) + a * Math.Exp(-a * a / 2) / Math.Sqrt(2 * Math.PI), sentence);

    private static double Tanh(double a) => 0.5 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (a + 0.044715 * a * a * a)));

    private static double Phi(double a) =>
        0.5 * (1 + MathNet.Numerics.SpecialFunctions.Erf(a * Math.Sqrt(0.5)));

    // Ŷ = φ(W X).
    private static void Entrywise(
        Func<Node, Node> function, Func<double, double> value, Func<double, double> slope, string sentence) =>
        Claims.Said(
            Network.Define(
                "entrywise", ["n", "m", "B"], x => function(x.Parameter("W", "m", "n") * x.Input("X", "n", "B"))),
            x =>
            {
                var A = x["W"] * x["X"];
                var D = x.OutputGradient(A.Map(value, Zeros.Include)).PointwiseMultiply(A.Map(slope, Zeros.Include));
                return new() { ["W"] = D * x["X"].Transpose(), ["X"] = x["W"].Transpose() * D };
            },
            sentence);

    private static Matrix<double> ByColumns(Matrix<double> g)
    {
        var columns = g.ToColumnMajorArray();
        return g.MapIndexed((i, j, _) => columns[i * g.ColumnCount + j], Zeros.Include);
    }

    private static Gradients<double> Given(
        MatrixCase<double> x, Matrix<double> D, Matrix<double> dW, Matrix<double> db, Matrix<double> dV) =>
        new() { ["X"] = D * x["W"].Transpose(), ["W"] = dW, ["b"] = db, ["V"] = dV };
}
