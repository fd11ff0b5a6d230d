using Microsoft.ML.Trainers;

namespace GradOracle.ML.Cli;

/// <summary>The losses of ML.NET, each with its statement and where it is looked at.</summary>
internal static class BuiltInLosses
{
    private static readonly LossRange s_numbers = new() { Lowest = -8, Highest = 8, Labels = [-2, -0.5f, 0, 1, 3] };
    private static readonly LossRange s_classes = new() { Lowest = -15, Highest = 15 };

    public static IReadOnlyList<(string Name, Func<MLResult> Check)> All { get; } =
    [
        ("squared", () => LossCheck.Of(new SquaredLoss(), (Node o, Node y) => (o - y).Squared(), s_numbers)),
        ("poisson", () => LossCheck.Of(
            new PoissonLoss(), (Node o, Node y) => o.Exp() - y.Hadamard(o), s_numbers with { Labels = [0, 1, 3] })),
        ("hinge", () => LossCheck.Of(new HingeLoss(), (Node o, Node y) => (1 - Margin(o, y)).Relu(), s_classes)),
        ("smoothed-hinge", () => LossCheck.Of(new SmoothedHingeLoss(0.5f), SmoothedHinge, s_classes)),
        ("exponential", () => LossCheck.Of(
            new ExpLoss(1.5f), (Node o, Node y) => (-1.5 * Margin(o, y)).Exp(), s_classes)),
        ("log", () => LossCheck.Of(
            new LogLoss(),
            (Node o, Node y) => o.Softplus() - y.Hadamard(o),
            s_classes with { Written = LogOfSigmoid, Allowance = 8 })),
        ("tweedie", () => LossCheck.Of(
            new TweedieLoss(1.5),
            (Node o, Node y) => 2 * y.Hadamard(o.Rsqrt()) + 2 * o.Sqrt() - 4 * y.Sqrt(),
            new() { Lowest = 0.125, Highest = 8, Labels = [0.5f, 1, 2] })),
    ];

    // ML.NET takes a label above 0 for 1: −1 or 1 in the formulas.
    private static Node Margin(Node output, Node label) => (2 * label - 1).Hadamard(output);

    private static Node LogOfSigmoid(Node o, Node y) =>
        -(y.Hadamard(o.Sigmoid().Log()) + (1 - y).Hadamard((1 - o.Sigmoid()).Log()));

    private static Node SmoothedHinge(Node o, Node y)
    {
        var shortfall = 1 - Margin(o, y);
        var clamped = shortfall.Clamp(0, 0.5);
        return clamped.Hadamard(shortfall - clamped / 2) / 0.5;
    }
}
