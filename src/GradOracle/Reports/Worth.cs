using GradOracle.Messages;
using GradOracle.Verdicts;

namespace GradOracle.Reports;

/// <summary>What it says that all cases of a check agree: of every kind of case the weakest line, and what it is true
/// of.</summary>
/// <remarks>Suites share their random bits, so their probabilities do not multiply, and none speaks for
/// another.</remarks>
internal static class Worth
{
    /// <summary>Clauses of a sentence.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<SuiteResult> suites)
    {
        var isOfSeveralTypes = suites.Select(s => s.Type).Distinct().Count() > 1;
        string Line(SuiteResult suite) => isOfSeveralTypes ? $"{suite.Loss.Name} in {suite.Type}" : suite.Loss.Name;
        var exact = suites.Where(s => s.Kind == CaseKind.Exact).ToList();
        if (exact.Where(s => s.FalseAcceptLog2 is not null).MaxBy(s => s.FalseAcceptLog2) is { } weakest)
        {
            var passes = NumberFormat.PowerOfTwo(weakest.FalseAcceptLog2!.Value);
            yield return FormattableString.Invariant(
                $"at the shapes drawn, gradients that are other integer polynomials of degree at most {weakest.Degree}")
                + $" would pass the weakest exact line, {Line(weakest)}, with probability at most {passes}";
        }

        if (exact.Where(s => s.FalseAcceptLog2 is null).Select(Line).ToList() is { Count: > 0 } without)
        {
            yield return $"exact cases of {string.Join(" and ", without)} have no such number";
        }

        var real = suites.Where(s => s.Kind == CaseKind.Real).ToList();
        if (real.MaxBy(s => s.Evidence.WidestBound) is { Evidence.WidestBound: > 0 } widest)
        {
            var (cases, estimated) = (real.Sum(s => s.Cases), real.Sum(s => s.Evidence.Estimated));
            var basis = estimated == 0
                ? "proven"
                : FormattableString.Invariant(
                    $"proven for {cases - estimated} and estimated for {estimated} of {cases}");
            var width = NumberFormat.Width(widest.Evidence.WidestBound);
            yield return $"real ones agree within at most {width} of a gradient's largest entry ({Line(widest)}), {basis}";
        }
    }
}
