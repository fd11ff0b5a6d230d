using System.Diagnostics;
using Microsoft.ML.Trainers;

namespace GradOracle.ML;

/// <summary>Assertions about loss classes of ML.NET: an <see cref="IRegressionLoss"/>, an
/// <see cref="IClassificationLoss"/>, one's own or its.</summary>
[StackTraceHidden]
public static class LossAssert
{
    /// <summary>Asserts that a loss class is the loss that is stated, and its derivative that of both.</summary>
    /// <param name="loss">The class on trial.</param>
    /// <param name="stated">ℓ(output, label), as a graph of one entry each: <c>(Node o, Node y) =&gt;
    /// (o - y).Squared()</c>.</param>
    /// <param name="range">Where to look; by default outputs from −30 to 30 and labels 0 and 1.</param>
    /// <exception cref="DisagreementException">It is not, or nothing could be told.</exception>
    /// <exception cref="BadInputException">The range is empty, or the statement fails.</exception>
    public static void Agrees(IScalarLoss loss, Func<Node, Node, Node> stated, LossRange? range = null) =>
        LossCheck.Of(loss, stated, range).Require();

    /// <summary>The same against a loss of GradOracle's: <c>Loss.Of("huber")</c>, or one's own.</summary>
    /// <inheritdoc cref="Agrees(IScalarLoss, Func{Node, Node, Node}, LossRange)"/>
    public static void Agrees(IScalarLoss loss, Loss stated, LossRange? range = null) =>
        LossCheck.Of(loss, stated, range).Require();

    /// <summary>The same against a formula in double: its slope is measured by differences, and what rounding may do is
    /// estimated, since nothing is known of its steps.</summary>
    /// <inheritdoc cref="Agrees(IScalarLoss, Func{Node, Node, Node}, LossRange)"/>
    public static void Agrees(IScalarLoss loss, Func<double, double, double> stated, LossRange? range = null) =>
        LossCheck.Of(loss, stated, range).Require();
}
