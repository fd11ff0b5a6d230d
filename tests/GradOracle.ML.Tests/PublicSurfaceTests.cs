using NUnit.Framework;

namespace GradOracle.ML.Tests;

/// <summary>What a user needs, and nothing else.</summary>
public sealed class PublicSurfaceTests
{
    [Test]
    public void The_package_shows_its_checks_and_assertions_and_what_they_take_and_give() => Assert.That(
        typeof(LossCheck).Assembly.GetExportedTypes().Select(type => type.Name),
        Is.EquivalentTo(
        [
            nameof(LossCheck), nameof(LossAssert), nameof(LossRange), nameof(ObjectiveCheck), nameof(ObjectiveAssert),
            nameof(FactorizationCheck),
            nameof(MLResult), nameof(DisagreementException),
        ]));
}
