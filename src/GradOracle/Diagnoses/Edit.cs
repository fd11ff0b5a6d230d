using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Diagnoses;

/// <summary>One mistake that a backward pass may contain: how to say it, and what it makes of the gradients of any case.</summary>
/// <param name="Order">Which of several that predict the same is said: the smallest.</param>
/// <param name="Sentence">The mistake in words.</param>
/// <param name="Rounds">Whether the mistake rounds: a factor 1/3 takes integers off the lattice.</param>
/// <param name="Predict">The gradients with the mistake; null where something cannot be multiplied or added.</param>
internal sealed record Edit(int Order, string Sentence, bool Rounds, Func<BackwardPass, IReadOnlyDictionary<string, Matrix<double>>?> Predict);
