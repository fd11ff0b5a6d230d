namespace GradOracle.ML.Objectives;

/// <summary>A gradient of another objective than the trainer's: what a gradient by hand may be instead.</summary>
/// <param name="Sentence">What it is.</param>
/// <param name="Of">The gradient, of the one of the data, that of the penalty, the parameters and the
/// objective.</param>
internal sealed record Mistaken(string Sentence, Func<Objective, double[], double[], double[], double[]> Of)
{
    private const double Alike = 1e-5;

    public static IReadOnlyList<Mistaken> All { get; } =
    [
        new("It is that of the sum over the examples: the trainer divides by their number.",
            (o, data, penalty, _) => Sum(data, penalty, o.Count, o.Count)),
        new("Its sign is turned.", (_, data, penalty, _) => Sum(data, penalty, -1, -1)),
        new("The penalty is missing.", (_, data, penalty, _) => Sum(data, penalty, 1, 0)),
        new("The penalty counts twice: it is l2/2 ‖W‖².", (_, data, penalty, _) => Sum(data, penalty, 1, 2)),
        new("The penalty counts half: it is l2/2 ‖W‖².", (_, data, penalty, _) => Sum(data, penalty, 1, 0.5)),
        new("The penalty has the wrong sign.", (_, data, penalty, _) => Sum(data, penalty, 1, -1)),
        new(
            "The penalty is not divided by the number of examples.",
            (o, data, penalty, _) => Sum(data, penalty, 1, o.Count)),
        new("The biases are penalised: the trainer leaves them free.", (o, data, penalty, at) =>
            [.. Sum(data, penalty, 1, 1).Select((g, i) => i < o.Outputs ? g + o.L2 * at[i] / o.Count : g)]),
        new("The biases stand behind the weights: ML.NET has them first.", (o, data, penalty, _) =>
            [.. Sum(data, penalty, 1, 1)[o.Outputs..], .. Sum(data, penalty, 1, 1)[..o.Outputs]]),
    ];

    /// <summary>Whether a gradient is this one.</summary>
    public bool IsLike(Objective objective, double[] at, double[] received, double[] expected)
    {
        var penalty = objective.PenaltyAt(at);
        var mistaken = Of(objective, [.. expected.Zip(penalty, (g, p) => g - p)], penalty, at);
        var scale = mistaken.Max(Math.Abs);
        return received.Zip(mistaken).All(pair => Math.Abs(pair.First - pair.Second) <= Alike * scale);
    }

    private static double[] Sum(double[] data, double[] penalty, double ofData, double ofPenalty) =>
        [.. data.Zip(penalty, (d, p) => ofData * d + ofPenalty * p)];
}
