using GradOracle.Reports;

namespace GradOracle.Testing;

/// <summary>What runs a finding of a test again: the command or C# where the derivation can be made again, or else the
/// test itself, on that one case.</summary>
internal sealed class TestReplay<TFramework> : ReplayLine
    where TFramework : ITestFramework
{
    /// <inheritdoc/>
    public override string Of(Derivation derivation, CaseStack batch)
    {
        var line = base.Of(derivation, batch);
        return !line.Contains('…', StringComparison.Ordinal) || TFramework.Running is not { } test
            ? line
            : TFramework.Rerun(test, AskedCase.Variable, batch.NameOf(0));
    }
}

/// <summary>The one case that a replay line asks a test for.</summary>
internal static class AskedCase
{
    /// <summary>The environment variable that names it.</summary>
    public const string Variable = "GRADORACLE_CASE";

    /// <summary>Its name; null: all.</summary>
    public static string? Name => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } name ? name : null;
}
