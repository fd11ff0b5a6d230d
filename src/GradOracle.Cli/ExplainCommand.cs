using System.CommandLine;
using GradOracle.Cases;
using GradOracle.Diagnoses;
using GradOracle.Gallery;
using GradOracle.Reports;
using GradOracle.Verdicts;

namespace GradOracle.Cli;

/// <summary><c>gradoracle explain</c>: a network, its derivation and its mistakes; or the question that started it, its
/// answers, and what is wrong with each.</summary>
internal static class ExplainCommand
{
    private const string CommentSizes = "shared-weight/squared-error n=2 h=3 m=1 B=1 exact float64 seed=2020 k=3";
    private const string EqualSizes = "shared-weight/squared-error n=2 h=2 m=2 B=2 exact float64 seed=2020 k=3";

    private static readonly string[] s_answers = ["answer-1", "answer-2", "answer-3"];

    private const string Question =
        """
        The question. A network takes two inputs and uses one weight matrix twice:

            H1 = Wx X1        H2 = Wh H1 + Wx X2        Ŷ = Wy H2        L = ℓ(Ŷ, T)

        What is ∂L/∂Wx? The asker gets as far as ∂L/∂H2 = Wyᵀ ∂L/∂Ŷ (call it D2) and stops at the derivative of Wh Wx X1.
        Three answers were given. A comment asks how the first is to be multiplied with n = 2 inputs and h = 3 hidden units.

        """;

    private const string Conclusion =
        """
        The derivation that holds. Wx is used twice, so its gradient has two contributions, one for each use. Seen from L, the use on X2 lies
        behind H2, and the use on X1 lies behind H1, which lies behind Wh:

            D2 = Wyᵀ G                       ∂L/∂H2
            D1 = Whᵀ D2                      ∂L/∂H1
            ∂Wx = D1 X1ᵀ + D2 X2ᵀ            one contribution for each use of Wx

        """;

    public static Command Create(TextWriter output)
    {
        var network = new Argument<string?>("NETWORK")
        {
            Description = "The network to explain; without it, the question that started this project.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var page = new Option<bool>("--page") { Description = "Every recipe of the cookbook as a page of Markdown, with the bound of every network." };
        var command = new Command(
            "explain",
            """
            Explains a network as a person would want to read it: forward, backward, shapes, where each term comes from, the mistakes that
            people make in it, and the command that checks it. Without a name it walks through the question that started this project:
            each answer, its verdict, its diagnosis, and the derivation that holds.
            """)
        {
            network, page,
        };
        command.SetAction(parsed =>
        {
            switch (parsed.GetValue(network), parsed.GetValue(page))
            {
                case (null, false):
                    ExplainQuestion(output);
                    break;
                case (null, true):
                    CookbookPage.Write(output);
                    break;
                case ({ } name, false):
                    Explanation.Write(output, Catalog.Networks.Find(name));
                    break;
                default:
                    throw new BadInputException(
                        "--page explains every recipe, and a network was named as well: leave one of them out.");
            }

            return 0;
        });
        return command;
    }

    private static void ExplainQuestion(TextWriter output)
    {
        output.WriteLine(Question);
        foreach (var name in s_answers)
        {
            Answer(Catalog.Derivations.Find(name), Catalog.Derivations.Find($"{name}-corrected"));
        }

        output.WriteLine(Conclusion);
        output.WriteLine(CaseText.Of(Compared(new SharedWeightBackprop(), CommentSizes)).TrimEnd());

        void Answer(Derivation answer, Derivation corrected)
        {
            output.WriteLine($"{answer.Name} says: {answer.Summary}");
            output.WriteLine();
            output.WriteLine("at the comment's sizes:");
            var comment = CaseGenerator.Generate(CaseId.Parse(CommentSizes, Catalog.Networks));
            output.Write(
                CaseText.Of(
                    CaseReport.Diagnosed(Compared(answer, CommentSizes), FaultLocalization.Of(answer, comment))));
            output.WriteLine("at equal sizes:");
            output.Write(
                CaseText.Of(
                    CaseReport.Of(
                        FailureAnalysis.Of(
                            answer, CaseGenerator.Generate(CaseId.Parse(EqualSizes, Catalog.Networks)), inFull: false),
                        CommandReplay.Instance)));
            output.WriteLine($"corrected: {corrected.Summary}");
            output.WriteLine($"  at the comment's sizes {Compared(corrected, CommentSizes).Verdict.Word()}, at equal sizes {Compared(corrected, EqualSizes).Verdict.Word()} (gradoracle check --derivation {corrected.Name})");
            output.WriteLine();
        }

        static ReportedCase Compared(Derivation derivation, string name) => CaseReport.Of(
            derivation,
            Comparison.Of(derivation, CaseGenerator.Generate(CaseId.Parse(name, derivation.Network))).Describe(0),
            CommandReplay.Instance);
    }
}
