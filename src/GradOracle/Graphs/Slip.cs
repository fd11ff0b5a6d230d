namespace GradOracle.Graphs;

/// <summary>What people send back in place of what belongs: a mistake that an operation invites.</summary>
/// <param name="Words">The mistake: a sentence in which <c>{P}</c> stands for the place.</param>
/// <param name="Operand">The operand that receives it.</param>
/// <param name="Message">What it receives.</param>
internal sealed record Slip(string Words, int Operand, Node Message);

/// <summary>What people read on the way back in place of a value that was computed on the way forth.</summary>
/// <param name="Words">The mistake: a sentence in which <c>{P}</c> stands for where it is read.</param>
/// <param name="Value">What is read.</param>
internal sealed record Misreading(string Words, Node Value);
