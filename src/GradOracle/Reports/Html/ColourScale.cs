using System.Globalization;

namespace GradOracle.Reports.Html;

/// <summary>A diverging scale of 21 colours, symmetric about 0: <c>n10</c> … <c>n1</c>, <c>z</c>, <c>p1</c> … <c>p10</c>, as the stylesheet names them.</summary>
/// <param name="Largest">The magnitude that the ends stand for: the largest finite one.</param>
internal sealed record ColourScale(double Largest)
{
    private const int Steps = 10;

    public static ColourScale Of(IEnumerable<double> values) => new(values.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max());

    /// <summary>The colour of a value. Only 0 is neutral; what is no number is hatched, what is infinite is at its end of the scale and hatched.</summary>
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
        var step = double.IsInfinity(value) ? Steps : Math.Clamp((int)Math.Ceiling(Math.Abs(value / Largest) * Steps), 1, Steps);
        return string.Create(CultureInfo.InvariantCulture, $"{(value > 0 ? 'p' : 'n')}{step}{(double.IsInfinity(value) ? " inf" : "")}");
    }

    /// <summary>The scale itself, with numbers at its ends.</summary>
    public Markup Legend => $"<p class=legend><i></i>{HtmlNumbers.Compact(-Largest)}<span>0</span><span>{HtmlNumbers.Compact(Largest)}</span></p>";
}
