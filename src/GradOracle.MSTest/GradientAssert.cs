using System.Diagnostics;
using GradOracle.Testing;

// TestContext.Current, which needs no property in every class of tests, is declared experimental
#pragma warning disable MSTESTEXP

namespace GradOracle.MSTest;

/// <summary>Assertions about hand-written gradients. A failure says which gradient, where, both numbers, and how to
/// replay it.</summary>
[StackTraceHidden]
public abstract class GradientAssert : GradientAssertions<GradientAssert>, ITestFramework
{
    private GradientAssert()
    {
    }

    static RunningTest? ITestFramework.Running =>
        TestContext.Current is { FullyQualifiedTestClassName: { } type, TestName: { } method }
            ? RunningTest.Of(type, method)
            : null;

    static void ITestFramework.Fail(string message) => Assert.Fail(message);

    static void ITestFramework.Attach(string path, string description) => TestContext.Current?.AddResultFile(path);

    static void ITestFramework.Write(string text) => TestContext.Current?.WriteLine(text);
}
