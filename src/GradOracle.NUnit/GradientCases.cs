using NUnit.Framework;

namespace GradOracle.NUnit;

/// <summary>Cases as a source of NUnit tests.</summary>
public static class GradientCases
{
    /// <summary>One test for each case, named as the case is; its argument is that name.</summary>
    /// <example><code>[TestCaseSource(nameof(Cases))] public void Approved(string name) =>
    /// GradientAssert.Approved(derivation, name);</code></example>
    public static IEnumerable<TestCaseData> Of(IEnumerable<CaseId> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names.Select(name => new TestCaseData(name.ToString()).SetName(name.ToString()));
    }
}
