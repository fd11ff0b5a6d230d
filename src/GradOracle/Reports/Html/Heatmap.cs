namespace GradOracle.Reports.Html;

/// <summary>A matrix as a table of coloured cells: numbers in them while there are few columns; all of an entry is said
/// when it is pointed at.</summary>
internal static class Heatmap
{
    /// <summary>The table.</summary>
    /// <param name="caption">What is shown, in words, for those who do not see it.</param>
    /// <param name="size">How large its cells are.</param>
    /// <param name="isExact">Whether integers are written in full.</param>
    /// <param name="values">The values, row after row.</param>
    /// <param name="colour">The colour of a value at a place.</param>
    /// <param name="title">What is known of a place.</param>
    public static Markup Of(string caption, MapSize size, bool isExact, IReadOnlyList<IReadOnlyList<double>> values, Func<int, int, double, string> colour, Func<int, int, string> title) => $"""
        <table class="map {size.ToString().ToLowerInvariant()}"><caption>{caption}</caption>
        {values.Select((row, i) => Row(row.Select((v, j) => Cell(colour(i, j, v), title(i, j), size == MapSize.Wide ? HtmlNumbers.Short(v, isExact) : ""))))}</table>
        """;

    // End tags of rows and cells may be left out in HTML; a page has many.
    private static Markup Row(IEnumerable<Markup> cells) => $"<tr>{cells}\n";

    private static Markup Cell(string colour, string title, string text) =>
        colour.Contains(' ', StringComparison.Ordinal)
            ? (Markup)$"""<td class="{colour}" title="{title}">{text}"""
            : $"""<td class={colour} title="{title}">{text}""";
}

/// <summary>How large the cells of a map are.</summary>
internal enum MapSize
{
    /// <summary>With their numbers in them.</summary>
    Wide,

    /// <summary>Squares.</summary>
    Middle,

    /// <summary>Small squares.</summary>
    Narrow,
}
