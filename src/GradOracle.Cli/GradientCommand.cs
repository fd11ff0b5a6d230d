using System.CommandLine;
using GradOracle.Derivations;
using GradOracle.Files;
using GradOracle.Messages;
using GradOracle.Oracles;
using GradOracle.Reports;
using GradOracle.Verdicts;

namespace GradOracle.Cli;

/// <summary><c>gradoracle gradient</c>: one case, both gradients, all digits.</summary>
internal static class GradientCommand
{
    public static Command Create(TextWriter output)
    {
        var file = new Option<string?>("--case-file") { Description = "A JSON file with your own weights, inputs and target.", HelpName = "FILE" };
        var name =
            new Option<string?>("--case") { Description = "A case name, as reports print them.", HelpName = "NAME" };
        var derivation = SharedOptions.Derivation();
        var json =
            new Option<string?>("--json") { Description = "Writes both gradients to this file.", HelpName = "FILE" };
        var command = new Command("gradient", "Prints the loss, the verdict, and the hand-written and the autograd gradients of one case in full precision.") { file, name, derivation, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json) is { } target)
            {
                AtomicFile.RequireWritable(target);
            }

            SharedOptions.RequireOtherFile("--json", parsed.GetValue(file), parsed.GetValue(json));
            var batch = SharedOptions.Batch(parsed.GetValue(name), parsed.GetValue(file))
                ?? throw new BadInputException(
                    "gradoracle gradient needs one case: give --case-file FILE or --case \"NAME\".");
            var chosen = SharedOptions.FindDerivation(parsed.GetValue(derivation), batch.Network);
            var (written, autograd) = (IsolatedRun.Of(chosen, batch), Autograd.Differentiate(batch));
            Print(batch, written, autograd);
            var verdict = Comparison.Of(batch, written, autograd).Describe(0).Verdict;
            output.WriteLine($"{verdict.Mark()} {chosen.Name} and autograd: {verdict.Word()}");
            if (parsed.GetValue(json) is { } path)
            {
                AtomicFile.Write(path, JsonGradients.Of(batch, written, autograd));
            }

            return 0;
        });
        return command;

        void Print(CaseStack batch, GradientStack written, GradientStack autograd)
        {
            output.WriteLine(PlainText.Line(batch.NameOf(0)));
            output.WriteLine($"L  {batch.Loss.Name}");
            output.WriteLine($"  derivation {LossAt(batch, written.Output)}");
            output.WriteLine($"  autograd   {LossAt(batch, autograd.Output)}");
            PrintBoth("Ŷ", written.Output, autograd.Output, written.FaultOf(0, written.Output.Name));
            foreach (var gradient in autograd.Gradients)
            {
                PrintBoth($"∂L/∂{gradient.Name}", written[gradient.Name], gradient, written.FaultOf(0, gradient.Name));
            }
        }

        void PrintBoth(string label, TensorStack written, TensorStack autograd, string? fault)
        {
            output.WriteLine($"{label}  {autograd.Sizes}");
            output.WriteLine(
                fault is null ? $"  derivation\n{Matrix(written)}" : $"  derivation: {PlainText.Line(fault)}");
            output.WriteLine($"  autograd\n{Matrix(autograd)}");
        }
    }

    private static string LossAt(CaseStack batch, TensorStack output) =>
        NumberFormat.Full(batch.Loss.Value<double>(output.Values, batch.Target.Values, output.Columns));

    private static string Matrix(TensorStack stack)
    {
        var cells = stack.Values.Select(NumberFormat.Full).ToList();
        var width = cells.Max(c => c.Length);
        var rows = cells.Chunk(stack.Columns).Select(
            row => "    " + string.Join("  ", row.Select(c => c.PadLeft(width)))).ToList();
        return stack.Sizes.Count <= 2
            ? string.Join('\n', rows)
            : string.Join(
                '\n',
                rows.Chunk(stack.Rows).Select(
                    (panel, i) => $"   {stack.Sizes.PanelOf(i)}\n{string.Join('\n', panel)}"));
    }
}
