using System.Diagnostics;
using GradOracle.Testing;
using Xunit;

namespace GradOracle.XunitV3;

/// <summary>Assertions about hand-written gradients. A failure says which gradient, where, both numbers, and how to
/// replay it.</summary>
[StackTraceHidden]
public abstract class GradientAssert : GradientAssertions<GradientAssert>, ITestFramework
{
    private GradientAssert()
    {
    }

    // What versions 3 and 4 have in common are the names.
    static RunningTest? ITestFramework.Running =>
        TestContext.Current.Test is { TestCase: { TestClassName: { } type, TestMethodName: { } method } } test
            ? RunningTest.Of(type, method, test.TestDisplayName)
            : null;

    static void ITestFramework.Fail(string message) => Assert.Fail(message);

    // An attachment is kept in memory, of every test that fails: its address, and not a page of megabytes.
    static void ITestFramework.Attach(string path, string description) =>
        TestContext.Current.AddAttachment(description, new Uri(path).AbsoluteUri, replaceExistingValue: true);

    static void ITestFramework.Write(string text) => TestContext.Current.TestOutputHelper?.WriteLine(text);
}
