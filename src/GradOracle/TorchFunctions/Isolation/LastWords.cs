namespace GradOracle.TorchFunctions.Isolation;

/// <summary>What a process wrote before it died, in one clause.</summary>
internal static class LastWords
{
    /// <summary>What a line starts with that says what runs next.</summary>
    public const string Running = "gradoracle runs ";

    /// <summary>What ran when it died: "forward", "backward", or "the code".</summary>
    public static string Phase(string errors)
    {
        var line = errors.Split('\n').LastOrDefault(l => l.StartsWith(Running, StringComparison.Ordinal));
        return line is null ? "the code" : line[Running.Length..].Trim();
    }

    /// <summary>
    /// The message of libtorch or of the unhandled exception, with the first line of the code on trial.
    /// </summary>
    public static string Of(string errors)
    {
        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var cause = After(lines, "what():") ?? After(lines, "Unhandled exception.");
        var place = lines.FirstOrDefault(l => l.StartsWith("at ", StringComparison.Ordinal)
            && !l.StartsWith(
                "at TorchSharp.", StringComparison.Ordinal) && !l.StartsWith("at System.", StringComparison.Ordinal)
            && !l.StartsWith("at GradOracle.TorchFunctions.", StringComparison.Ordinal));
        return cause is null ? "it said nothing" : place is null ? cause : $"{cause} ({Short(place)})";
    }

    private static string? After(string[] lines, string mark)
    {
        var line = lines.FirstOrDefault(l => l.Contains(mark, StringComparison.Ordinal));
        return line?[(line.IndexOf(mark, StringComparison.Ordinal) + mark.Length)..].Trim().TrimEnd('.');
    }

    // "at Type.Method(…) in /a/long/path/File.cs:line 12": the file's name is enough.
    private static string Short(string place)
    {
        var at = place.IndexOf(" in ", StringComparison.Ordinal);
        return at < 0 ? place : $"{place[..at]} in {Path.GetFileName(place[(at + 4)..])}";
    }
}
