using GradOracle.Messages;
using GradOracle.Networks;

namespace GradOracle.Diagnoses;

/// <summary>What is said of gradients that no known mistake gives.</summary>
internal static class Unexplained
{
    /// <summary>Of several in code without a graph: what is wrong all over is told together, and only once that there
    /// is no graph.</summary>
    public static List<string> Of(
        IReadOnlyList<string> tensors, List<Observation> observations, int tried)
    {
        const string Placeless = $"; {TorchStatement.NoGraph}, so no place on the way back can be named";
        var allOver = tensors.Where(tensor => PartOf(tensor, observations) is null).ToList();
        List<string> told = allOver.Count < 2 ? [] :
            [$"{TensorWords.GradientsAre(allOver)} wrong, and none of {tried} known mistakes gives their values"];
        told.AddRange(tensors.Where(tensor => told.Count == 0 || !allOver.Contains(tensor))
            .Select(tensor => Of(tensor, observations, tried)).ToList());
        return told.Count == 0 ? [] : [.. told.SkipLast(1), told[^1] + Placeless];
    }

    /// <summary>Of one.</summary>
    public static string Of(string tensor, List<Observation> observations, int tried)
    {
        var where = PartOf(tensor, observations) is { } part
            ? $"only {part} of the gradient of {tensor} is wrong, and"
            : $"the gradient of {tensor} is wrong, and";
        return $"{where} none of {tried} known mistakes gives its values";
    }

    private static string? PartOf(string tensor, List<Observation> observations) => TensorEdits.WhereWrong(
        [.. observations.Where(o => o.IsWrong(tensor)).Select(o => (o.Pass.Gradients[tensor], o.Received[tensor]!))]);
}
