using System.Numerics;
using GradOracle.Numerics;
using MathNet.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace GradOracle.Cli;

/// <summary>
/// MathNet's linear algebra with products on spans: the same bits, each product rounded and added in order, sooner.
/// </summary>
/// <remarks>For a whole process, so it is the command's to choose; in a user's process it is theirs.</remarks>
internal sealed class SpanProducts : ILinearAlgebraProvider,
    SpanProducts.IOf<double>, SpanProducts.IOf<float>, IManagedAlgebra<Complex>, IManagedAlgebra<Complex32>
{
    public bool IsAvailable() => true;

    public void InitializeVerify()
    {
    }

    public void FreeResources()
    {
    }

    /// <inheritdoc/>
    public override string ToString() => "products on spans";

    // MathNet's matrices lie column after column. Row after row the same entries are the transposes: Cᵀ = Bᵀ Aᵀ.
    internal interface IOf<T> : IManagedAlgebra<T>
        where T : struct, INumberBase<T>
    {
        void ILinearAlgebraProvider<T>.MatrixMultiply(
            T[] x, int rowsX, int columnsX, T[] y, int rowsY, int columnsY, T[] result)
        {
            Array.Clear(result);
            RowMajor.AddRoundedProduct<T>(result, y, x, columnsY, columnsX, rowsX);
        }

        void ILinearAlgebraProvider<T>.MatrixMultiplyWithUpdate(
            Transpose transposeA, Transpose transposeB, T alpha, T[] a, int rowsA, int columnsA,
            T[] b, int rowsB, int columnsB, T beta, T[] c)
        {
            switch (transposeA, transposeB, alpha == T.One && beta == T.Zero)
            {
                case (Transpose.DontTranspose, Transpose.Transpose, true):
                    Array.Clear(c);
                    RowMajor.AddRoundedTransposedProduct<T>(c, b, a, columnsA, rowsB, rowsA);
                    break;
                case (Transpose.Transpose, Transpose.DontTranspose, true):
                    Array.Clear(c);
                    RowMajor.AddRoundedProductTransposed<T>(c, b, a, columnsB, rowsA, columnsA);
                    break;
                default:
                    Managed.MatrixMultiplyWithUpdate(
                        transposeA, transposeB, alpha, a, rowsA, columnsA, b, rowsB, columnsB, beta, c);
                    break;
            }
        }
    }
}
