using System.Reflection;

namespace GradOracle.Testing;

/// <summary>What the assertions need of a test framework. A class of assertions implements it and derives from
/// <see cref="GradientAssertions{TFramework}"/>: that is a whole adapter.</summary>
public interface ITestFramework
{
    /// <summary>The test that runs now; null outside of one, and where a failure is expected and no finding.</summary>
    static abstract RunningTest? Running { get; }

    /// <summary>Fails the test in the framework's own way, which mostly throws.</summary>
    /// <param name="message">Plain text of several lines.</param>
    static abstract void Fail(string message);

    /// <summary>Leaves a file with the test's result. Called within a test.</summary>
    /// <param name="path">Its full path; it exists.</param>
    /// <param name="description">What it is, in a few words.</param>
    static abstract void Attach(string path, string description);

    /// <summary>Writes a line to the test's output.</summary>
    static abstract void Write(string text);

    /// <summary>The command that runs one test again with an environment variable set.</summary>
    /// <param name="test">The test.</param>
    /// <param name="variable">The variable's name.</param>
    /// <param name="value">Its value.</param>
    static virtual string Rerun(RunningTest test, string variable, string value) =>
        $"dotnet test --filter \"FullyQualifiedName~{test.Class}.{test.Method}\" -e \"{variable}={value}\"";

    /// <summary>Holds a received text against the approved one of a file; a failure leaves the received one beside
    /// it.</summary>
    /// <param name="folder">The folder of both files.</param>
    /// <param name="name">Their common name, without an ending.</param>
    /// <param name="received">The received text.</param>
    /// <param name="difference">Asked where the texts differ: what is wrong, or null where they mean the same.</param>
    /// <returns>Null where it holds, or else the path of the received file.</returns>
    internal static virtual string? Compare(
        string folder, string name, string received, Func<string?> difference) =>
        Snapshots.Compare(folder, name, received, difference);
}

/// <summary>The test that runs, as the reports and the replay lines name it.</summary>
/// <param name="Assembly">The assembly of the tests: its project keeps fixtures and reports.</param>
/// <param name="Name">What a report calls the test.</param>
/// <param name="Class">The full name of its class.</param>
/// <param name="Method">The name of its method.</param>
public sealed record RunningTest(Assembly Assembly, string Name, string Class, string Method)
{
    /// <summary>The folder of reports that a parameter of the framework names; null: none does.</summary>
    public string? ReportFolder { get; init; }

    /// <summary>Where a report goes whose assembly has no project on this machine.</summary>
    public string WorkFolder { get; init; } = Directory.GetCurrentDirectory();

    /// <summary>A test of a framework that says classes by their names; null where no assembly here has the
    /// class.</summary>
    /// <param name="type">The full name of its class.</param>
    /// <param name="method">The name of its method.</param>
    /// <param name="name">What a report calls the test; null: class and method.</param>
    public static RunningTest? Of(string type, string method, string? name = null) =>
        AppDomain.CurrentDomain.GetAssemblies()
            .FirstOrDefault(a => !a.IsDynamic && a.GetType(type) is not null) is { } assembly
            ? new(assembly, name ?? $"{type}.{method}", type, method)
            : null;
}
