using System.Runtime.CompilerServices;

namespace GradOracle.Numerics;

/// <summary>
/// The sizes of C += A B, and how A and B lie: the distance from one entry to the next. C lies row after row.
/// </summary>
/// <param name="Count">How many matrices C, A and B there are each, one after the other.</param>
/// <param name="Rows">Rows of C.</param>
/// <param name="Inner">Terms of each sum.</param>
/// <param name="Columns">Columns of C.</param>
/// <param name="ARow">From row to row of A.</param>
/// <param name="AInner">From one inner index of A to the next.</param>
/// <param name="BInner">From one inner index of B to the next.</param>
/// <param name="BColumn">From column to column of B.</param>
internal readonly record struct Layout(
    int Count, int Rows, int Inner, int Columns, int ARow, int AInner, int BInner, int BColumn)
{
    public static Layout Of(int count, int rows, int inner, int columns) =>
        new(count, rows, inner, columns, inner, 1, columns, 1);

    public static Layout OfTransposed(int count, int inner, int rows, int columns) =>
        new(count, rows, inner, columns, 1, rows, columns, 1);

    // Bᵀ of one row or column lies as B does.
    public static Layout OfSecondTransposed(int count, int rows, int inner, int columns) =>
        inner == 1 || columns == 1
            ? Of(count, rows, inner, columns)
            : new(count, rows, inner, columns, inner, 1, 1, inner);

    /// <exception cref="ArgumentException">The matrices do not fit into what is given for them.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Check(int C, int A, int B)
    {
        if ((Count | Rows | Inner | Columns) < 0
            || C < (long)Count * Rows * Columns
            || A < (long)Count * Rows * Inner
            || B < (long)Count * Inner * Columns)
        {
            Throw(C, A, B);
        }
    }

    private void Throw(int C, int A, int B) => throw new ArgumentException(FormattableString.Invariant(
        $"{Count} products of {Rows}×{Inner} and {Inner}×{Columns} do not fit into {C} += {A} · {B} entries."));
}
