using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using TorchSharp;

namespace GradOracle.Tests.AsItIs;

/// <summary>These tests as a process of their own: one that calls TorchSharp before anything of GradOracle's, or one
/// that runs some classes of them and starts in a second.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["torch-first"]:
                using (var ones = torch.ones(2, 3))
                {
                    Console.WriteLine($"torch says {(ones.sum().item<float>() == 6 ? "six" : "nothing")}");
                }

                return 0;
            case ["run", .. var classes]:
                return Run(classes);
            default:
                return 0;
        }
    }

    // 0: all pass; 1: one fails, and the first that does is named; 2: there are none.
    private static int Run(string[] classes)
    {
        List<string> names =
            [.. classes.Select(c => typeof(Program).Assembly.GetTypes().Single(t => t.Name == c).FullName!)];
        var settings =
            new Dictionary<string, object> { ["LOAD"] = names, ["NumberOfTestWorkers"] = 0, ["StopOnError"] = true };
        var runner = new NUnitTestAssemblyRunner(new DefaultTestAssemblyBuilder());
        runner.Load(typeof(Program).Assembly, settings);
        var filter = TestFilter.FromXml(
            $"<filter><or>{string.Concat(names.Select(n => $"<class>{n}</class>"))}</or></filter>");
        var result = runner.Run(TestListener.NULL, filter);
        var failing = Tests(result).FirstOrDefault(
            t => t.ResultState.Status is TestStatus.Failed or TestStatus.Inconclusive);
        Console.WriteLine($"{result.PassCount} passed, {result.FailCount + result.InconclusiveCount} failed{(failing is null ? "" : $": {failing.FullName}")}");
        return result.FailCount + result.InconclusiveCount > 0 ? 1 : result.PassCount == 0 ? 2 : 0;
    }

    private static IEnumerable<ITestResult> Tests(ITestResult result) =>
        result.HasChildren ? result.Children.SelectMany(Tests) : [result];
}
