namespace GradOracle.Messages;

/// <summary>Tensors in sentences, as many as there are.</summary>
internal static class TensorWords
{
    /// <summary>"the gradient of A is", "the gradients of A, B and C are".</summary>
    /// <param name="tensors">Their names, at least one.</param>
    public static string GradientsAre(IReadOnlyList<string> tensors) => tensors.Count == 1
        ? $"the gradient of {tensors[0]} is"
        : $"{GradientsOf(tensors)} are";

    /// <summary>"the gradients of A, B and C".</summary>
    /// <param name="tensors">Their names, at least two.</param>
    public static string GradientsOf(IReadOnlyList<string> tensors) => $"the gradients of {Listed(tensors)}";

    /// <summary>"A, B and C".</summary>
    /// <param name="names">At least two.</param>
    public static string Listed(IReadOnlyList<string> names) =>
        $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";
}
