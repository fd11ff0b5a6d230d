namespace GradOracle.Reports.Html;

/// <summary>Verdicts as the page shows them: never by colour alone.</summary>
internal static class VerdictMarks
{
    /// <summary>The verdict as the stylesheet names it.</summary>
    public static string ClassName(this Verdict verdict) => verdict.Word().Replace(' ', '-');

    /// <summary>The mark and the word.</summary>
    public static Markup Badge(this Verdict verdict) =>
        $"""<span class="badge {verdict.ClassName()}">{verdict.Mark()} {verdict.Word()}</span>""";

    /// <summary>The mark alone, with the word for those who do not see it.</summary>
    public static Markup Glyph(this Verdict verdict) =>
        $"""<span class="mark {verdict.ClassName()}" role=img aria-label="{verdict.Word()}">{verdict.Mark()}</span>""";
}
