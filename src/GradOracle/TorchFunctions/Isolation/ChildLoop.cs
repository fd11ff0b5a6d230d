using GradOracle.Torch;

namespace GradOracle.TorchFunctions.Isolation;

/// <summary>The child's life: one line in, one line out, until the parent is gone.</summary>
internal static class ChildLoop
{
    /// <summary>The variable that makes a process a child.</summary>
    public const string Variable = "GRADORACLE_CHILD";

    /// <summary>What an answer starts with: whatever else is on the stream is not ours.</summary>
    public const string Mark = "\u0001gradoracle ";

    public static void Run()
    {
        var (answers, requests) = (Console.Out, Console.In);
        Console.SetOut(Console.Error); // what the code on trial prints is no answer
        while (requests.ReadLine() is { } line)
        {
            AnalyticPass.Announce = what => Console.Error.WriteLine(LastWords.Running + what);
            answers.WriteLine(Mark + ChildAnswer.Line(Answer(ChildAnswer.Read<ChildRequest>(line))));
            answers.Flush();
        }
    }

    private static ChildAnswer Answer(ChildRequest request)
    {
        try
        {
            TorchRuntime.EnsureLoaded();
            return request.Run() is { } result ? ChildAnswer.Of(result) : ChildAnswer.Unable;
        }
        catch (Exception error)
        {
            var refusal = error is BadInputException
                ? error.Message
                : BackwardTrouble.Describe("the child process", error);
            return new(refusal, "", Verdict.NotComparable, "", []);
        }
    }
}
