using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>What a user needs, and nothing else: a type that becomes public, or stops being so, is seen in review.</summary>
public sealed class PublicSurfaceTests
{
    [Test]
    public void The_library_shows_these_types_and_no_others() => Assert.That(PublicTypes(typeof(GradientCheck)), Is.EqualTo(new[]
    {
        "AnyTensor", "ArrayCase", "ArrayGradients", "BackwardCheck", "BackwardOptions", "BackwardResult", "BadInputException", "CannotWriteException", "CaseId", "CaseKind", "CaseResult", "CaseStack", "CheckOptions", "CheckResult", "Derivation", "ElementType",
        "GradientCheck", "GradientStack", "Gradients`1", "Holds", "IUpdate", "Inputs", "Loss", "MatrixCase`1", "MatrixDerivation", "Network", "Node", "Sentence", "Shape", "Sizes", "TensorRole", "TensorSpec",
        "TensorStack", "TorchUnavailableException", "UpdateCheck", "UpdateRule", "UpdateState", "Verdict",
    }));

    [Test]
    public void The_assertions_show_these_types_and_no_others() =>
        Assert.That(PublicTypes(typeof(NUnit.GradientAssert)), Is.EqualTo(new[] { "GradientAssert", "GradientCases", "GradientReportAttribute" }));

    private static IEnumerable<string> PublicTypes(Type one) => one.Assembly.GetExportedTypes().Select(t => t.Name).Order(StringComparer.Ordinal);
}
