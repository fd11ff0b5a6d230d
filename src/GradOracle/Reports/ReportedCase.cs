using System.Text.Json.Serialization;

namespace GradOracle.Reports;

/// <summary>One case in full.</summary>
internal sealed record ReportedCase
{
    /// <summary>What is expected where a fixture is held.</summary>
    public const string Approved = "approved";

    /// <summary>The name of the case, or of the file it was read from.</summary>
    public required string Name { get; init; }

    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>The derivation's name.</summary>
    public required string Derivation { get; init; }

    /// <summary>The class that the derivation is written in; null where it is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Class { get; init; }

    /// <summary>The source file, from the folder of the solution on; null where it is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Source { get; init; }

    /// <summary>The test that reported it; null where it was no test.</summary>
    public string? Test { get; init; }

    /// <summary>Whose values are expected: autograd, or approved.</summary>
    public required string Expected { get; init; }

    /// <summary>Whose values are on trial: derivation, or autograd where a fixture is held against it.</summary>
    public required string Actual { get; init; }

    /// <summary>The worst verdict of its tensors.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The forward output.</summary>
    public required ReportedTensor Forward { get; init; }

    /// <summary>The gradients in the network's order; empty where the outputs do not agree.</summary>
    public IReadOnlyList<ReportedTensor> Gradients { get; init; } = [];

    /// <summary>
    /// The gradients of named values on the way that were handed in, the last value of the forward first; null where
    /// none was.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ReportedTensor>? OnTheWayBack { get; init; }

    /// <summary>
    /// The first of them that is wrong, and the last one before it that is right; null where none is wrong.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FirstWrong { get; init; }

    /// <summary>The mistakes that give exactly the wrong gradients received.</summary>
    public IReadOnlyList<ReportedExplanation> Diagnosis { get; init; } = [];

    /// <summary>What is wrong and has no diagnosis: a sentence each.</summary>
    public IReadOnlyList<string> Unexplained { get; init; } = [];

    /// <summary>Where what has no diagnosis must be; null where everything has one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ReportedPlace>? Places { get; init; }

    /// <summary>
    /// The name of the case that was looked into in place of this one, because it fails on the same gradients; null
    /// where this one was, or none.
    /// </summary>
    public string? FailsLike { get; init; }

    /// <summary>Who agrees with whom; null where nobody else was asked.</summary>
    public string? Agreement { get; init; }

    /// <summary>The one that stands alone; null where there is none.</summary>
    public string? OddOneOut { get; init; }

    /// <summary>Why an exact case is held to the rounding bound and not to equality; null where it is not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detour { get; init; }

    /// <summary>What checks the case again: a command, or a line of C#.</summary>
    public required string Replay { get; init; }

    /// <summary>
    /// The smallest case that fails alike: this one itself, by its name, where none is smaller. Null where it was not
    /// asked for.
    /// </summary>
    public ReportedSmallest? Smallest { get; init; }

    /// <summary>The tensors worth a look: the output, values on the way back and gradients that do not agree.</summary>
    [JsonIgnore]
    public IEnumerable<ReportedTensor> Wrong =>
        (OnTheWayBack ?? []).Concat(Gradients).Prepend(Forward).Where(t => t.Verdict != Verdict.Agrees);

    /// <summary>Those in a few words: <c>∂L/∂Wx ∂L/∂X1</c>.</summary>
    [JsonIgnore]
    public string Gist => Wrong.Select(SymbolOf).ToList() is { Count: > 0 } wrong ? string.Join(' ', wrong) : "agrees";

    /// <summary>What the small case is held against: never approved values, which are those of one case.</summary>
    [JsonIgnore]
    public string ExpectedInSmall => Smallest?.Name == Name ? Expected : "autograd";

    /// <summary><c>∂L/∂Wx</c>; the output and the loss are no gradients.</summary>
    public string SymbolOf(ReportedTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return ReferenceEquals(tensor, Forward) || (Expected == Approved && tensor.Name == "L")
            ? tensor.Name
            : $"∂L/∂{tensor.Name}";
    }
}
