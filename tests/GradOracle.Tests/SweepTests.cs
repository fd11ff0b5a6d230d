using GradOracle.Cases;
using GradOracle.Gallery;
using GradOracle.Networks;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>A sweep draws as many different cases as it says, and counts what it finds in each.</summary>
[Category("Quick")]
public sealed class SweepTests
{
    private static readonly CheckOptions s_options = new() { Cases = 40, Losses = [Samples.SquaredError], MaxSize = 4 };

    [Test]
    public void The_defaults_are_those_that_the_documentation_names()
    {
        var options = new CheckOptions();

        Assert.Multiple(() =>
        {
            Assert.That(
                (options.Cases, options.Seed, options.MaxSize, options.MaxShapes, options.FindingsKept),
                Is.EqualTo((100, 2020UL, 12, 250, 3)));
            Assert.That(options.Losses, Is.EqualTo(Loss.All));
            Assert.That(options.Kinds, Is.EqualTo(new[] { CaseKind.Exact, CaseKind.Real }));
            Assert.That(options.Types, Is.EqualTo(new[] { ElementType.Float64 }));
            Assert.That(
                (options.Threads, options.AllowInconclusive, options.Shapes, options.KnownZero.Count),
                Is.EqualTo((Environment.ProcessorCount, false, (IReadOnlyList<Shape>?)null, 0)));
        });
    }

    [Test]
    public void Options_out_of_range_are_refused_and_those_at_the_ends_are_not()
    {
        CheckOptions[] wrong = [new() { Cases = 0 }, new() { Cases = CheckOptions.MaxCases + 1 }, new() { MaxSize = 0 }, new() { MaxSize = 1025 }, new() { Losses = [] }, new() { Kinds = [] }, new() { Types = [] }, new() { MaxShapes = 0 }, new() { FindingsKept = -1 }];
        CheckOptions[] right = [new() { Cases = 1 }, new() { Cases = CheckOptions.MaxCases }, new() { MaxSize = 1 }, new() { MaxSize = 1024 }, new() { MaxShapes = 1 }, new() { FindingsKept = 0 }];

        foreach (var options in wrong)
        {
            Assert.That(options.Validate, Throws.TypeOf<BadInputException>(), options.ToString());
        }

        foreach (var options in right)
        {
            Assert.That(options.Validate, Throws.Nothing, options.ToString());
        }
    }

    [TestCase(CaseKind.Exact)]
    [TestCase(CaseKind.Real)]
    public void Every_case_of_a_suite_has_a_seed_of_its_own_from_the_first_on(CaseKind kind)
    {
        var recorder = new Recorder(new OwnBackprop());

        var result = GradientCheck.Run(recorder, s_options with { Kinds = [kind], Seed = 500 });

        var seeds = recorder.Names.Select(Samples.Case).Select(c => c.Seed).Distinct().Order().ToList();
        Assert.That(seeds, Is.EqualTo(Enumerable.Range(500, 40).Select(s => (ulong)s)));
        Assert.That(
            (
                result.Suites[0].Cases,
                result.Suites[0].Shapes.Sum(s => s.Cases),
                result.Suites[0].Counts[Verdict.Agrees]),
            Is.EqualTo((40, 40, 40)));
        Assert.That(result.Suites[0].Shapes, Has.Count.GreaterThan(10));
    }

    [Test]
    public void A_batch_is_two_cases_or_more_and_all_batches_are_the_cases_asked_for([Values(1, 2, 3, 7, 50)] int cases)
    {
        Scenario[] scenarios = [new(Samples.SharedWeight, Samples.SquaredError, Samples.Unequal), new(Samples.SharedWeight, Samples.SquaredError, Samples.SizesOf(1, 2, 3, 1))];
        var batches = new SuiteDraw(CaseKind.Real, ElementType.Float64, 3).Batches(scenarios, cases, 10).ToList();

        Assert.That(batches.Sum(b => b.Count), Is.EqualTo(cases));
        Assert.That(batches.Count(b => b.Count == 1), Is.LessThanOrEqualTo(scenarios.Length));
        var next = 10UL;
        foreach (var (first, count) in batches)
        {
            Assert.That(first.Seed, Is.EqualTo(next));
            next += (ulong)count;
        }
    }

    // Gradients of degree 7 in entries from −k to k: each case accepts a wrong one with probability 7/(2k + 1) at most.
    [Test]
    public void The_false_accept_number_counts_every_plain_case_of_every_shape()
    {
        var (small, large) = (Samples.SizesOf(1, 2, 1, 1), Samples.SizesOf(2, 3, 4, 5));
        var suite = GradientCheck.Run(
            new OwnBackprop(),
            s_options with { Kinds = [CaseKind.Exact], Cases = 6, Shapes = [small, large] }).Suites[0];
        double Of(Shape shape) => Math.Log2(
            7 / (
                2.0 * new Scenario(Samples.SharedWeight, Samples.SquaredError, shape).RangeOf(ElementType.Float64)
                    + 1));

        // Of three cases of a shape the first pair and the single one are plain, the second pair has k = 1, of which
        // 7/3 proves nothing.
        var plain = suite.Shapes.Select(s => s.Cases).ToList();
        Assert.That(suite.Degree, Is.EqualTo(7));
        Assert.That(plain, Is.EqualTo(new[] { 3, 3 }));
        Assert.That(suite.FalseAcceptLog2, Is.EqualTo(3 * (Of(small) + Of(large))).Within(1e-9));
    }

