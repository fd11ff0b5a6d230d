namespace GradOracle.Oracles;

/// <summary>What a step of a tape does.</summary>
internal enum Operation
{
    /// <summary>A parameter, input or target.</summary>
    Leaf,

    /// <summary>The matrix product of two operands.</summary>
    Product,

    /// <summary>The sum of two operands.</summary>
    Sum,

    /// <summary>The difference of two operands.</summary>
    Difference,

    /// <summary>The product of two operands, entry by entry.</summary>
    Hadamard,

    /// <summary>The operand times a constant.</summary>
    Scaled,

    /// <summary>The operand times another, which is a single number.</summary>
    Multiple,

    /// <summary>A function of every entry.</summary>
    Elementwise,

    /// <summary>The logarithm of the softmax of every column.</summary>
    LogSoftmax,

    /// <summary>A column added to every column.</summary>
    PlusColumn,

    /// <summary>The columns of one operand and then those of another.</summary>
    Beside,

    /// <summary>The transposed operand.</summary>
    Transposed,
}
