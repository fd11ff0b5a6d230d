namespace GradOracle.Reports.Html;

/// <summary>Which terms of a gradient a diagnosis speaks of, and what it says of them.</summary>
internal static class NamedTerm
{
    private static readonly string[] s_ends = [", and ", ", or ", "; "];

    /// <summary>What the diagnosis says of a term: <c>is missing</c>; empty where it names the term or a value in it and says it in more words; null where it does not speak of it.</summary>
    public static string? Said(ReportedCase reported, ReportedTensor tensor, ReportedTerm term)
    {
        var sentences = reported.Diagnosis.Where(d => d.Gradients.Contains(tensor.Name)).Select(d => d.Sentence).ToList();
        return sentences.Select(s => SaidOf(s, term.Use.Length > 0 ? $"the contribution of {tensor.Name} {term.Use}" : $"the gradient of {tensor.Name}")).FirstOrDefault(s => s is not null)
            ?? (sentences.Exists(s => Adjoints(s).Any(a => After(term.Text, a) is not null)) ? "" : null);
    }

    private static string? SaidOf(string sentence, string place)
    {
        if (After(sentence, place) is not { } rest)
        {
            return null;
        }

        var end = s_ends.Select(s => rest.IndexOf(s, StringComparison.Ordinal)).Where(i => i >= 0).DefaultIfEmpty(rest.Length).Min();
        var said = rest[..end].Trim();
        return said.StartsWith("is ", StringComparison.Ordinal) || said.StartsWith("has ", StringComparison.Ordinal) ? said : "";
    }

    /// <summary>What follows a name in a text: <c>at t=1</c> is not named by <c>at t=12</c>.</summary>
    private static string? After(string text, string name)
    {
        for (var at = text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            var rest = text[(at + name.Length)..];
            if (rest.Length == 0 || !char.IsLetterOrDigit(rest[0]))
            {
                return rest;
            }
        }

        return null;
    }

    private static IEnumerable<string> Adjoints(string sentence) =>
        sentence.Split(' ').Where(w => w.StartsWith("∂L/∂", StringComparison.Ordinal)).Select(w => w.TrimEnd(',', ';', ':', '.', ')')).Where(w => w.Length > "∂L/∂".Length);
}
