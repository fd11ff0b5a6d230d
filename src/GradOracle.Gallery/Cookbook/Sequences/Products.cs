namespace GradOracle.Gallery.Sequences;

/// <summary>Products of matrices that lie row after row in arrays, or within larger ones.</summary>
internal static class Products
{
    /// <summary>A B, of r×k and k×c.</summary>
    public static double[] Of(double[] A, double[] B, int r, int k, int c)
    {
        var product = new double[r * c];
        for (var i = 0; i < r; i++)
        {
            for (var l = 0; l < k; l++)
            {
                Add(A[i * k + l], B, l * c, product, i * c, c);
            }
        }

        return product;
    }

    /// <summary>Aᵀ B, of r×k and r×c: the gradient of a weight that stands to the right of A.</summary>
    public static double[] OfTransposed(double[] A, double[] B, int r, int k, int c)
    {
        var product = new double[k * c];
        for (var i = 0; i < r; i++)
        {
            for (var l = 0; l < k; l++)
            {
                Add(A[i * k + l], B, i * c, product, l * c, c);
            }
        }

        return product;
    }

    /// <summary>A Bᵀ, of r×k and c×k: the gradient of what stands to the left of a weight.</summary>
    public static double[] WithTransposed(double[] A, double[] B, int r, int k, int c)
    {
        var product = new double[r * c];
        for (var i = 0; i < r; i++)
        {
            for (var j = 0; j < c; j++)
            {
                product[i * c + j] = Dot(A, i * k, B, j * k, k);
            }
        }

        return product;
    }

    /// <summary>Σ a b over so many entries, from a place of each on.</summary>
    public static double Dot(double[] A, int a, double[] B, int b, int length)
    {
        var sum = 0.0;
        for (var i = 0; i < length; i++)
        {
            sum += A[a + i] * B[b + i];
        }

        return sum;
    }

    /// <summary>to += factor · from, over so many entries, from a place of each on.</summary>
    public static void Add(double factor, double[] from, int at, double[] to, int place, int length)
    {
        for (var i = 0; i < length; i++)
        {
            to[place + i] += factor * from[at + i];
        }
    }
}
