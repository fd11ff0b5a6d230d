namespace GradOracle.Networks;

/// <summary>Another loss divided by the number of examples: the entries of the output over its classes.</summary>
internal sealed class MeanOverExamples(Loss sum) : LossOfAnother(sum)
{
    /// <summary>What its name ends with.</summary>
    public const string Ending = "-mean";

    /// <inheritdoc/>
    public override string Name => Inner.Name + Ending;

    /// <inheritdoc/>
    public override string Summary => $"{Inner.Summary}; both divided by the number of examples";

    /// <inheritdoc/>
    public override Node Entries(Node output, Node target, Inputs x)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(x);
        var classes = output.Sizes.Count == 0 ? 1 : output.Sizes[x.ClassAxisOf(output)];
        return Inner.Entries(output, target, x).Scaled((double)classes / output.Sizes.Length);
    }
}
