using System.CommandLine;
using System.CommandLine.Help;
using GradOracle.Cli;

namespace GradOracle.ML.Cli;

/// <summary>The <c>gradoracle-mlnet</c> command.</summary>
public static class MLCommand
{
    private static readonly CommandRun s_run = new(
        "gradoracle-mlnet", Root, "There is not enough memory for this: take fewer examples, or allow more.");

    /// <summary>Runs the command.</summary>
    /// <returns>0 agree, 1 disagree (or inconclusive), 2 bad input, 3 cannot run here.</returns>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        return s_run.Of(arguments, output, error);
    }

    private static RootCommand Root(TextWriter output)
    {
        var root = new RootCommand(
            """
            GradOracle holds ML.NET's losses, gradients and optima against TorchSharp autograd.
            Start with: gradoracle-mlnet check

            Exit codes: 0 all agree, 1 something does not agree, 2 bad input, 3 cannot run here.
            """)
        {
            Check(output),
        };
        root.SetAction(new HelpAction().Invoke);
        return root;
    }

    private static Command Check(TextWriter output)
    {
        var what = new Argument<string[]>("what")
        {
            Description = $"What is checked: {string.Join(", ", Checks.Kinds)}; all of it unless said otherwise.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var only = new Option<string>("--only")
        {
            Description = "Of losses and trainers those of these names, parted by commas.",
        };
        var data = new Option<string>("--data")
        {
            Description = "Examples in place of random ones: a text file, a header, numbers parted by commas, "
                + "the label last.",
        };
        var l2 = new Option<double>("--l2") { Description = "The penalty l2.", DefaultValueFactory = _ => 1 };
        var latent = new Option<int>("--latent")
        {
            Description = "Latent components of the factorization machine; ML.NET's default is 20.",
            DefaultValueFactory = _ => 20,
        };
        var seed = new Option<int>("--seed")
        {
            Description = "The seed of random examples.",
            DefaultValueFactory = _ => 1,
        };
        var full = new Option<bool>("--full") { Description = "Prints every report in full." };
        var check = new Command("check", "Checks, and prints one table.") { what, only, data, l2, latent, seed, full };
        check.SetAction(parsed => Table.Print(
            output,
            new Checks(
                parsed.GetValue(what) ?? [],
                parsed.GetValue(only),
                parsed.GetValue(data),
                parsed.GetValue(l2),
                parsed.GetValue(latent),
                parsed.GetValue(seed)).Run(),
            parsed.GetValue(full)));
        return check;
    }
}
