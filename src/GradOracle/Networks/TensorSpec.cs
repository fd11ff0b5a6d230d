namespace GradOracle;

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

/// <summary>A named tensor of a case: its role and its sizes.</summary>
public sealed record TensorSpec(string Name, TensorRole Role, Sizes Sizes)
{
    /// <summary>A named tensor, its sizes one by one: rows, then columns.</summary>
    public TensorSpec(string name, TensorRole role, params int[] sizes)
        : this(name, role, new Sizes(sizes))
    {
    }

    /// <summary>Of a tensor of a sequence the step, which its name ends with: 3 of X3; null of any other.</summary>
    public int? Step { get; init; }

    /// <summary>Rows of a matrix.</summary>
    internal int Rows => Sizes.Rows;

    /// <summary>Columns of a matrix.</summary>
    internal int Columns => Sizes.Columns;

    /// <summary>The number of entries.</summary>
    internal int Length => Sizes.Length;

    /// <summary>Whether a derivation leaves it out, though there is a gradient with respect to it.</summary>
    internal bool IsLeftOut { get; init; }

    /// <summary>Whether there is a gradient with respect to it.</summary>
    internal bool IsDifferentiated => Role is TensorRole.Parameter or TensorRole.Input && !IsLeftOut;
}
