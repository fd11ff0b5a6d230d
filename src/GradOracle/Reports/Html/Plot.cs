using System.Globalization;
using System.Text;

namespace GradOracle.Reports.Html;

/// <summary>A small static picture of marks and lines over two axes, as inline SVG that takes its colours from the
/// page.</summary>
/// <remarks>
/// OxyPlot.Core and ScottPlot were considered: their SVG has fixed colours and fonts, so a dark page or a person who
/// cannot see it would be left out; Plotly.NET brings three megabytes of JavaScript. Two axes and some circles are
/// sixty lines.
/// </remarks>
internal sealed record Plot(string Title, string Description, Axis X, Axis Y)
{
    private const double Width = 460, Height = 270, Left = 54, Right = 12, Top = 22, Bottom = 48;

    public Markup Of(params IEnumerable<Markup> layers) => $"""
        <svg class=plot viewBox="0 0 {Width} {Height}" role=img aria-label="{Title}. {Description}">
        <title>{Title}</title><desc>{Description}</desc>
        {X.Ticks.Select(t => (Markup)$"""<line class=grid x1="{AtX(t.Value)}" x2="{AtX(t.Value)}" y1="{Top}" y2="{Height - Bottom}"/><text class=tick x="{AtX(t.Value)}" y="{Height - Bottom + 16}" text-anchor=middle>{t.Text}</text>""")}
        {Y.Ticks.Select(t => (Markup)$"""<line class=grid x1="{Left}" x2="{Width - Right}" y1="{AtY(t.Value)}" y2="{AtY(t.Value)}"/><text class=tick x="{Left - 6}" y="{AtY(t.Value) + 4}" text-anchor=end>{t.Text}</text>""")}
        <text class=label x="{Width - Right}" y="{Height - 8}" text-anchor=end>{X.Label}</text><text class=label x="4" y="13">{Y.Label}</text>
        {layers}</svg>
        """;

    /// <summary>Marks, each with what it stands for.</summary>
    public Markup Marks(string kind, IEnumerable<(double X, double Y, string Title)> points) =>
        Markup.Of(points.Select(p => kind == "real"
        ? (Markup)$"""<rect class="{kind}" x="{AtX(p.X) - 3}" y="{AtY(p.Y) - 3}" width=6 height=6><title>{p.Title}</title></rect>{"\n"}"""
        : $"""<circle class="{kind}" cx="{AtX(p.X)}" cy="{AtY(p.Y)}" r=4><title>{p.Title}</title></circle>{"\n"}"""));

    /// <summary>A line through values at 0, 1, 2, …; it is broken where a value is not finite.</summary>
    public Markup Line(string kind, IReadOnlyList<double> values)
    {
        var path = new StringBuilder();
        for (var i = 0; i < values.Count; i++)
        {
            if (double.IsFinite(values[i]))
            {
                path.Append(
                    CultureInfo.InvariantCulture,
                    $"{(i > 0 && double.IsFinite(values[i - 1]) ? 'L' : 'M')}{AtX(i):0.##} {AtY(values[i]):0.##}");
            }
        }

        return $"""<path class="{kind}" d="{path.ToString()}"/>{"\n"}""";
    }

    /// <summary>The line that must not be crossed: an error of one bound.</summary>
    public Markup Limit => $"""<line class=limit x1="{Left}" x2="{Width - Right}" y1="{AtY(1)}" y2="{AtY(1)}"/><text class=limit x="{Width - Right}" y="{AtY(1) - 5}" text-anchor=end>the bound</text>{"\n"}""";

    /// <summary>Names what stands apart from a logarithmic scale, where something does.</summary>
    public Markup Apart(IReadOnlyCollection<double> values) => $"{Named(values.Any(v => v == 0), 0, "0")}{Named(values.Any(v => !double.IsFinite(v)), double.PositiveInfinity, "∞")}";

    private Markup Named(bool isThere, double value, string text) =>
        isThere
            ? (Markup)$"""<text class=tick x="{Left - 6}" y="{AtY(value) + 4}" text-anchor=end>{text}</text>"""
            : Markup.Nothing;

    private double AtX(double value) => Left + 8 + X.At(value) * (Width - Left - Right - 16);

    private double AtY(double value) => Height - Bottom - 24 - Y.At(value) * (Height - Top - Bottom - 48);
}
