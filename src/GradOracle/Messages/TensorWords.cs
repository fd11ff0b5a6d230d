namespace GradOracle.Messages;

/// <summary>Tensors in sentences, as many as there are.</summary>
internal static class TensorWords
{
    /// <summary>"the gradient of A is", "the gradients of A, B and C are".</summary>
    /// <param name="tensors">Their names, at least one.</param>
    public static string GradientsAre(IReadOnlyList<string> tensors) => tensors.Count == 1
        ? $"the gradient of {tensors[0]} is"
        : $"the gradients of {string.Join(", ", tensors.SkipLast(1))} and {tensors[^1]} are";
}
