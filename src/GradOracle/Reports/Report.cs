using System.Text.Json.Serialization;
using GradOracle.Messages;
using GradOracle.Verdicts;

namespace GradOracle.Reports;

/// <summary>What one run found, as a value: all that its renderings (terminal, Markdown, HTML, JSON) show, and nothing that depends on when or where it ran.</summary>
internal sealed record Report
{
    /// <summary>What a JSON file of ours says under <c>schema</c>.</summary>
    public const string SchemaName = "gradoracle-report/1";

    /// <summary>The format.</summary>
    public string Schema { get; init; } = SchemaName;

    /// <summary>What was run, in one line: a command or the name of a test assembly.</summary>
    public required string Title { get; init; }

    /// <summary>The worst verdict of all checks, cases and updates.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The verdict in one sentence.</summary>
    public required string Sentence { get; init; }

    /// <summary>Sweeps over random cases, one for each derivation.</summary>
    public IReadOnlyList<ReportedCheck> Checks { get; init; } = [];

    /// <summary>Cases one by one: of a check the worst verdict first and then the smallest, of tests as they came. Case 1 is the first.</summary>
    public IReadOnlyList<ReportedCase> Cases { get; init; } = [];

    /// <summary>Update runs.</summary>
    public IReadOnlyList<ReportedUpdate> Updates { get; init; } = [];

    /// <summary>A report of these, with the worst of their verdicts and a sentence about all.</summary>
    public static Report Of(string title, IReadOnlyList<ReportedCheck> checks, IReadOnlyList<ReportedCase> cases, params IReadOnlyList<ReportedUpdate> updates) => new()
    {
        Title = title,
        Verdict = checks.Select(c => c.Verdict).Concat(cases.Select(c => c.Verdict)).Concat(updates.Select(u => u.Verdict)).DefaultIfEmpty().Max(),
        Sentence = (checks, cases, updates) switch
        {
            ([var only], _, []) when cases.All(c => c.Derivation == only.Derivation && c.Test is null) => only.Sentence,
            ([], [var only], []) => $"{only.Name}: {only.Verdict.Word()}",
            ([], [], [var only]) => only.Sentence,
            _ => string.Join("; ", new[] { Count("check", [.. checks.Select(c => c.Verdict)]), Count("case", [.. cases.Select(c => c.Verdict)]), Count("update run", [.. updates.Select(u => u.Verdict)]) }.OfType<string>()),
        },
        Checks = checks,
        Cases = cases,
        Updates = updates,
    };

    private static string? Count(string what, IReadOnlyList<Verdict> verdicts) => (verdicts.Count, verdicts.Count(v => v != Verdict.Agrees)) switch
    {
        (0, _) => null,
        (1, 0) => $"1 {what} agrees",
        (1, _) => $"1 {what} does not agree",
        var (all, wrong) when wrong == 0 => FormattableString.Invariant($"all {all} {what}s agree"),
        var (all, wrong) => FormattableString.Invariant($"{wrong} of {all} {what}s do not agree"),
    };
}

/// <summary>One derivation against autograd over random cases.</summary>
/// <param name="Network">The network's name.</param>
/// <param name="Derivation">The derivation's name.</param>
/// <param name="Summary">The derivation in one line of mathematics.</param>
/// <param name="Verdict">The worst verdict.</param>
/// <param name="Sentence">The verdict in one sentence.</param>
/// <param name="Suites">One for each loss, kind and element type.</param>
internal sealed record ReportedCheck(string Network, string Derivation, string Summary, Verdict Verdict, string Sentence, IReadOnlyList<ReportedSuite> Suites)
{
    /// <summary>Losses without exact cases, because something on the way is smooth and no polynomial.</summary>
    public IReadOnlyList<string> WithoutExactCases { get; init; } = [];

    /// <summary>Which shapes and which values the cases had, a line each.</summary>
    public IReadOnlyList<string> Covered { get; init; } = [];

    /// <summary>What is to be known beside the verdict and is no failure: gradients of which nothing was tested, exact
    /// cases that are not held to equality.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>The cases of one loss, kind and element type.</summary>
internal sealed record ReportedSuite
{
    /// <summary>The loss's name.</summary>
    public required string Loss { get; init; }

    /// <summary>exact or real.</summary>
    public required CaseKind Kind { get; init; }

    /// <summary>float64 or float32.</summary>
    public required string Type { get; init; }

    /// <summary>How many cases got each verdict; verdicts that none got are left out.</summary>
    public required IReadOnlyDictionary<Verdict, int> Counts { get; init; }

    /// <summary>How many cases there are.</summary>
    [JsonIgnore]
    public long Cases => Counts.Values.Sum(count => (long)count);

