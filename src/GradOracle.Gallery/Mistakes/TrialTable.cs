using System.Globalization;
using System.Text;

namespace GradOracle.Gallery;

/// <summary>The table of what is caught and how it is described, as text.</summary>
internal static class TrialTable
{
    /// <summary>Wrong derivations by their networks, right ones, and the counts.</summary>
    public static string Of(IReadOnlyList<TrialResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var text = new StringBuilder();
        var (wrong, right) = (
            results.Where(r => r.Trial.IsWrong).ToList(), results.Where(r => !r.Trial.IsWrong).ToList());
        text.Append(
            "Wrong on purpose: the first suite of the default check that catches each, and how it is described\n");
        foreach (var network in wrong.GroupBy(r => r.Trial.Derivation.Network.Name))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{network.Key}\n");
            foreach (var result in network)
            {
                Append(text, result);
            }
        }

        text.Append("\nRight, written in other ways: all of the default check\n");
        foreach (var network in right.GroupBy(r => r.Trial.Derivation.Network.Name))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{network.Key}\n");
            foreach (var result in network)
            {
                var verdict = result.IsRight
                    ? "agrees"
                    : $"REFUSED by {result.Caught!.Loss.Name} {CaseId.Word(result.Caught.Kind)}";
                var but = result.Inconclusive > 0
                    ? string.Create(CultureInfo.InvariantCulture, $", {result.Inconclusive} cases inconclusive")
                    : "";
                text.Append(
                    CultureInfo.InvariantCulture, $"  {verdict}{but}  {result.Trial.Name}: {result.Trial.Line}\n");
                AppendSaid(text, result);
            }
        }

        int Count(Description description) => wrong.Count(r => r.Caught is not null && r.Description == description);
        text.Append(CultureInfo.InvariantCulture, $"\nwrong: {wrong.Count}, caught {wrong.Count(r => r.IsRight)}: ");
        text.Append(
            CultureInfo.InvariantCulture, $"named {Count(Description.Named)}, placed {Count(Description.Placed)}, ");
        text.Append(
            CultureInfo.InvariantCulture, $"silent {Count(Description.Silent)}, wrong {Count(Description.Wrong)}\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"right: {right.Count}, agree {right.Count(r => r.IsRight)}, refused {right.Count(r => !r.IsRight)}\n");
        return text.ToString();
    }

    private static void Append(StringBuilder text, TrialResult result)
    {
        var caught = result.Caught is { } suite ? $"{suite.Loss.Name} {CaseId.Word(suite.Kind)}" : "NOT CAUGHT";
        var described = result.Caught is null ? "" : result.Description.ToString().ToLowerInvariant();
        text.Append(
            CultureInfo.InvariantCulture, $"  {caught,-26} {described,-6} {result.Trial.Name}: {result.Trial.Line}\n");
        AppendSaid(text, result);
    }

    private static void AppendSaid(StringBuilder text, TrialResult result)
    {
        foreach (var sentence in result.Said)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {"",-26} {"",-6}   {sentence}\n");
        }
    }
}
