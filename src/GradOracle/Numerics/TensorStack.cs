using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle;

/// <summary>The same tensor of many cases, stacked: case after case, each row by row.</summary>
/// <remarks>Entries are held as doubles in either element type; a float32 entry is a double that a float
/// represents.</remarks>
public sealed class TensorStack
{
    /// <summary>A stack over the given entries.</summary>
    /// <exception cref="ArgumentException">The number of entries is not that of so many tensors of these
    /// sizes.</exception>
    public TensorStack(string name, int count, Sizes sizes, double[] values)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != (long)count * sizes.Length)
        {
            throw new ArgumentException(
                $"{name} has {values.Length} entries; {count} tensors of {sizes} need {(long)count * sizes.Length}.",
                nameof(values));
        }

        (Name, Count, Sizes, Values) = (name, count, sizes, values);
    }

    /// <summary>A stack whose entries are still to be written.</summary>
    public TensorStack(string name, int count, Sizes sizes)
        : this(
            name,
            count,
            sizes,
            GC.AllocateUninitializedArray<double>(
                checked(count * (sizes ?? throw new ArgumentNullException(nameof(sizes))).Length)))
    {
    }

    /// <summary>The tensor's name.</summary>
    public string Name { get; }

    /// <summary>How many cases are stacked.</summary>
    public int Count { get; }

    /// <summary>The sizes of each tensor.</summary>
    public Sizes Sizes { get; }

    /// <summary>Rows of each matrix.</summary>
    public int Rows => Sizes.Rows;

    /// <summary>Columns of each matrix.</summary>
    public int Columns => Sizes.Columns;

    /// <summary>Entries of one tensor.</summary>
    public int Length => Sizes.Length;

    /// <summary>All entries: case after case, row after row.</summary>
    public double[] Values { get; }

    /// <summary>The entries of one case, row after row.</summary>
    public Span<double> this[int index] => Values.AsSpan(index * Length, Length);

    /// <summary>The same tensors with other entries.</summary>
    internal TensorStack With(double[] values) => new(Name, Count, Sizes, values);

    /// <summary>The tensor of one case, in a stack of its own.</summary>
    internal TensorStack Alone(int index) => new(Name, 1, Sizes, this[index].ToArray());

    /// <summary>The matrix of one case.</summary>
    /// <exception cref="InvalidOperationException">The tensor has more than two axes.</exception>
    internal Matrix<T> ToMatrix<T>(int index)
        where T : struct, INumberBase<T>
    {
        RequireMatrix();
        var entries = this[index];
        var storage = new T[Length]; // MathNet stores column after column
        for (var i = 0; i < Rows; i++)
        {
            for (var j = 0; j < Columns; j++)
            {
                storage[j * Rows + i] = T.CreateTruncating(entries[i * Columns + j]);
            }
        }

        return Matrix<T>.Build.Dense(Rows, Columns, storage);
    }

    /// <summary>Writes the matrix of one case.</summary>
    internal void Write<T>(int index, Matrix<T> matrix)
        where T : struct, INumberBase<T>
    {
        RequireMatrix();
        var entries = this[index];
        var storage = matrix.AsColumnMajorArray() ?? matrix.ToColumnMajorArray();
        for (var i = 0; i < Rows; i++)
        {
            for (var j = 0; j < Columns; j++)
            {
                entries[i * Columns + j] = double.CreateTruncating(storage[j * Rows + i]);
            }
        }
    }

    private void RequireMatrix()
    {
        if (Sizes.Count > 2)
        {
            throw new InvalidOperationException($"{Name} is {Sizes} and no matrix: take its entries as a span.");
        }
    }
}
