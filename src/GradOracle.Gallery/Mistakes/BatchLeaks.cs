namespace GradOracle.Gallery;

/// <summary>State that leaks from one case of a batch to another: a batch of one shows nothing of it.</summary>
internal static class BatchLeaks
{
    /// <summary>The leaks.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        ["the gradient before is not cleared", "the first case stands for all", "the last case stands for the first", "all are averaged"];

    private static readonly string[] s_names =
        ["leak-not-cleared", "leak-first-for-all", "leak-last-for-first", "leak-averaged"];

    /// <summary>All of them as trials.</summary>
    public static IEnumerable<Trial> All => Kinds.Select((leak, i) => Trial.Wrong(
        s_names[i], Of(leak), $"∂Wx in a batch: {leak}", "the derivation gives another value when the case has other neighbours in the batch", "Wx"));

    /// <summary>The derivation of the shared-weight network with a leak.</summary>
    public static Spoiled Of(string leak) => new(new SharedWeightBatchBackprop(), (batch, result) =>
    {
        var Wx = result["Wx"];
        for (var s = 1; s < batch.Count; s++)
        {
            for (var j = 0; j < Wx.Length; j++)
            {
                switch (leak)
                {
                    case "the gradient before is not cleared":
                        Wx[s][j] += Wx[s - 1][j];
                        break;
                    case "the first case stands for all":
                        Wx[s][j] = Wx[0][j];
                        break;
                    case "the last case stands for the first":
                        Wx[0][j] = Wx[batch.Count - 1][j];
                        break;
                    default:
                        Wx[0][j] = Wx[s][j] = (Wx[0][j] + Wx[s][j]) / 2;
                        break;
                }
            }
        }
    });
}
