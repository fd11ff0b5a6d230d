namespace GradOracle.Graphs;

/// <summary>One use of a parameter or input: the adjoint that arrives here is its contribution.</summary>
/// <param name="label">Which use, in the words of the network: <c>on X1</c>.</param>
internal sealed class Use(string label) : Alias
{
    public string Label => label;
}