    [Test]
    public void The_degree_that_is_told_is_the_largest_of_any_shape([Values(1, 3)] int first)
    {
        var elman = Catalog.Networks.Find("elman");
        Shape[] shapes = [.. new[] { first, 4 - first }.Select(
            steps => new Shape(elman.Dimensions.Select(d => (d, d == "T" ? steps : 2))))];
        var suite = GradientCheck.Run(
            Catalog.Derivations.Find("elman"), s_options with { Kinds = [CaseKind.Exact], Shapes = shapes }).Suites[0];

        Assert.That(
            suite.Degree, Is.EqualTo(shapes.Max(shape => new Scenario(elman, Samples.SquaredError, shape).Degree)));
    }

    [Test]
    public void Cases_that_are_not_drawn_plainly_prove_nothing_of_polynomials()
    {
        var recorder = new Recorder(new OwnBackprop());
        var suite = GradientCheck.Run(
            recorder, s_options with { Kinds = [CaseKind.Exact], Shapes = [Samples.Unequal] }).Suites[0];

        var cases = recorder.Names.Distinct().Select(Samples.Case).ToList();
        var plain = cases.Where(c => c.Values is null && c.Range == c.LargestRange).ToList();
        Assert.That(
            (cases.Count, plain.Count < 30, cases.Count(c => c.Values is not null) > 5), Is.EqualTo((40, true, true)));
        Assert.That(suite.FalseAcceptLog2, Is.EqualTo(plain.Sum(c => Math.Log2(7 / (2.0 * c.Range + 1)))).Within(1e-9));
    }

    [Test]
    public void The_error_of_a_suite_is_the_largest_of_all_its_cases()
    {
        // Off by 0 to 3 roundings in one entry, by the last bits of another.
        var rounded = new Sabotaged(g =>
        {
            for (var s = 0; s < g["Wh"].Count; s++)
            {
                g["Wh"][s][0] *= 1 + Math.ScaleB(BitConverter.DoubleToInt64Bits(g["Wh"][s][1]) & 3, -52);
            }
        });
        var recorder = new Recorder(rounded);
        var suite = GradientCheck.Run(
            recorder, s_options with { Kinds = [CaseKind.Real], Shapes = [Samples.Unequal], Cases = 12 }).Suites[0];

        var errors = recorder.Names.Distinct().Select(
            name => Comparison.Of(rounded, Samples.Generate(Samples.Case(name))).Judge(0).ErrorInBounds).ToList();
        Assert.That(errors.Distinct().Count(), Is.GreaterThan(3));
        Assert.That(suite.WorstErrorInBounds, Is.EqualTo(errors.Max()).Within(1e-12));
    }

    [Test]
    public void A_gradient_that_is_said_to_be_zero_and_is_not_is_refused() => Assert.That(
        () => GradientCheck.Run(new OwnBackprop(), s_options with { KnownZero = ["Wx"] }),
        Throws.TypeOf<BadInputException>().With.Message.EqualTo(
            "KnownZero names Wx, and its gradient is not zero: leave Wx out."));

    [Test]
    public void One_wrong_batch_makes_its_shape_wrong()
    {
        var wrong = new Spoiled(new OwnBackprop(), (batch, result) =>
        {
            for (var s = 0; s < batch.Count; s++)
            {
                result["Wh"][s][0] += batch.NameOf(s).Contains("values=", StringComparison.Ordinal) ? 1e6 : 0;
            }
        });
        var suite = GradientCheck.Run(
            wrong, s_options with { Kinds = [CaseKind.Real], Shapes = [Samples.Unequal], Cases = 12 }).Suites[0];

        Assert.That(suite.Counts[Verdict.Agrees], Is.Positive);
        Assert.That(suite.Shapes.Single().Verdict, Is.GreaterThanOrEqualTo(Verdict.Disagrees));
    }

    [Test]
    public void The_false_accept_number_is_of_exact_cases_that_all_agree()
    {
        Assert.That(
            GradientCheck.Run(
                new OwnBackprop(), s_options with { Kinds = [CaseKind.Real] }).Suites[0].FalseAcceptLog2,
            Is.Null);
        Assert.That(
            GradientCheck.Run(
                Samples.MissingX1Contribution, s_options with { Kinds = [CaseKind.Exact] }).Suites[0].FalseAcceptLog2,
            Is.Null);
    }

