using GradOracle.NUnit;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace GradOracle.Museum;

/// <summary>What is divided by how many.</summary>
public sealed class AverageTests
{
    private static readonly Network s_tied = Network.Define(
        "tied-decoder", ["B", "k", "n"],
        x => x.Input("E", "B", "k") * x.Parameter("W", "n", "k").Transposed() + x.Parameter("b", "n"),
        rowsAreExamples: true);

    private static readonly Network s_regression = Network.Define(
        "regression-layer", ["B", "n"],
        x =>
        {
            var squares = (x.Input("X", "B", "n") - x.Input("Y", "B", "n")).Squared();
            return (squares.Sum([0, 1]) / (2 * x.Shape["B"])).Reshape(1, 1);
        });

    // BrightWire, github.com/jdermody/brightwire at 75846c289f2922134915ac23e2691693c638d3f2,
    // BrightWire/ExecutionGraph/Node/Layer: FeedForward.cs divides the sum of the errors of its rows by their number,
    // TiedFeedForward.cs by the size of that sum. E is the error of each row, B times its share of the mean.
    [Test]
    public void The_bias_of_BrightWires_tied_layer_is_divided_by_its_width_where_the_other_layer_divides_by_the_rows()
    {
        var report = Exhibit.Report(s_tied, (x, g) => Tied(x, g, divisor: x.Shape["n"]));

        Assert.That(report, Does.Match(@"b \d.*entries differ"));
        Assert.That(report, Does.Match(@"W \d+×\d+ agrees").And.Match(@"E \d+×\d+ agrees"));
        Assert.That(report, Does.Contain("diagnosis: the gradient of b is multiplied by B/n"), report);
    }

    [Test]
    public void Divided_by_the_rows_it_is_right() =>
        GradientAssert.Agrees(s_tied, (x, g) => Tied(x, g, divisor: x.Shape["B"]), Exhibit.Few);

    // ConvNetSharp, github.com/cbovar/ConvNetSharp at ccaf6f6959c12026c4e1a0e396a7711654c92551,
    // src/ConvNetSharp.Core/Layers/RegressionLayer.cs: the loss it returns is the mean over the batch, the gradient
    // that of the sum.
    // (Its trainer divides the rate by the batch size, so that training is right and the loss it shows another one.)
    [Test]
    public void The_loss_of_ConvNetSharps_regression_is_a_mean_and_its_gradient_that_of_a_sum()
    {
        var report = Exhibit.Report(s_regression.Differentiates("X"), (x, g) => Regression(x, g, divisor: 1));

        Assert.That(report, Does.Contain("diagnosis: ∂L/∂Ŷ is multiplied by B "), report);
    }

    [Test]
    public void The_gradient_of_the_mean_is_right() => GradientAssert.Agrees(
        s_regression.Differentiates("X"), (x, g) => Regression(x, g, divisor: x.Shape["B"]), Exhibit.Few);

    private static void Tied(ArrayCase x, ArrayGradients g, double divisor)
    {
        Matrix<double> E = x["E"], W = x["W"];
        Vector<double> b = ((Matrix<double>)x["b"]).Row(0);
        Matrix<double> G = x.OutputGradient(E.TransposeAndMultiply(W).MapIndexed((_, j, v) => v + b[j]));
        var errors = x.Shape["B"] * G;
        g["E"] = G * W;
        g["W"] = G.TransposeThisAndMultiply(E);
        g["b"] = (errors.ColumnSums() / divisor).ToRowMatrix();
    }

    private static void Regression(ArrayCase x, ArrayGradients g, double divisor)
    {
        Matrix<double> X = x["X"], Y = x["Y"];
        var difference = X - Y;
        double G = x.OutputGradient(difference.PointwiseMultiply(difference).RowSums().Sum() / (2 * x.Shape["B"]));
        g["X"] = G / divisor * difference;
    }
}
