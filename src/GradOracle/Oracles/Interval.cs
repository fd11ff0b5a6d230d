using GradOracle.Cases;
using GradOracle.Derivations;

namespace GradOracle.Oracles;

/// <summary>A matrix of one case as it was computed, and how far each entry may be from the exact one.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
/// <param name="Values">The computed entries, row after row.</param>
/// <param name="Errors">A bound on |computed − exact| for each of them.</param>
internal sealed record Interval(int Rows, int Columns, double[] Values, double[] Errors)
{
    public static Interval Exact(int rows, int columns, double[] values) => new(rows, columns, values, new double[values.Length]);

    public Interval Transposed() => new(Columns, Rows, Transposed(Values), Transposed(Errors));

    /// <summary>The product, by whatever order of summation: <c>γ_d</c> for the arithmetic, and the errors of the factors.</summary>
    public Interval Times(Interval right, double u)
    {
        var gamma = Columns * u / (1 - Columns * u);
        var (left, other) = (Largest(), right.Largest());
        var errors = new double[Rows * right.Columns];
        RowMajor.AddProduct(errors, left, other, Rows, Columns, right.Columns);
        for (var j = 0; j < errors.Length; j++)
        {
            errors[j] = gamma * errors[j] + (errors[j] == 0 ? 0 : Columns * Underflow(u)); // where all terms are 0, none underflows
        }

        RowMajor.AddProduct(errors, left, right.Errors, Rows, Columns, right.Columns);
        RowMajor.AddProduct(errors, Errors, other, Rows, Columns, right.Columns);
        var values = new double[errors.Length];
        RowMajor.AddProduct(values, Values, right.Values, Rows, Columns, right.Columns);
        return new(Rows, right.Columns, values, errors);
    }

    /// <summary>The product entry by entry.</summary>
    public Interval Hadamard(Interval right, double u) => Combine(right, (a, b) => a * b, (a, ea, b, eb) =>
        ((Math.Abs(a) + 2 * ea) * eb) + (ea * (Math.Abs(b) + 2 * eb)) + (u * (Math.Abs(a) + 2 * ea) * (Math.Abs(b) + 2 * eb)) + (a == 0 && ea == 0 || b == 0 && eb == 0 ? 0 : Underflow(u)));

    /// <summary>The sum, or the difference.</summary>
    public Interval Plus(Interval right, double sign, double u) =>
        Combine(right, (a, b) => a + sign * b, (a, ea, b, eb) => ea + eb + u * (Math.Abs(a) + Math.Abs(b) + 2 * (ea + eb)));

    /// <summary>A multiple; the factor itself may be rounded.</summary>
    public Interval Scaled(double factor, double u) => Map((v, e) => (factor * v, Math.Abs(factor) * (e + 2 * u * (Math.Abs(v) + 2 * e)) + (v == 0 && e == 0 ? 0 : Underflow(u))));

    public Interval Map(Func<double, double, (double Value, double Error)> change)
    {
        var result = new Interval(Rows, Columns, new double[Values.Length], new double[Values.Length]);
        for (var j = 0; j < Values.Length; j++)
        {
            (result.Values[j], result.Errors[j]) = change(Values[j], Errors[j]);
        }

        return result;
    }

    /// <summary>The sums of the rows, as a column.</summary>
    public Interval RowSums(double u) => Times(Exact(Columns, 1, [.. Enumerable.Repeat(1.0, Columns)]), u);

    public Interval ColumnsFrom(int first, int count)
    {
        double[] Cut(double[] entries) => [.. entries.Chunk(Columns).SelectMany(row => row.AsSpan(first, count).ToArray())];
        return new(Rows, count, Cut(Values), Cut(Errors));
    }

    /// <summary>What a rounding that underflows loses at most: the smallest number of the element type whose unit roundoff is u; nothing where u is 0 and all is exact.</summary>
    private static double Underflow(double u) =>
        u == 0 ? 0 : u == ElementType.Float32.UnitRoundoff ? ElementType.Float32.SmallestPositive : ElementType.Float64.SmallestPositive;

    // Another evaluation may be as far on the other side of the exact value.
    private double[] Largest()
    {
        var largest = new double[Values.Length];
        for (var j = 0; j < largest.Length; j++)
        {
            largest[j] = Math.Abs(Values[j]) + 2 * Errors[j];
        }

        return largest;
    }

    private Interval Combine(Interval right, Func<double, double, double> value, Func<double, double, double, double, double> error)
    {
        var result = new Interval(Rows, Columns, new double[Values.Length], new double[Values.Length]);
        for (var j = 0; j < Values.Length; j++)
        {
            result.Values[j] = value(Values[j], right.Values[j]);
            result.Errors[j] = error(Values[j], Errors[j], right.Values[j], right.Errors[j]);
        }

        return result;
    }

    private double[] Transposed(double[] entries)
    {
        var transposed = new double[entries.Length];
        for (var i = 0; i < Rows; i++)
        {
            for (var j = 0; j < Columns; j++)
            {
                transposed[j * Rows + i] = entries[i * Columns + j];
            }
        }

        return transposed;
    }
}
