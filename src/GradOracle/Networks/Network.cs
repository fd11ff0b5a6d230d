using System.Numerics;
using GradOracle.Cases;
using GradOracle.Oracles;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Networks;

/// <summary>A function of parameters and inputs, stated twice: with MathNet matrices and on the TorchSharp tape.</summary>
/// <remarks>
/// The two statements share nothing, so that a slip in one shows as a difference in the forward output. Columns of inputs and
/// outputs are examples. Rounding counts, degrees and majorants are read off the tape; a network states none of them.
/// </remarks>
public abstract class Network
{
    /// <summary>The name in case names and commands: lower case, words joined by hyphens.</summary>
    public abstract string Name { get; }

    /// <summary>The network in one line of mathematics.</summary>
    public abstract string Summary { get; }

    /// <summary>The names of the dimensions, in the order in which case names write them.</summary>
    public abstract IReadOnlyList<string> Dimensions { get; }

    /// <summary>The largest size of a dimension that random shapes draw, where larger ones make no sense: entries would overflow.</summary>
    public virtual int LargestDrawn(string dimension) => Shape.MaxSize;

    /// <summary>The parameters, inputs and constants at a shape, in a fixed order: the order of the random streams.</summary>
    public abstract IReadOnlyList<TensorSpec> Tensors(Shape shape);

    /// <summary>Those with a gradient: all but the constants.</summary>
    public IEnumerable<TensorSpec> Differentiated(Shape shape) => Tensors(shape).Where(t => t.Role != TensorRole.Constant);

    /// <summary>Rows and columns of the output at a shape.</summary>
    public abstract (int Rows, int Columns) Output(Shape shape);

    /// <summary>The output of one case, with MathNet matrices.</summary>
    public abstract Matrix<T> Forward<T>(MatrixCase<T> x)
        where T : struct, INumberBase<T>;

    /// <summary>The output of a batch of cases, on the TorchSharp tape.</summary>
    public abstract TorchMatrix Forward(Tape x);
}
