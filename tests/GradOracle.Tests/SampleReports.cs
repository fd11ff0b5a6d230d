using GradOracle.Cases;
using GradOracle.Diagnoses;
using GradOracle.Gallery;
using GradOracle.Reports;

namespace GradOracle.Tests;

/// <summary>Reports for pages to be made of: real ones from wrong derivations, and made-up ones.</summary>
internal static class SampleReports
{
    public const string MissingTermCase = "shared-weight/squared-error n=2 h=3 m=1 B=1 exact float64 seed=2020 k=83";

    /// <summary>The mistake of the question: Wx is used twice, and its contribution on X1 is forgotten.</summary>
    public static Report MissingTerm { get; } = OfCase("missing-x1-contribution", MissingTermCase);

    /// <summary>A mistake in time: the first of three steps is forgotten.</summary>
    public static Report MissingStep { get; } = OfCase(
        "forgotten-first-step", "elman-quadratic/squared-error T=3 n=2 h=4 m=1 B=3 real float64 seed=2020");

    /// <summary>A matrix too large to be shown entry by entry.</summary>
    public static Report Large { get; } = OfCase(
        "missing-x1-contribution", "shared-weight/projection n=90 h=100 m=3 B=7 real float64 seed=5");

    /// <summary>Five gradients wrong at once, as after a wrong ∂L/∂Ŷ.</summary>
    public static Report FiveGradients { get; } = OfCase(
        "target-minus-output", "shared-weight/squared-error n=7 h=8 m=5 B=6 exact float64 seed=3");

    /// <summary>A sweep of a wrong derivation: many cases fail.</summary>
    public static Report WrongSweep { get; } = OfSweep("missing-x1-contribution");

    /// <summary>A sweep of the right derivation.</summary>
    public static Report RightSweep { get; } = OfSweep("shared-weight");

    /// <summary>A sweep of a derivation whose gradients have other sizes.</summary>
    public static Report NotComparable => OfSweep("perceptron-rows-bias-not-summed");

    /// <summary>Update runs, one that agrees and one that leaves the bound, overflows and ends in NaN.</summary>
    public static Report Updates { get; } = Report.Of("updates", [], [],
    [
        Update(
            "shared-weight",
            Verdict.Agrees,
            [.. Enumerable.Range(0, 25).Select(i => 40 * Math.Pow(0.82, i) + 0.5)],
            1,
            [.. Enumerable.Range(0, 24).Select(i => i == 0 ? 0 : 0.02 + 0.001 * i)]),
        Update(
            "shared-weight",
            Verdict.Disagrees,
            [4, 30, 900, 1e7, 1e200, double.PositiveInfinity, double.NaN],
            0.9,
            [0, 0.3, 12, 1e5, double.PositiveInfinity, double.NaN]),
    ]);

    /// <summary>Nothing finite, and nothing well behaved, anywhere.</summary>
    public static Report NotFinite { get; } = Report.Of("numbers that are none", [], [Case(
        "case with NaN",
        [
            [double.NaN, double.PositiveInfinity, 1], [double.NegativeInfinity, 1e308, -0.0]
        ], [[0, 1, double.NaN], [double.NegativeInfinity, -1e308, 5e-324]])]);

    /// <summary>Every colour of the scale, with its number on it.</summary>
    public static Report Colours { get; } = Report.Of("colours", [], [Case(
        "every colour",
        [
            [-10, -9, -8], [-7, -6, -5], [-4, -3, -2], [-1, 0, 1], [2, 3, 4], [5, 6, 7], [8, 9, 10]
        ], [[0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]])]);

