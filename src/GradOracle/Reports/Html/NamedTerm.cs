namespace GradOracle.Reports.Html;

/// <summary>Which terms of a gradient a diagnosis speaks of, and what it says of them.</summary>
internal static class NamedTerm
{
    /// <summary>What the diagnosis says of a term: <c>is missing</c>; empty where it names the term or a value in it
    /// and says it in more words; null where it does not speak of it.</summary>
    public static string? Said(ReportedCase reported, ReportedTensor tensor, ReportedTerm term)
    {
        var diagnoses = reported.Diagnosis.Where(d => d.Gradients.Contains(tensor.Name)).ToList();
        List<ReportedPlace> places =
            [.. diagnoses.SelectMany(d => d.Places), .. diagnoses.Count == 0 ? reported.Places ?? [] : []];
        return places.Find(
            p => p.Kind == "contribution" && p.Name == tensor.Name && p.Use == term.Use && term.Use.Length > 0)?.Said
            ?? places.Find(p => p.Kind == "gradient" && p.Name == tensor.Name)?.Said
            ?? (
                places.Exists(p => p.Kind == "adjoint" && p.Name == term.Adjoint)
                    || (diagnoses.Count > 0 && places.Count == 0)
                    ? ""
                    : null);
    }
}
