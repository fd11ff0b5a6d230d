namespace GradOracle.ML.Cli;

/// <summary>One check that was made: what it is of, its name, and what was found, or why nothing was.</summary>
internal sealed record Row(string Kind, string Name, MLResult? Result, string? NotApplicable = null);

/// <summary>The table of all checks, and below it what is wrong.</summary>
internal static class Table
{
    /// <returns>The exit code: 0 where all agree.</returns>
    public static int Print(TextWriter output, IEnumerable<Row> rows, bool isFull)
    {
        var all = new List<Row>();
        foreach (var row in rows)
        {
            all.Add(row);
            var mark = row.Result is { } found ? $"{found.Verdict.Mark()} {found.Verdict.Word()}" : "– not applicable";
            output.WriteLine($"{row.Kind,-10}  {row.Name,-22}  {mark}");
        }

        foreach (var row in all.Where(row => isFull || row.Result?.Verdict != Verdict.Agrees))
        {
            output.WriteLine();
            output.WriteLine(row.Result?.ToString() ?? $"– {row.Name}: {row.NotApplicable}");
        }

        var wrong = all.Count(row => row.Result is { } found && found.Verdict != Verdict.Agrees);
        output.WriteLine();
        output.WriteLine(wrong == 0
            ? $"✓ {all.Count(row => row.Result is not null)} checks agree."
            : $"✗ {wrong} of {all.Count(row => row.Result is not null)} checks do not agree.");
        return wrong == 0 ? 0 : 1;
    }
}
