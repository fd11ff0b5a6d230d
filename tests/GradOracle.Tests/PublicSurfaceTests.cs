using NUnit.Framework;
using PublicApiGenerator;

namespace GradOracle.Tests;

/// <summary>What a user needs, and nothing else: whatever becomes public, or stops being so, is seen in
/// review.</summary>
public sealed class PublicSurfaceTests
{
    private static readonly ApiGeneratorOptions s_options = new() { IncludeAssemblyAttributes = false };

    [Test]
    public void The_library_shows_what_was_approved() =>
        Snapshot.Verify("GradOracle", typeof(GradientCheck).Assembly.GeneratePublicApi(s_options));

    [Test]
    public void The_assertions_show_what_was_approved() =>
        Snapshot.Verify("GradOracle.NUnit", typeof(NUnit.GradientAssert).Assembly.GeneratePublicApi(s_options));

    [Test]
    public void What_the_assertions_have_in_common_shows_what_was_approved() =>
        Snapshot.Verify("GradOracle.Testing", typeof(Testing.ITestFramework).Assembly.GeneratePublicApi(s_options));

    [Test]
    public void The_gallery_shows_nothing() =>
        Assert.That(typeof(Gallery.Catalog).Assembly.GetExportedTypes(), Is.Empty);
}
