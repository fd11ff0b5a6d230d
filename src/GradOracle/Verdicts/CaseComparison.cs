namespace GradOracle.Verdicts;

/// <summary>One case: its verdict, and what every tensor contributed to it.</summary>
/// <param name="Name">The name of the case.</param>
/// <param name="Replay">The command, or the line of C#, that checks this case again.</param>
/// <param name="Verdict">The worst verdict of its tensors.</param>
/// <param name="Forward">The outputs; where they do not agree the gradients are not compared.</param>
/// <param name="Tensors">The gradients, all of them, in the network's order; empty where the outputs do not agree.</param>
public sealed record CaseComparison(string Name, string Replay, Verdict Verdict, TensorComparison Forward, IReadOnlyList<TensorComparison> Tensors)
{
    /// <summary>Who agrees with whom, where other oracles were asked; null otherwise.</summary>
    public Panel? Panel { get; init; }

    /// <summary>Whether somebody is wrong: something does not agree, and not only because the numbers leave the element type on both sides.</summary>
    public bool SomebodyIsWrong => Verdict >= Verdict.Disagrees && !Tensors.Prepend(Forward).All(t => t.Verdict < Verdict.Disagrees || t.Overflows);

    /// <summary>How many entries the compared gradients have in all: small cases make better reports.</summary>
    public int Size => Tensors.Sum(t => t.Rows * t.Columns);
}
