namespace GradOracle.Graphs;

/// <summary>A graph written down for another system, in the steps that every such system has: each gives a value, which
/// has a name there.</summary>
/// <remarks>Sizes are those of one case. What is of rank 0 stands beside every entry; nothing else is broadcast unless
/// it is said so.</remarks>
internal abstract class ForeignGraph
{
    /// <summary>A number.</summary>
    public abstract string Number(double value);

    /// <summary>Numbers that are the same in every case; one stands for all.</summary>
    public abstract string Constant(Sizes sizes, IReadOnlyList<double> values);

    /// <summary>A step from entry to entry.</summary>
    public abstract string Entrywise(ForeignStep step, params IReadOnlyList<string> x);

    /// <summary>The matrix product, of the last two axes.</summary>
    public abstract string Product(string left, string right);

    /// <summary>The sums over some axes, which have size 1 afterwards.</summary>
    public abstract string Sum(string x, IReadOnlyList<int> axes);

    /// <summary>The largest along an axis, which has size 1 afterwards.</summary>
    public abstract string Largest(string x, int axis);

    /// <summary>The sums of each entry and all before it, or all behind it.</summary>
    public abstract string CumulativeSum(string x, int axis, bool isFromTheEnd);

    /// <summary>The same entries in other sizes.</summary>
    public abstract string Reshape(string x, IReadOnlyList<int> sizes);

    /// <summary>The axes in another order.</summary>
    public abstract string Permute(string x, IReadOnlyList<int> order);

    /// <summary>Entries repeated along axes of size 1.</summary>
    public abstract string Broadcast(string x, Sizes sizes);

    /// <summary>One behind the other along an axis.</summary>
    public abstract string Concat(int axis, params IReadOnlyList<string> parts);

    /// <summary>The entries at some indices along an axis.</summary>
    public abstract string Take(string x, int axis, IReadOnlyList<int> indices);

    /// <summary>The rows of a table at indices that are values.</summary>
    public abstract string Rows(string table, string indices);

    /// <summary>The entries at some places of all, row after row; a number where the place is −1.</summary>
    /// <param name="x">What they are taken from.</param>
    /// <param name="length">How many entries that has.</param>
    /// <param name="places">The place of each entry of the result.</param>
    /// <param name="sizes">The sizes of the result.</param>
    /// <param name="missing">What stands at −1.</param>
    public string Gather(string x, int length, int[] places, Sizes sizes, double missing = 0)
    {
        var flat = Reshape(x, [length]);
        if (places.Contains(-1))
        {
            flat = Concat(0, flat, Constant(new Sizes(1), [missing]));
            places = Array.ConvertAll(places, place => place < 0 ? length : place);
        }

        return Reshape(Take(flat, 0, places), [.. sizes.AsEnumerable()]);
    }
}

/// <summary>What another system can do with entries.</summary>
internal enum ForeignStep
{
    /// <summary>a + b.</summary>
    Add,

    /// <summary>a − b.</summary>
    Subtract,

    /// <summary>a b.</summary>
    Multiply,

    /// <summary>a / b.</summary>
    Divide,

    /// <summary>aᵇ.</summary>
    Power,

    /// <summary>The larger.</summary>
    Maximum,

    /// <summary>The smaller.</summary>
    Minimum,

    /// <summary>|a|.</summary>
    Absolute,

    /// <summary>−1, 0 or 1.</summary>
    Sign,

    /// <summary>eᵃ.</summary>
    Exponential,

    /// <summary>ln a.</summary>
    Logarithm,

    /// <summary>√a.</summary>
    SquareRoot,

    /// <summary>1/a.</summary>
    Reciprocal,

    /// <summary>tanh a.</summary>
    HyperbolicTangent,

    /// <summary>1/(1 + e⁻ᵃ).</summary>
    Logistic,

    /// <summary>erf a.</summary>
    ErrorFunction,

    /// <summary>sin a.</summary>
    Sine,

    /// <summary>cos a.</summary>
    Cosine,

    /// <summary>1 where a is above b, else 0.</summary>
    IsAbove,

    /// <summary>1 where a is b, else 0.</summary>
    IsEqual,

    /// <summary>Of three the second where the first is not 0, else the third.</summary>
    Choose,
}
