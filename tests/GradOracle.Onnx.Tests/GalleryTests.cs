using GradOracle.Gallery;
using NUnit.Framework;

namespace GradOracle.Onnx.Tests;

/// <summary>Every network of the gallery, written as a model and scored.</summary>
public sealed class GalleryTests
{
    private static readonly CheckOptions s_few = new() { Cases = 16, MaxSize = 5 };

    private static readonly CheckOptions s_fewer =
        new() { Cases = 8, MaxSize = 5, Types = [ElementType.Float32], Kinds = [CaseKind.Real] };

    private static IEnumerable<TestCaseData> Networks() => Catalog.Networks.All
        .Select(network => new TestCaseData(network) { TestName = $"OnnxRuntime_scores({network.Name})" });

    [TestCaseSource(nameof(Networks))]
    public void OnnxRuntime_scores_it_as_its_own_forward_and_TorchSharp_do(Network network)
    {
        var found = OnnxForward.Check(network, s_few);

        TestContext.Out.WriteLine(found);
        Assert.That(found.Verdict, Is.EqualTo(Verdict.Agrees), found.ToString());
    }

    private static IEnumerable<TestCaseData> Mistaken() => Catalog.Networks.All
        .Select(network => new TestCaseData(network) { TestName = $"A_wrong_export_is_caught({network.Name})" });

    [TestCaseSource(nameof(Mistaken))]
    public void A_wrong_export_of_it_is_caught(Network network)
    {
        foreach (var wrong in WrongGraph.Of(network))
        {
            var found = OnnxForward.Check(network, s_fewer, type => new WrongGraph(type, wrong));

            Assert.That(found.Verdict, Is.EqualTo(Verdict.Disagrees), $"{wrong}\n{found}");
        }
    }
}
