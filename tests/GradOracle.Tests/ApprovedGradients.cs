using GradOracle.Gallery;
using GradOracle.NUnit;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>The approved gradients: <c>dotnet test --filter ApprovedGradients</c> holds them and nothing
/// else.</summary>
public sealed class ApprovedGradients
{
    private static IEnumerable<TestCaseData> Catalogue() => GradientCases.Of(FixtureCatalog.Cases);

    [TestCaseSource(nameof(Catalogue))]
    public void Approved(string name) =>
        GradientAssert.Approved(Catalog.DefaultDerivation(Samples.Case(name).Network), name, Repository.Fixtures);
}
