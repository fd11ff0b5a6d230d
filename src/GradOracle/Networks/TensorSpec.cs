namespace GradOracle;

/// <summary>What a tensor is to its network.</summary>
public enum TensorRole
{
    /// <summary>
    /// A weight: differentiated, drawn with a scale of 1/√fan-in in real cases (fan-in: its entries over the size of
    /// its first axis, the columns of a matrix).
    /// </summary>
    Parameter,

    /// <summary>An input: differentiated.</summary>
    Input,

    /// <summary>A number that the network is given and nobody differentiates: a coefficient of its
    /// activation.</summary>
    Constant,

    /// <summary>What the loss compares the output with: not differentiated.</summary>
    Target,
}

/// <summary>A named tensor of a case: its role and its sizes.</summary>
/// <param name="Name">The name: letters, digits and underscores, as <c>W1</c>.</param>
/// <param name="Role">What it is to the network.</param>
/// <param name="Sizes">Its sizes along as many axes as it has.</param>
public sealed record TensorSpec(string Name, TensorRole Role, Sizes Sizes)
{
    /// <summary>A named tensor, its sizes one by one: of a matrix rows, then columns.</summary>
    public TensorSpec(string name, TensorRole role, params int[] sizes)
        : this(name, role, new Sizes(sizes))
    {
    }

    /// <summary>What its entries are: any numbers, unless said otherwise.</summary>
    public Holds Holds { get; init; } = Holds.Numbers;

    /// <summary>Of a tensor of a sequence the step, which its name ends with: 3 of X3; null of any other.</summary>
    public int? Step { get; init; }

    /// <summary>Rows of a matrix.</summary>
    internal int Rows => Sizes.Rows;

    /// <summary>Columns of a matrix.</summary>
    internal int Columns => Sizes.Columns;

    /// <summary>
    /// How many entries a result's entry is made with: of a matrix the columns, of a vector or a number one.
    /// </summary>
    internal int FanIn => Sizes.Count == 0 ? 1 : Sizes.Length / Sizes[0];

    /// <summary>The number of entries.</summary>
    internal int Length => Sizes.Length;

    /// <summary>Whether a derivation leaves it out, though there is a gradient with respect to it.</summary>
    internal bool IsLeftOut { get; init; }

    /// <summary>Whether there is a gradient with respect to it.</summary>
    internal bool IsDifferentiated =>
        Role is TensorRole.Parameter or TensorRole.Input && Holds.IsDifferentiated && !IsLeftOut;
}
