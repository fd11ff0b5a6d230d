using System.Globalization;

namespace GradOracle.Diagnoses;

/// <summary>Whether a way back through time ends some steps before the beginning: told by sequences of other
/// lengths.</summary>
internal static class CutOff
{
    private const int MostSteps = 40;

    /// <summary>In a sentence; null where it is not so.</summary>
    /// <param name="derivation">The derivation on trial.</param>
    /// <param name="failing">A case on which it is wrong.</param>
    /// <param name="wrong">The gradients that are wrong.</param>
    public static string? Of(Derivation derivation, CaseStack failing, IReadOnlyList<string> wrong)
    {
        var specs = failing.Scenario.Differentiated.ToDictionary(s => s.Name);
        if (wrong.Any(t => specs.GetValueOrDefault(t)?.Step is null) || wrong.Select(Series).Distinct().Count() != 1)
        {
            return null;
        }

        var series = Series(wrong[0]);
        foreach (var dimension in DiagnosticCases.Steps(failing))
        {
            int? kept = null;
            var seen = 0;
            foreach (var more in (int[])[0, 1, 2, -1])
            {
                var steps = failing.Shape[dimension] + more;
                var shape = new Shape(
                    failing.Shape.Dimensions.Select(d => (d.Name, d.Name == dimension ? steps : d.Size)));
                if (steps is < 1 or > MostSteps
                    || QuickRun.Of(derivation, failing, shape, failing.FirstSeed + 7919) is not { } probe)
                {
                    continue;
                }

                var all = probe.Pass.Scenario.Differentiated.Where(
                    s => s.Step is not null && Series(s.Name) == series).OrderBy(s => s.Step).ToList();
                var missing = all.TakeWhile(s => probe.Received(s.Name) is { } g && g.Values.All(v => v == 0)).Count();
                var isRest = all.Skip(missing).All(s => !probe.IsWrong(s.Name)) && probe.Pass.Gradients.Keys.Where(
                    t => all.TrueForAll(s => s.Name != t)).All(t => !probe.IsWrong(t));
                kept ??= all.Count - missing;
                if (!isRest || missing != Math.Max(0, all.Count - kept.Value))
                {
                    return null;
                }

                seen += missing > 0 ? 1 : 0;
            }

            if (seen > 1 && kept is { } left)
            {
                return string.Create(CultureInfo.InvariantCulture, $"the gradient of {series}_t is missing more than {left} steps before the end: the way back is cut off there");
            }
        }

        return null;
    }

    private static string Series(string name) => name.TrimEnd([.. "0123456789"]);
}
