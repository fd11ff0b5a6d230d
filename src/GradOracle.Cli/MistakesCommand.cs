using System.CommandLine;
using GradOracle.Gallery;
using GradOracle.Reports;

namespace GradOracle.Cli;

/// <summary><c>gradoracle mistakes</c>: the detection table.</summary>
internal static class MistakesCommand
{
    public static Command Create(TextWriter output)
    {
        var command = new Command(
            "mistakes",
            """
            Tries the harness on derivations that are wrong on purpose, and says of each after how many exact and real cases it is caught, and how it is
            diagnosed. Each is a derivation of its own: gradoracle check --derivation NAME
            """);
        command.SetAction(_ =>
        {
            output.WriteLine("exact  real  mistake");
            var detections = Catalog.Derivations.All.OfType<Mistake>().Select(Detection.Of).ToList();
            foreach (var d in detections)
            {
                output.WriteLine(FormattableString.Invariant($"{d.Exact,5} {d.Real,5}  {d.Mistake.Name}: {d.Mistake.WrongLine}"));
                foreach (var line in CaseText.DiagnosisLines(CaseReport.Explanations(d.Diagnosis), d.Diagnosis?.Unexplained ?? []))
                {
                    output.WriteLine($"             {line}{(d.IsRight ? "" : "   ✗ this is not what it is")}");
                }
            }

            var right = detections.Count(d => d.IsRight);
            output.WriteLine();
            output.WriteLine(FormattableString.Invariant($"{right} of {detections.Count} mistakes are caught by both kinds of case and diagnosed as what they are."));
            return right == detections.Count ? 0 : 1;
        });
        return command;
    }
}