    /// <summary>How many of them agree.</summary>
    [JsonIgnore]
    public int Agreeing => Counts.GetValueOrDefault(Verdict.Agrees);

    /// <summary>The largest error of any comparable case in units of the rounding bound.</summary>
    public required double WorstErrorInBounds { get; init; }

    /// <summary>See <see cref="SuiteResult.FalseAcceptLog2"/>.</summary>
    public double? FalseAcceptLog2 { get; init; }

    /// <summary>Of the real cases that agree, the widest bound beside the largest entry of its gradient; 0 where there
    /// is none.</summary>
    public double WidestBound { get; init; }

    /// <summary>How many cases agree by the estimate.</summary>
    public int Estimated { get; init; }

    /// <summary>What agreement is worth: the probability that a wrong polynomial passes all exact cases, or the widest
    /// bound, with <c>≈</c> where it is estimated somewhere.</summary>
    [JsonIgnore]
    public string Power => FalseAcceptLog2 is { } log2 ? NumberFormat.PowerOfTwo(log2)
        : WidestBound > 0 ? $"{(Estimated > 0 ? "≈" : "")}{NumberFormat.Width(WidestBound)}"
        : "–";

    /// <summary>Oracles that could not serve some of the cases.</summary>
    public IReadOnlyList<ReportedReason> NotApplicable { get; init; } = [];

    /// <summary>One for each shape that was drawn: what the pictures of a sweep are made of.</summary>
    public IReadOnlyList<ReportedShape> Shapes { get; init; } = [];
}

/// <summary>An oracle and why it could not serve.</summary>
internal sealed record ReportedReason(string Oracle, string Reason);

/// <summary>The cases of one shape.</summary>
/// <param name="Shape">The sizes by the names of the dimensions, in order.</param>
/// <param name="Entries">How many entries the parameters and inputs have in all.</param>
/// <param name="Cases">How many cases.</param>
/// <param name="Verdict">The worst verdict.</param>
/// <param name="WorstErrorInBounds">The largest error in units of the rounding bound.</param>
internal sealed record ReportedShape(IReadOnlyDictionary<string, int> Shape, int Entries, int Cases, Verdict Verdict, double WorstErrorInBounds);

/// <summary>One case in full.</summary>
internal sealed record ReportedCase
{
    /// <summary>The name of the case, or of the file it was read from.</summary>
    public required string Name { get; init; }

    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>The derivation's name.</summary>
    public required string Derivation { get; init; }

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

    /// <summary>The mistakes that give exactly the wrong gradients received.</summary>
    public IReadOnlyList<ReportedExplanation> Diagnosis { get; init; } = [];

    /// <summary>What is wrong and has no diagnosis: a sentence each.</summary>
    public IReadOnlyList<string> Unexplained { get; init; } = [];

    /// <summary>Where what has no diagnosis must be; null where everything has one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ReportedPlace>? Places { get; init; }

    /// <summary>The name of the case that was looked into in place of this one, because it fails on the same gradients; null where this one was, or none.</summary>
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

    /// <summary>The smallest case that fails alike: this one itself, by its name, where none is smaller. Null where it was not asked for.</summary>
    public ReportedSmallest? Smallest { get; init; }
}

/// <summary>A mistake in words.</summary>
/// <param name="Sentence">The mistake.</param>
/// <param name="Gradients">The gradients it accounts for.</param>
/// <param name="Residual">The largest difference left, relative to the largest entry.</param>
/// <param name="Cases">In how many cases it was seen.</param>
internal sealed record ReportedExplanation(string Sentence, IReadOnlyList<string> Gradients, double Residual, int Cases)
{
    /// <summary>The places it speaks of, as values.</summary>
    public IReadOnlyList<ReportedPlace> Places { get; init; } = [];
}

/// <summary>A place in the backward pass that a diagnosis speaks of.</summary>
/// <param name="Kind">gradient, contribution or adjoint.</param>
/// <param name="Name">The tensor, or the value whose adjoint it is.</param>
/// <param name="Use">Which use of the tensor; empty where it is no contribution.</param>
/// <param name="Said">What is said of it: <c>is missing</c>; empty where the sentence says more.</param>
internal sealed record ReportedPlace(string Kind, string Name, string Use, string Said);

/// <summary>One tensor of a case.</summary>
internal sealed record ReportedTensor
{
    /// <summary>The parameter or input; Ŷ for the output.</summary>
    public required string Name { get; init; }

    /// <summary>Rows.</summary>
    public required int Rows { get; init; }

    /// <summary>Columns.</summary>
    public required int Columns { get; init; }

    /// <summary>What was found.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>How many entries differ by more than the bound.</summary>
    public required int Differing { get; init; }

    /// <summary>Why it is inconclusive or not comparable, or what is known of the way it differs; null
    /// otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the verdict rests on the estimate, because the proven bound does not decide.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsEstimated { get; init; }

