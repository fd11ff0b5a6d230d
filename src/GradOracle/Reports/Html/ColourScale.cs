using System.Globalization;

namespace GradOracle.Reports.Html;

/// <summary>A diverging scale of 21 colours, symmetric about 0: <c>n10</c> … <c>n1</c>, <c>z</c>, <c>p1</c> …
/// <c>p10</c>, as the stylesheet names them.</summary>
/// <param name="Largest">The magnitude that the ends stand for: the largest finite one.</param>
/// <param name="Decades">Over how many powers of ten it is logarithmic; 0: it is linear.</param>
internal sealed record ColourScale(double Largest, int Decades = 0)
{
    private const int Steps = 10;
    private const int MostDecades = 12;

    // A matrix whose largest entry is below this part of all would have one colour.
    private const double Pale = 0.15;

    /// <summary>A scale of several matrices on which each is seen: logarithmic where one is much smaller than
    /// another.</summary>
    public static ColourScale Of(IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>> matrices)
    {
        var peaks = matrices.Select(
            rows => rows.SelectMany(row => row).Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max())
            .ToList();
        var (largest, smallest) = (peaks.Max(), peaks.Where(p => p > 0).DefaultIfEmpty().Min());
        var isOneSeen = !(smallest / largest < Pale);
        return new(
            largest,
            isOneSeen ? 0 : Math.Min(MostDecades, 1 + (int)Math.Ceiling(Math.Log10(largest) - Math.Log10(smallest))));
    }

    /// <summary>The colour of a value. Only 0 is neutral; what is no number is hatched, what is infinite is at its end
    /// of the scale and hatched.</summary>
    public string ClassOf(double value)
    {
        if (double.IsNaN(value))
        {
            return "nan";
        }

        if (value == 0)
        {
            return "z";
        }

        // A difference of two large numbers may overflow the scale's own arithmetic: dividing first does not.
        var part = Math.Abs(value / Largest);
        var filled = Decades == 0 ? part : 1 + Math.Log10(part) / Decades;
        var step = double.IsInfinity(value) ? Steps : Math.Clamp((int)Math.Ceiling(filled * Steps), 1, Steps);
        return string.Create(
            CultureInfo.InvariantCulture, $"{(value > 0 ? 'p' : 'n')}{step}{(double.IsInfinity(value) ? " inf" : "")}");
    }

    /// <summary>The scale itself, with numbers at its ends.</summary>
    public Markup Legend =>
        $"<p class=legend><i></i>{HtmlNumbers.Compact(-Largest)}<span>0{(Decades > 0 ? " log" : "")}</span><span>{HtmlNumbers.Compact(Largest)}</span></p>";
}
