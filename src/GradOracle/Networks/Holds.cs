using GradOracle.Networks;

namespace GradOracle;

/// <summary>
/// What the entries of a tensor are, where they are not just any numbers: how they are drawn, and what of a file is
/// refused.
/// </summary>
/// <remarks>
/// Drawn from <c>b(j)</c>, entry j of the tensor's stream, a whole number below 2⁵³; so any language can. Integers stay
/// integers in exact cases, and what a case's <c>values=</c> changes leaves all but numbers as they are; an input of
/// positive ones is scaled with the others. Axes are counted from 0, from the last one where negative.
/// </remarks>
public abstract class Holds
{
    /// <summary>Reals or integers, as the kind of case has them.</summary>
    public static Holds Numbers { get; } = new Numbers();

    /// <summary>Numbers above 0: reals <c>scale · (2 b(j) + 1) 2⁻⁵⁴</c>, integers <c>1 + ⌊b(j) 2⁻⁵³ k⌋</c>.</summary>
    public static Holds Positive { get; } = new Positive();

    /// <summary>−1 or 1, the labels of a margin: 1 where <c>b(j) 2⁻⁵³ &lt; ½</c>.</summary>
    public static Holds Signs { get; } = new Signs();

    /// <summary>0 or 1: 1 where <c>b(j) 2⁻⁵³ &lt; p</c>. Not differentiated.</summary>
    /// <param name="p">How often there is a 1.</param>
    /// <exception cref="BadInputException">It is no probability.</exception>
    public static Holds Mask(double p = 0.5) =>
        p is >= 0 and <= 1
            ? new Mask(p)
            : throw new BadInputException(
                FormattableString.Invariant($"A mask of p={p}: a probability is from 0 to 1."));

    /// <summary>
    /// Whole numbers from 0 up, each below the size of a dimension: rows of a table, classes. <c>⌊b(j) 2⁻⁵³ V⌋</c>. Not
    /// differentiated.
    /// </summary>
    /// <param name="below">The name of the dimension, <c>"V"</c>, or a number.</param>
    public static Holds Indices(string below)
    {
        ArgumentNullException.ThrowIfNull(below);
        return new Indices(below);
    }

    /// <summary>
    /// Along an axis one entry is 1 and the others are 0: entry <c>⌊b(f) 2⁻⁵³ n⌋</c>, f counting what is left of the
    /// tensor without the axis.
    /// </summary>
    public static Holds OneHot(int axis) => new OneHotVectors(axis);

    /// <summary>
    /// Along an axis the entries are positive and sum to 1 exactly, in any order; in exact cases one of them is 1, as
    /// <see cref="OneHot"/> has it.
    /// </summary>
    /// <remarks>
    /// Multiples of 2⁻²⁰, all in whole numbers: with <c>c(j) = 1 + ⌊b(j) 2⁻³³⌋</c>, entry j is <c>w(j) 2⁻²⁰</c> where
    /// <c>w(j) = 1 + ⌊(2²⁰ − n) c(j) / Σc⌋</c>; the first one along the axis gets in addition what is missing to 2²⁰.
    /// </remarks>
    public static Holds Distribution(int axis) => new Distribution(axis);

    /// <summary>The same numbers in every case, row after row; one stands for all. Not differentiated.</summary>
    /// <example>A Sobel kernel: <c>Holds.Fixed(1, 0, -1, 2, 0, -2, 1, 0, -1)</c>; ones:
    /// <c>Holds.Fixed(1)</c>.</example>
    public static Holds Fixed(params IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new Fixed(values);
    }

    /// <summary>The same numbers in every case, by the index along every axis. Not differentiated.</summary>
    /// <example>A causal mask: <c>Holds.Fixed(at =&gt; at[1] &lt;= at[0] ? 1 : 0)</c>.</example>
    public static Holds Fixed(Func<IReadOnlyList<int>, double> entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return new Fixed(entry);
    }

    private protected Holds()
    {
    }

    /// <summary>Whether entries are drawn as the kind of case has them: then <c>values=</c> may change them.</summary>
    internal virtual bool AreNumbers => false;

    /// <summary>Whether there is a gradient with respect to such entries.</summary>
    internal virtual bool IsDifferentiated => true;

    /// <summary>The largest magnitude of an entry of an exact case whose numbers are in −k..k.</summary>
    internal virtual double Largest(int k, Sizes sizes, Shape shape) => 1;

    /// <summary>Draws the entries of a tensor.</summary>
    internal abstract void Draw(Span<double> entries, Drawing drawing);

    /// <summary>
    /// Why entries that somebody gives are none of these, and where: a sentence that goes on after the tensor's name;
    /// null where they are.
    /// </summary>
    internal abstract string? WhyNot(ReadOnlySpan<double> entries, Sizes sizes, Shape shape);

    /// <summary>The first entry that is not as it should be, in words.</summary>
    private protected static string? First(
        ReadOnlySpan<double> entries, Sizes sizes, Func<double, bool> isRight, string wanted)
    {
        for (var j = 0; j < entries.Length; j++)
        {
            if (!isRight(entries[j]))
            {
                return FormattableString.Invariant($"{sizes.PlaceOf(j)} is {entries[j]}: {wanted}");
            }
        }

        return null;
    }
}
