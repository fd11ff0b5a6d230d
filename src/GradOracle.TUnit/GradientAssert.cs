using System.Diagnostics;
using GradOracle.Testing;

namespace GradOracle.TUnit;

/// <summary>Assertions about hand-written gradients. A failure says which gradient, where, both numbers, and how to
/// replay it.</summary>
[StackTraceHidden]
public abstract class GradientAssert : GradientAssertions<GradientAssert>, ITestFramework
{
    private GradientAssert()
    {
    }

    static RunningTest? ITestFramework.Running =>
        TestContext.Current?.Metadata is { TestDetails: { ClassType: { FullName: { } type } } test } metadata
            ? new(test.ClassType.Assembly, $"{type}.{metadata.DisplayName}", type, test.MethodName)
            : null;

    static void ITestFramework.Fail(string message) => global::TUnit.Assertions.Assert.Fail(message);

    static void ITestFramework.Attach(string path, string description) =>
        TestContext.Current?.Output.AttachArtifact(path, Path.GetFileName(path), description);

    static void ITestFramework.Write(string text) => TestContext.Current?.Output.WriteLine(text);

    // A test project of TUnit is a program of its own.
    static string ITestFramework.Rerun(RunningTest test, string variable, string value)
    {
        var name = test.Class.Split('.')[^1];
        var run = $"dotnet run -- --treenode-filter \"/*/*/{name}/{test.Method}*\"";
        return OperatingSystem.IsWindows() ? $"$env:{variable}=\"{value}\"; {run}" : $"{variable}=\"{value}\" {run}";
    }
}
