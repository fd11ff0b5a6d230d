using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using GradOracle.Messages;

namespace GradOracle.ML.Cli;

/// <summary>The <c>gradoracle-mlnet</c> command: verdicts become exit codes here, errors become sentences.</summary>
public static class MLCommand
{
    private static readonly ParserConfiguration s_plain = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs the command.</summary>
    /// <returns>0 agree, 1 disagree (or inconclusive), 2 bad input, 3 cannot run here.</returns>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        try
        {
            var parsed = Root(output).Parse(arguments, s_plain);
            if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
            {
                throw new BadInputException($"{parsed.Errors[^1].Message.TrimEnd('.')}; see gradoracle-mlnet --help.");
            }

            var code = parsed.Invoke(
                new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
            output.Flush();
            return code;
        }
        catch (BadInputException bad)
        {
            return Fail(bad.Message, 2);
        }
        catch (Exception cannot) when (cannot is TorchUnavailableException or IOException)
        {
            return Fail(cannot.Message, 3);
        }
#pragma warning disable CA1031 // the last resort: a stack trace helps nobody who did not write this
        catch (Exception unexpected)
        {
            var what = PlainText.Quote(unexpected.Message.ReplaceLineEndings(" ").TrimEnd('.'));
            return Fail($"unexpected {unexpected.GetType().Name}: {what}; this is a defect, please report it.", 3);
        }
#pragma warning restore CA1031

        int Fail(string sentence, int code)
        {
            error.WriteLine($"gradoracle-mlnet: {sentence}");
            return code;
        }
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