    /// <summary>Whether it is nothing on both sides, beside what its terms could add up to: it agrees, and nothing was
    /// tested.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsZero { get; init; }

    /// <summary>The gradient as the chain rule writes it: <c>∂L/∂H1 X1ᵀ + ∂L/∂H2 X2ᵀ</c>, a term for each use; empty where it was not asked for.</summary>
    public IReadOnlyList<ReportedTerm> Formula { get; init; } = [];

    /// <summary>The entries that differ most, the worst first; one, where that is all that is known.</summary>
    public IReadOnlyList<ReportedEntry> Worst { get; init; } = [];

    /// <summary>All of the matrix, or its blocks where it is large; null where it was not asked for.</summary>
    public ReportedMap? Map { get; init; }

    /// <summary>Entry by entry around the worst one, where <see cref="Map"/> shows blocks.</summary>
    public ReportedMap? Zoom { get; init; }
}

/// <summary>One term of a gradient: what one use of the tensor contributes.</summary>
/// <param name="Use">Which use: <c>on X1</c>; empty where there is only one, or where the term stands for several.</param>
/// <param name="Text">The term: <c>∂L/∂H1 X1ᵀ</c>; of the many uses in a long sequence the smaller ones are added up in one: <c>(52 more)</c>.</param>
/// <param name="Values">The contribution's values at the entries of the tensor's map; null where there is no map, or they are not known.</param>
internal sealed record ReportedTerm(string Use, string Text, IReadOnlyList<IReadOnlyList<double>>? Values)
{
    /// <summary>The value whose adjoint the term is made of; empty where it stands for several.</summary>
    public string Adjoint { get; init; } = "";
}

/// <summary>One entry, counted from 0.</summary>
internal sealed record ReportedEntry(int Row, int Column, double Expected, double Actual, double Bound)
{
    /// <summary>See <see cref="EntryComparison.ErrorInBounds"/>.</summary>
    [JsonIgnore]
    public double ErrorInBounds => EntryComparison.InBounds(Math.Abs(Expected - Actual), Bound);
}

/// <summary>A matrix as a grid of entries: every entry, or of every block the one with the largest error.</summary>
/// <param name="FirstRow">The row of the matrix at which the grid begins.</param>
/// <param name="FirstColumn">The column at which it begins.</param>
/// <param name="BlockRows">How many rows of the matrix one row of the grid stands for.</param>
/// <param name="BlockColumns">How many columns one column of the grid stands for.</param>
/// <param name="Entries">The entries, row after row of the grid.</param>
internal sealed record ReportedMap(int FirstRow, int FirstColumn, int BlockRows, int BlockColumns, IReadOnlyList<IReadOnlyList<ReportedEntry>> Entries);

/// <summary>A failing case small enough to be followed by hand.</summary>
/// <param name="Name">The case.</param>
/// <param name="Replay">What checks it again.</param>
/// <param name="Tensors">Parameters, inputs and target; none where a matrix is too large to be followed by hand.</param>
/// <param name="Expected">The expected gradients that the derivation does not give.</param>
/// <param name="Actual">What it gives in their place.</param>
internal sealed record ReportedSmallest(
    string Name, string Replay, IReadOnlyList<ReportedMatrix> Tensors, IReadOnlyList<ReportedMatrix> Expected, IReadOnlyList<ReportedMatrix> Actual);

/// <summary>A matrix by its name, row after row.</summary>
internal sealed record ReportedMatrix(string Name, IReadOnlyList<IReadOnlyList<double>> Rows);

/// <summary>A run of weight updates, by hand and by TorchSharp's optimiser.</summary>
internal sealed record ReportedUpdate
{
    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>The derivation's name.</summary>
    public required string Derivation { get; init; }

    /// <summary>The case the run starts from.</summary>
    public required string Case { get; init; }

    /// <summary>The rule in one line: <c>sgd, rate 2^-6, momentum 0.9</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>The verdict.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The verdict in one sentence.</summary>
    public required string Sentence { get; init; }

    /// <summary>The loss before each step and after the last, by hand.</summary>
    public required IReadOnlyList<double> Losses { get; init; }

    /// <summary>The same by the optimiser.</summary>
    public required IReadOnlyList<double> ExpectedLosses { get; init; }

    /// <summary>For each step taken from the same weights, the largest error in units of the rounding bound.</summary>
    public required IReadOnlyList<double> StepErrorsInBounds { get; init; }

    /// <summary>For each step of the whole trajectory, the largest error in units of the accumulated bound.</summary>
    public required IReadOnlyList<double> TrajectoryErrorsInBounds { get; init; }

    /// <summary>What runs it again.</summary>
    public required string Replay { get; init; }
}
