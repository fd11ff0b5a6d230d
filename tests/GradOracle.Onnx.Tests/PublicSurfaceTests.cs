using NUnit.Framework;

namespace GradOracle.Onnx.Tests;

/// <summary>What a user needs, and nothing else.</summary>
public sealed class PublicSurfaceTests
{
    [Test]
    public void The_package_shows_a_check_what_it_gives_and_how_a_model_is_saved() => Assert.That(
        typeof(OnnxForward).Assembly.GetExportedTypes().Select(type => type.Name),
        Is.EquivalentTo(
        [
            nameof(OnnxForward), nameof(OnnxResult), nameof(OnnxDisagreementException), nameof(OnnxExtensions),
        ]));
}
