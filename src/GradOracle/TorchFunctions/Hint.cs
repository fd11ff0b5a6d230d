using GradOracle.Messages;

namespace GradOracle.TorchFunctions;

/// <summary>What the wrong gradients of one leaf have in common.</summary>
internal static class Hint
{
    private const double Near = 1e-6;

    /// <summary>A sentence, or null where they have nothing in common that has a name.</summary>
    /// <param name="name">The leaf.</param>
    /// <param name="sizes">Its shape.</param>
    /// <param name="given">What the backward pass gives: rows of the leaf's length, one for each output entry or one
    /// projection.
    /// </param>
    /// <param name="measured">What the differences give, likewise.</param>
    public static string? Of(string name, long[] sizes, double[][] given, double[][] measured)
    {
        double[] all = [.. given.SelectMany(r => r)];
        double[] right = [.. measured.SelectMany(r => r)];
        var largest = Entries.Largest(right);
        var place = Array.FindIndex(right, v => Math.Abs(v) == largest);
        if (place < 0 || largest == 0)
        {
            return null;
        }

        if (all.All(v => v == 0))
        {
            return $"every entry of the gradient of {name} is 0.";
        }

        if (all.All(v => v == (float)v) && Same(all, right, Near * largest))
        {
            return $"every entry of the gradient of {name} is a float32 number: it was cast on the way.";
        }

        var off = all[place] / largest * Math.Sign(right[place]) - 1;
        if (Math.Abs(off) > 1e-9
            && Same(all, [.. right.Select(v => v + off * v)], 1e-3 * Math.Min(Math.Abs(off), 1e-3) * largest))
        {
            var factor = Math.Abs(off) < 0.01
                ? $"1 {(off < 0 ? '−' : '+')} {NumberFormat.Short(Math.Abs(off))}"
                : NumberFormat.Short(1 + off);
            return Math.Abs(off + 2) <= Near
                ? $"the sign of the gradient of {name} is turned."
                : $"every entry of the gradient of {name} is {factor} times what it should be.";
        }

        if (Same(all, right, Near * largest))
        {
            return null;
        }

        if (sizes is [var a, var b] && a > 1 && b > 1
            && Same(all, [.. measured.SelectMany(r => Transposed(r, (int)a, (int)b))], Near * largest))
        {
            return $"the gradient of {name} holds the entries of its transpose.";
        }

        if (given.Length > 1 && given.Length == given[0].Length
            && Same(all, Transposed(right, given.Length, given.Length), Near * largest))
        {
            return $"the Jacobian by {name} is transposed.";
        }

        return null;
    }

    private static bool Same(double[] a, double[] b, double allowed)
    {
        for (var e = 0; e < a.Length; e++)
        {
            if (!(Math.Abs(a[e] - b[e]) <= allowed))
            {
                return false;
            }
        }

        return true;
    }

    // The entries of the transpose, read as if they had the shape of the leaf.
    private static double[] Transposed(double[] row, int rows, int columns)
    {
        var turned = new double[row.Length];
        for (var e = 0; e < row.Length; e++)
        {
            turned[e % columns * rows + e / columns] = row[e];
        }

        return turned;
    }
}
