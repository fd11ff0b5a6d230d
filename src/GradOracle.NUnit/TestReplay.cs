using GradOracle.Reports;
using NUnit.Framework;

namespace GradOracle.NUnit;

/// <summary>What runs a finding of a test again: the command or C# where the derivation can be made again, or else the
/// test itself, on that one case.</summary>
internal sealed class TestReplay : ReplayLine
{
    /// <summary>The environment variable that names the one case.</summary>
    public const string Variable = "GRADORACLE_CASE";

    /// <summary>The case that was asked for; null: all.</summary>
    public static string? Asked => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } name ? name : null;

    /// <inheritdoc/>
    public override string Of(Derivation derivation, CaseStack batch)
    {
        var line = base.Of(derivation, batch);
        var test = TestContext.CurrentContext.Test;
        return !line.Contains('…', StringComparison.Ordinal) || test.ClassName is null || test.MethodName is null
            ? line
            : $"dotnet test --filter \"FullyQualifiedName~{test.ClassName}.{test.MethodName}\" -e \"{Variable}={batch.NameOf(0)}\"";
    }
}
