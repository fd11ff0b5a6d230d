using GradOracle.Graphs;

namespace GradOracle.Networks;

/// <summary>Another loss and a penalty on every parameter: a sum over more than the output.</summary>
/// <param name="inner">The other loss.</param>
/// <param name="word">The word in its name: l1 or l2.</param>
/// <param name="penalty">The penalty in mathematics.</param>
/// <param name="of">The entries of the penalty on one parameter.</param>
internal sealed class Penalized(Loss inner, string word, string penalty, Func<Node, Node> of) : LossOfAnother(inner)
{
    /// <summary>L2, ridge, weight decay: <c>½ Σ W²</c>.</summary>
    public static Loss L2(Loss inner) => new Penalized(inner, "l2", "½ Σ W²", W => W.Squared().Scaled(0.5));

    /// <summary>L1, lasso: <c>Σ |W|</c>.</summary>
    public static Loss L1(Loss inner) => new Penalized(inner, "l1", "Σ |W|", W => W.Abs());

    /// <inheritdoc/>
    public override string Name => $"{Inner.Name}+{word}";

    /// <inheritdoc/>
    public override string Summary => $"{Inner.Summary}; L has {penalty} more, over every parameter";

    /// <inheritdoc/>
    public override Node Entries(Node output, Node target, Inputs x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var total = Sum(Inner.Entries(output, target, x));
        foreach (var parameter in x.Parameters)
        {
            total += Sum(of(new(new Use("in the penalty"), parameter)));
        }

        return total;
    }

    // However many axes it has, as one number 1×1.
    private static Node Sum(Node entries) =>
        entries.SumOver([.. Enumerable.Range(0, entries.Sizes.Count)]).Reshape(1, 1);
}
