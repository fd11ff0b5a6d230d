namespace GradOracle.ML.Objectives;

/// <summary>The objectives of ML.NET's L-BFGS trainers.</summary>
internal enum ObjectiveKind
{
    /// <summary>ln(1 + exp z) − t z, t 0 or 1.</summary>
    Logistic,

    /// <summary>ln Σ exp z − z of the class: maximum entropy.</summary>
    Softmax,

    /// <summary>exp z − t z, t a count.</summary>
    Poisson,
}

/// <summary>What an L-BFGS trainer minimises: (Σ loss(W x + b, t) + l2/2 ‖W‖²) / N, biases free.</summary>
/// <param name="Kind">The loss.</param>
/// <param name="Features">x, an example after the other.</param>
/// <param name="Targets">t: a number, or the number of a class from 0.</param>
/// <param name="Outputs">How many outputs z has: the classes, or 1.</param>
/// <param name="L2">The penalty.</param>
internal sealed record Objective(ObjectiveKind Kind, float[][] Features, double[] Targets, int Outputs, double L2)
{
    /// <summary>N.</summary>
    public int Count => Features.Length;

    /// <summary>How many features an example has.</summary>
    public int Width => Features[0].Length;

    /// <summary>How many parameters there are: the biases first, then the weights of one output after the
    /// other.</summary>
    public int Parameters => Outputs * (Width + 1);

    /// <summary>The name of a parameter.</summary>
    public string NameOf(int parameter) =>
        parameter < Outputs ? Outputs == 1 ? "the bias" : $"the bias of class {parameter}"
        : Outputs == 1 ? $"weight {parameter - 1}"
        : $"weight {(parameter - Outputs) % Width} of class {(parameter - Outputs) / Width}";

    /// <summary>The gradient of the penalty alone.</summary>
    public double[] PenaltyAt(double[] parameters) =>
        [.. parameters.Select((w, i) => i < Outputs ? 0 : L2 * w / Count)];
}
