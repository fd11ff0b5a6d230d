using System.Diagnostics;
using GradOracle.Cases;
using GradOracle.Derivations;
using GradOracle.Diagnoses;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Wrong derivations as people wrote them: each is named, or at least placed, and never misleadingly.</summary>
public sealed class StrangersMistakes
{
    private sealed record Stranger(string Name, Network Network, Func<MatrixCase<double>, string, Gradients<double>> Differentiate)
    {
        public LambdaDerivation With(string mistake) => new LambdaDerivation(Network, x => Differentiate(x, mistake));
    }

    private static readonly Stranger[] s_strangers =
    [
        new("gated", StrangersNetworks.Gated, StrangersDerivations.Gated),
        new("tanh", StrangersNetworks.Perceptron("tanh"), (x, m) => StrangersDerivations.Perceptron(x, "tanh", m)),
        new("tanh-ZH", StrangersNetworks.Perceptron("tanh", "Z1", "H1"), (x, m) => StrangersDerivations.Perceptron(x, "tanh", m)),
        new("tanh-AH", StrangersNetworks.Perceptron("tanh", "A1", "H1"), (x, m) => StrangersDerivations.Perceptron(x, "tanh", m)),
        new("relu", StrangersNetworks.Perceptron("relu"), (x, m) => StrangersDerivations.Perceptron(x, "relu", m)),
        new("sigmoid-rows", StrangersNetworks.SigmoidRows, StrangersDerivations.SigmoidRows),
        new("row-cell", StrangersNetworks.RowCell, StrangersDerivations.RowCell),
        new("gru", StrangersNetworks.Gru, StrangersDerivations.Gru),
        new("lstm", StrangersNetworks.Lstm, StrangersDerivations.Lstm),
        new("penalised", StrangersNetworks.Penalised, StrangersDerivations.Penalised),
        new("dropout", StrangersNetworks.Dropout, StrangersDerivations.Dropout),
        new("softmax", StrangersNetworks.Softmax, StrangersDerivations.Softmax),
    ];

    private static IEnumerable<TestCaseData> Right() => s_strangers.Select(s => new TestCaseData(s.Name).SetName($"Right {s.Name}"));

    [TestCaseSource(nameof(Right))]
    public void A_stranger_without_a_mistake_agrees(string name)
    {
        var result = GradientCheck.Run(Find(name).With(""), new CheckOptions { Cases = 8, MaxSize = 4 });

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees), result.ToString());
    }

    [TestCase("gated", "sum for difference", "")]
    [TestCase("gated", "second forgotten", "")]
    [TestCase("gated", "first doubled", "")]
    [TestCase("gated", "factor forgotten", "")]
    [TestCase("gated", "own value", "")]
    [TestCase("tanh", "logistic slope", "")]
    [TestCase("tanh-ZH", "logistic slope", "")]
    [TestCase("tanh-AH", "logistic slope", "")]
    [TestCase("tanh", "slope at h", "")]
    [TestCase("tanh-ZH", "slope at h", "")]
    [TestCase("tanh", "slope of the adjoint", "")]
    [TestCase("tanh", "slope forgotten", "")]
    [TestCase("relu", "logistic slope", "")]
    [TestCase("sigmoid-rows", "slope of the adjoint", "")]
    [TestCase("sigmoid-rows", "bias from the last example", "")]
    [TestCase("sigmoid-rows", "bias not summed", "")]
    [TestCase("row-cell", "Wh for its transpose", "")]
    [TestCase("gru", "minus lost", "")]
    [TestCase("gru", "r in place of h", "")]
    [TestCase("gru", "adjoints exchanged", "")]
    [TestCase("gru", "one forgotten", "")]
    [TestCase("lstm", "biases of f", "")]
    [TestCase("lstm", "stray factor", "")]
    [TestCase("lstm", "slope at the cell", "")]
    [TestCase("lstm", "cell not carried back", "")]
    [TestCase("lstm", "peephole forgotten", "")]
    [TestCase("penalised", "only the first use", "")]
    [TestCase("penalised", "halved", "")]
    [TestCase("dropout", "mask forgotten", "")]
    [TestCase("dropout", "scale forgotten", "")]
    [TestCase("softmax", "diagonal only", "")]
    public void A_strangers_mistake_is_said_as_a_person_would(string name, string mistake, string sentence)
    {
        var stranger = Find(name);
        var shape = new Shape(stranger.Network.Dimensions.Select((d, i) => (d, d == "T" ? 4 : i + 2)));
        var failing = CaseGenerator.Generate(DiagnosticCases.Name(new(stranger.Network, Samples.SquaredError, shape), 2020));
        var watch = Stopwatch.StartNew();
        var diagnosis = FaultLocalization.Of(stranger.With(mistake), failing)!;

        var said = string.Join("\n", diagnosis.Explanations.Select(e => e.Sentence).Concat(diagnosis.Unexplained));
        TestContext.Progress.WriteLine($"{watch.ElapsedMilliseconds,6} ms {name}, {mistake}:\n{said}");
        Assert.That(said, Does.Contain(sentence));
    }

    private static Stranger Find(string name) => s_strangers.Single(s => s.Name == name);
}