    /// <summary>Every text there is set to something that would break a careless page.</summary>
    public static Report Hostile(string text)
    {
        var reported = Case(text, [[1, 2, 3]], [[1, 0, 3]]);
        var tensor = reported.Gradients[0] with { Name = text, Reason = text, Formula = [new(text, text, [[1, 0, 3]]), new(text, text, [[0, 2, 0]])] };
        return Report.Of(text, [new(text, text, text, Verdict.Disagrees, text, [Suite(text)]) { WithoutExactCases = [text], Covered = [text], Warnings = [text] }], [reported with
        {
            Network = text, Derivation = text, Test = text, Expected = text, Actual = text, Gradients =
            [
                tensor, tensor with { Verdict = Verdict.Agrees }
            ], FailsLike = text,
            Diagnosis = [new($"the contribution of {text} {text} {text}", [text], 0.5, 2) { Places = [new("contribution", text, text, text)] }], Unexplained = [text], Agreement = text, OddOneOut = text, Detour = text, Replay = text,
            Smallest = new(text, text, [new(text, [[1]])], [new(text, [[1]])], [new(text, [[2]])]),
        }, reported], Update(text, Verdict.Agrees, [1, 2], 1, [0]) with { Derivation = text, Case = text, Rule = text, Sentence = text, Replay = text }) with
        { Sentence = text };
    }

    /// <summary>So many failing cases, each with the same matrices under a name of its own.</summary>
    public static Report Many(int count, Report one) => Report.Of(
        "many",
        [],
        [.. Enumerable.Range(0, count).Select(i => one.Cases[0] with { Name = $"{one.Cases[0].Name} again={i}" })]);

    /// <summary>A made-up case of one gradient.</summary>
    public static ReportedCase Case(string name, double[][] expected, double[][] received)
    {
        IReadOnlyList<ReportedEntry>[] entries = [.. expected.Select((row, i) => (IReadOnlyList<ReportedEntry>)[.. row.Select((e, j) => new ReportedEntry(i, j, e, received[i][j], 0))])];
        var wrong = entries.SelectMany(e => e).Where(e => !(e.ErrorInBounds <= 1)).ToList();
        return new()
        {
            Name = name,
            Network = "shared-weight",
            Derivation = "made-up",
            Expected = "autograd",
            Actual = "derivation",
            Verdict = Verdict.Disagrees,
            Forward = new() { Name = "Ŷ", Rows = 1, Columns = 1, Verdict = Verdict.Agrees, Differing = 0 },
            Gradients = [new() { Name = "Wx", Rows = expected.Length, Columns = expected[0].Length, Verdict = Verdict.Disagrees, Differing = wrong.Count, Worst = wrong, Map = new(0, 0, 1, 1, entries) }],
            Replay = "gradoracle check",
        };
    }

    private static Report OfCase(string derivation, string name)
    {
        var trial = Catalog.Derivations.Find(derivation);
        return Report.Of(
            $"gradoracle check --derivation {derivation}",
            [],
            [CaseReport.Of(FailureAnalysis.Of(trial, CaseGenerator.Generate(CaseId.Parse(name, Catalog.Networks))))]);
    }

    private static Report OfSweep(string derivation)
    {
        var (check, cases) = GradientCheck.Run(
            Catalog.Derivations.Find(derivation), new CheckOptions { Cases = 40 }).Report(AnalysisDepth.Page);
        return Report.Of($"gradoracle check --derivation {derivation}", [check], cases);
    }

    private static ReportedSuite Suite(string text) => new()
    {
        Loss = text,
        Kind = CaseKind.Real,
        Type = text,
        Counts = new Dictionary<Verdict, int> { [Verdict.Disagrees] = 1 },
        WorstErrorInBounds = double.PositiveInfinity,
        NotApplicable = [new(text, text)],
        Shapes = [new(new Dictionary<string, int> { [text] = 3 }, 12, 1, Verdict.Disagrees, double.NaN)],
    };

    private static ReportedUpdate Update(
        string network, Verdict verdict, double[] losses, double factor, double[] errors) => new()
        {
            Network = network,
            Derivation = "shared-weight",
            Case = MissingTermCase,
            Rule = "sgd, rate 2^-6, momentum 0.9",
            Verdict = verdict,
            Sentence = verdict == Verdict.Agrees
            ? "all steps agree with the optimiser's."
            : "step 3 is further from the optimiser's than rounding explains.",
            Losses = losses,
            ExpectedLosses = [.. losses.Select(l => l * factor)],
            StepErrorsInBounds = errors,
            TrajectoryErrorsInBounds = [.. errors.Select(e => e / 3)],
            Replay = "gradoracle update",
        };
}
