using GradOracle.Cases;
using GradOracle.Derivations;
using GradOracle.Diagnoses;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>What a diagnosis says of a derivation in one expression.</summary>
internal static class Claims
{
    /// <summary>It says one sentence that holds these words, and no other; or nothing, where there are none.</summary>
    public static void Said(
        Network network,
        Func<MatrixCase<double>, Gradients<double>> differentiate,
        string words,
        params (string Dimension, int Size)[] sizes) =>
        Said(new LambdaDerivation(network, differentiate), words, sizes);

    /// <summary>It says one sentence that holds these words, and no other; or nothing, where there are none.</summary>
    public static void Said(Derivation derivation, string words, params (string Dimension, int Size)[] sizes) =>
        Said(derivation, words, null, sizes);

    /// <summary>The same on integers up to a magnitude, where one is given.</summary>
    public static void Said(
        Derivation derivation, string words, int? magnitude, params (string Dimension, int Size)[] sizes)
    {
        var said = Of(derivation, magnitude, sizes);
        if (words.Length == 0)
        {
            Assert.That(said, Is.Empty);
            return;
        }

        Assert.That(said, Has.Count.EqualTo(1).And.Some.Contains(words), string.Join("\n", said));
    }

    /// <summary>All that it says.</summary>
    public static IReadOnlyList<string> Of(Derivation derivation, params (string Dimension, int Size)[] sizes) =>
        Of(derivation, null, sizes);

    private static IReadOnlyList<string> Of(
        Derivation derivation, int? magnitude, (string Dimension, int Size)[] sizes)
    {
        var network = derivation.Network;
        var shape = new Shape(network.Dimensions.Select(
            (d, i) => (d, sizes.Where(s => s.Dimension == d).Select(s => s.Size).FirstOrDefault(i + 2))));
        var name = DiagnosticCases.Name(new(network, Samples.SquaredError, shape), 2020);
        var failing = CaseGenerator.Generate(magnitude is null ? name : name with { Magnitude = magnitude });
        var diagnosis = FaultLocalization.Of(derivation, failing);
        return diagnosis is null
            ? []
            : [.. diagnosis.Explanations.Select(e => e.Sentence), .. diagnosis.Unexplained];
    }
}