    [Test]
    public void A_shape_tells_its_worst_verdict_and_error_and_the_suite_that_of_all()
    {
        var wrong = new Sabotaged(
            g => Enumerable.Range(0, g["Wh"].Count).ToList().ForEach(s => g["Wh"][s][0] += g["Wh"].Length > 4 ? 1 : 0));
        var suite = GradientCheck.Run(wrong, s_options with { Kinds = [CaseKind.Real], Shapes = [Samples.SizesOf(1, 2, 1, 1), Samples.SizesOf(1, 3, 1, 1)], Cases = 4 }).Suites[0];

        Assert.That(suite.Shapes.Select(s => s.Verdict >= Verdict.Disagrees), Is.EqualTo(new[] { false, true }));
        Assert.That(suite.Shapes[0].WorstErrorInBounds, Is.LessThan(1));
        Assert.That(suite.Shapes[1].WorstErrorInBounds, Is.GreaterThan(1).And.EqualTo(suite.WorstErrorInBounds));
        Assert.That(suite.Verdict, Is.GreaterThanOrEqualTo(Verdict.Disagrees));
    }

    [Test]
    public void Progress_ends_at_1_over_all_suites()
    {
        var told = new List<double>();

        GradientCheck.Run(
            new OwnBackprop(),
            s_options with { Cases = 5, Threads = 1, Progress = new Synchronous(told.Add) });

        Assert.That(told, Is.Ordered.Ascending.And.All.InRange(0.0, 1.0));
        Assert.That((told.First() < 0.6, told.Last()), Is.EqualTo((true, 1.0)));
    }

    [Test]
    public void Findings_are_the_worst_first_then_the_smallest_then_the_plainest_and_as_many_as_are_kept()
    {
        CaseComparison Of(Verdict verdict, Shape shape, CaseKind kind = CaseKind.Exact)
        {
            var batch = kind == CaseKind.Exact ? Samples.Exact(shape) : Samples.Real(shape);
            return Comparison.Of(new OwnBackprop(), batch).Describe(0) with { Verdict = verdict };
        }

        var (small, large) = (Samples.SizesOf(1, 1, 1, 1), Samples.Unequal);
        CaseComparison[] ordered =
        [
            Of(Verdict.NotComparable, large), Of(Verdict.Disagrees, small), Of(
                Verdict.Disagrees, small, CaseKind.Real), Of(Verdict.Disagrees, large), Of(Verdict.Inconclusive, small),
        ];
        var findings = new Findings(4);
        foreach (var i in new[] { 3, 1, 4, 0, 2 })
        {
            findings.Add(10 - i, ordered[i]);
        }

        Assert.That(findings.Smallest(), Is.EqualTo(ordered[..4]));
    }

    [Test]
    public void A_result_keeps_as_many_findings_as_are_asked_for()
    {
        int Kept(int asked) => GradientCheck.Run(
            Samples.MissingX1Contribution,
            s_options with { FindingsKept = asked, Kinds = [CaseKind.Exact] }).Suites[0].Findings.Count;

        Assert.That((Kept(0), Kept(2), Kept(7)), Is.EqualTo((0, 2, 7)));
    }

    [Test]
    public void Shapes_that_are_given_are_those_that_are_drawn_and_others_stay_within_the_largest_size()
    {
        var given = GradientCheck.Run(
            new OwnBackprop(),
            s_options with { Shapes = [Samples.Unequal], Kinds = [CaseKind.Exact], Cases = 3 });
        var drawn = GradientCheck.Run(
            new OwnBackprop(), s_options with { MaxSize = 3, Kinds = [CaseKind.Real] });

        Assert.That(given.Suites[0].Shapes.Select(s => s.Shape), Is.EqualTo(new[] { Samples.Unequal }));
        Assert.That(
            drawn.Suites[0].Shapes.SelectMany(s => s.Shape.Dimensions).Select(d => d.Size), Is.All.InRange(1, 3));
    }

    [Test]
    public void Two_suites_have_shapes_of_their_own_and_the_same_options_the_same_cases()
    {
        var options = s_options with { Losses = [Samples.SquaredError, Samples.Projection], Kinds = [CaseKind.Real] };
        var (one, again) = (
            GradientCheck.Run(new OwnBackprop(), options),
            GradientCheck.Run(new OwnBackprop(), options with { Threads = 1 }));

        Assert.That(
            one.Suites[0].Shapes.Select(s => s.Shape), Is.Not.EqualTo(one.Suites[1].Shapes.Select(s => s.Shape)));
        Assert.That(one.Suites.SelectMany(s => s.Shapes), Is.EqualTo(again.Suites.SelectMany(s => s.Shapes)));
    }

    private sealed class Synchronous(Action<double> told) : IProgress<double>
    {
        public void Report(double value) => told(value);
    }
}
