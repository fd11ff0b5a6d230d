namespace GradOracle.Oracles;

/// <summary>The running error of <c>a_i − ln Σ_j exp a_j</c>, column by column, forward and backward.</summary>
/// <remarks>
/// The function moves by at most the error of its entry and the largest error of its column. Evaluated as <c>(a − max) − ln Σ exp(a − max)</c> or as <c>a − (max + ln Σ)</c>, with A the
/// largest magnitude of the column and r its length, each of the differences and each exponent is off by at most 2Au, exp and ln by <see cref="ElementwiseFunction.LibraryUlps"/> units, the sum by γ_r, and the result,
/// which is at most 2A + ln r, by its own rounding: together below <c>u (8A + 2r + 2·ulps (2 + ln r))</c>
/// (compare Blanchard, Higham and Higham, "Accurately computing the log-sum-exp and softmax functions", IMA Journal of Numerical Analysis 41, 2021).
/// </remarks>
internal static class LogSoftmax
{
    /// <summary>How far each entry of the result may be off; its values are left to whoever computed them.</summary>
    public static Interval Forward(Interval a, double u)
    {
        var errors = new double[a.Values.Length];
        for (var j = 0; j < a.Columns; j++)
        {
            var (magnitude, error) = (0.0, 0.0);
            for (var i = j; i < errors.Length; i += a.Columns)
            {
                magnitude = Math.Max(magnitude, Math.Abs(a.Values[i]) + 2 * a.Errors[i]);
                error = Math.Max(error, a.Errors[i]);
            }

            var rounding = u * (8 * magnitude + 2 * a.Rows + 2 * ElementwiseFunction.LibraryUlps * (2 + Math.Log(a.Rows)));
            for (var i = j; i < errors.Length; i += a.Columns)
            {
                errors[i] = a.Errors[i] + error + rounding;
            }
        }

        return a with { Errors = errors };
    }

    /// <summary>The message to the operand: <c>D − σ ∘ (the sums of the columns of D)</c>, with <c>σ = exp(result)</c>.</summary>
    /// <param name="adjoint">D.</param>
    /// <param name="a">The operand.</param>
    /// <param name="u">The unit roundoff.</param>
    public static Interval Backward(Interval adjoint, Interval a, double u)
    {
        var sums = Ones(1, a.Rows).Times(adjoint, u); // [1×c]
        return adjoint.Plus(Softmax(a, u).Hadamard(Ones(a.Rows, 1).Times(sums, 0), u), -1, u);
    }

    private static Interval Softmax(Interval a, double u)
    {
        var (values, errors) = (new double[a.Values.Length], Forward(a, u).Errors);
        for (var j = 0; j < a.Columns; j++)
        {
            var column = Enumerable.Range(0, a.Rows).Select(i => a.Values[i * a.Columns + j]).ToList();
            var largest = column.Max();
            var total = column.Sum(v => Math.Exp(v - largest));
            for (var i = 0; i < a.Rows; i++)
            {
                var at = i * a.Columns + j;
                values[at] = Math.Exp(column[i] - largest) / total;
                var relative = errors[at] + ElementwiseFunction.LibraryUlps * u;
                errors[at] = Math.Min(1, 2 * values[at] * relative * Math.Exp(relative)); // exp x − 1 ≤ x exp x
            }
        }

        return new(a.Rows, a.Columns, values, errors);
    }

    private static Interval Ones(int rows, int columns) => Interval.Exact(rows, columns, [.. Enumerable.Repeat(1.0, rows * columns)]);
}
