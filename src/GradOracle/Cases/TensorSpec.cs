namespace GradOracle.Cases;

/// <summary>What a tensor is to its network.</summary>
public enum TensorRole
{
    /// <summary>A weight: differentiated, drawn with a scale of 1/√fan-in in real cases (fan-in: its columns).</summary>
    Parameter,

    /// <summary>An input: differentiated.</summary>
    Input,

    /// <summary>A number that the network is given and nobody differentiates: a coefficient of its activation.</summary>
    Constant,

    /// <summary>What the loss compares the output with: not differentiated.</summary>
    Target,
}

/// <summary>A named matrix of a case: its role and its size, rows × columns.</summary>
public readonly record struct TensorSpec(string Name, TensorRole Role, int Rows, int Columns)
{
    /// <summary>The number of entries of one matrix.</summary>
    public int Length => Rows * Columns;
}
