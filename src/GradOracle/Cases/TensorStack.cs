using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Cases;

/// <summary>The same matrix of many cases, stacked: <c>count × rows × columns</c>, each matrix row by row.</summary>
/// <remarks>Entries are held as doubles in either element type; a float32 entry is a double that a float represents.</remarks>
public sealed class TensorStack
{
    /// <summary>A stack over the given entries.</summary>
    /// <exception cref="ArgumentException">The number of entries is not <c>count · rows · columns</c>.</exception>
    public TensorStack(string name, int count, int rows, int columns, double[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != (long)count * rows * columns)
        {
            throw new ArgumentException($"{name} has {values.Length} entries; {count} matrices of {rows}×{columns} need {(long)count * rows * columns}.", nameof(values));
        }

        (Name, Count, Rows, Columns, Values) = (name, count, rows, columns, values);
    }

    /// <summary>A stack whose entries are still to be written.</summary>
    public TensorStack(string name, int count, int rows, int columns)
        : this(name, count, rows, columns, GC.AllocateUninitializedArray<double>(checked(count * rows * columns)))
    {
    }

    /// <summary>The tensor's name.</summary>
    public string Name { get; }

    /// <summary>How many cases are stacked.</summary>
    public int Count { get; }

    /// <summary>Rows of each matrix.</summary>
    public int Rows { get; }

    /// <summary>Columns of each matrix.</summary>
    public int Columns { get; }

    /// <summary>Entries of one matrix.</summary>
    public int Length => Rows * Columns;

    /// <summary>All entries: case after case, row after row.</summary>
    public double[] Values { get; }

    /// <summary>The entries of one case, row after row.</summary>
    public Span<double> this[int index] => Values.AsSpan(index * Length, Length);

    /// <summary>The matrix of one case.</summary>
    public Matrix<T> ToMatrix<T>(int index)
        where T : struct, INumberBase<T>
    {
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
    public void Write<T>(int index, Matrix<T> matrix)
        where T : struct, INumberBase<T>
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var entries = this[index];
        if (matrix.AsColumnMajorArray() is { } storage)
        {
            for (var i = 0; i < Rows; i++)
            {
                for (var j = 0; j < Columns; j++)
                {
                    entries[i * Columns + j] = double.CreateTruncating(storage[j * Rows + i]);
                }
            }

            return;
        }

        foreach (var (i, j, value) in matrix.EnumerateIndexed(Zeros.Include))
        {
            entries[i * Columns + j] = double.CreateTruncating(value);
        }
    }
}
