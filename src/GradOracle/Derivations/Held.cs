using System.Numerics;

namespace GradOracle.Derivations;

/// <summary>A tensor before it has a form.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sizes">Its sizes.</param>
/// <param name="Entries">Its entries, row after row.</param>
/// <param name="Type">The element type of the case.</param>
internal sealed record Held(string Name, Sizes Sizes, double[] Entries, ElementType Type)
{
    /// <summary>Rows and columns.</summary>
    /// <exception cref="InvalidOperationException">It has more than two axes.</exception>
    public (int Rows, int Columns) Matrix => Sizes.Count <= 2
        ? (Sizes.Rows, Sizes.Columns)
        : throw new InvalidOperationException(
            $"{Name} is {Sizes} and no matrix: take it as a flat array, a span, a Tensor<T> or a torch.Tensor");

    /// <summary>The entries in another element type, in an array of their own.</summary>
    public T[] Of<T>()
        where T : struct, INumberBase<T> => Array.ConvertAll(Entries, T.CreateTruncating);

    /// <summary>Rows as columns.</summary>
    public Held Transposed()
    {
        var (rows, columns) = Matrix;
        return this with { Sizes = new(columns, rows), Entries = Transposed(Entries, rows, columns) };
    }

    /// <summary>The entries of a matrix, column after column.</summary>
    public static double[] Transposed(double[] entries, int rows, int columns)
    {
        var transposed = new double[entries.Length];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                transposed[j * rows + i] = entries[i * columns + j];
            }
        }

        return transposed;
    }
}
