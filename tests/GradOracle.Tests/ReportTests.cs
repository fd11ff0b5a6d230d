using GradOracle.Diagnoses;
using GradOracle.Fixtures;
using GradOracle.Gallery;
using GradOracle.Reports;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>What a report holds: maps, formulas, and which findings are looked into.</summary>
[Parallelizable]
public sealed class ReportTests
{
    private static IEnumerable<string> Networks() => Catalog.Networks.All.Select(n => n.Name);

    [TestCaseSource(nameof(Networks))]
    public void The_terms_of_a_formula_add_up_to_the_gradient_of_autograd(string network)
    {
        var right = Catalog.DefaultDerivation(Catalog.Networks.Find(network));
        var batch = Samples.Generate(
            new CaseId(
                right.Network, Samples.SquaredError, Sizes(right.Network), CaseKind.Real, ElementType.Float64, 7));

        var reported = Reported(new Shifted(right), batch);

        Assert.That(reported.Gradients, Has.Count.EqualTo(batch.Scenario.Differentiated.Count));
        foreach (var gradient in reported.Gradients)
        {
            Assert.That(gradient.Formula, Is.Not.Empty, gradient.Name);
            foreach (var (entry, i, j) in Entries(gradient.Map!))
            {
                Assert.That(
                    gradient.Formula.Sum(t => t.Values![i][j]),
                    Is.EqualTo(entry.Expected).Within(1e-12),
                    gradient.Name);
            }
        }
    }

    [TestCase("shared-weight", "Wx", "on X1: ∂L/∂H1 X1ᵀ + on X2: ∂L/∂H2 X2ᵀ")]
    [TestCase("shared-weight", "X1", ": Wxᵀ ∂L/∂H1")]
    [TestCase("shared-weight-bias", "bh", "in H1: Σ_b ∂L/∂H1 + in H2: Σ_b ∂L/∂H2")]
    [TestCase("stacked", "X2", ": the last 3 columns of ∂L/∂X")]
    [TestCase("elman-tanh", "Wh", "at t=2: ∂L/∂A2 H1ᵀ + at t=3: ∂L/∂A3 H2ᵀ")]
    [TestCase("elman-sequence", "Wy", "at t=1: ∂L/∂(Wy H1) H1ᵀ + at t=2: ∂L/∂(Wy H2) H2ᵀ + at t=3: ∂L/∂(Wy H3) H3ᵀ")]
    public void A_formula_has_a_term_for_each_use(string network, string tensor, string formula)
    {
        var right = Catalog.DefaultDerivation(Catalog.Networks.Find(network));
        var batch = Samples.Generate(
            new CaseId(
                right.Network, Samples.SquaredError, Sizes(right.Network), CaseKind.Real, ElementType.Float32, 7));

        var gradient = Reported(new Shifted(right), batch).Gradients.Single(g => g.Name == tensor);

        Assert.That(string.Join(" + ", gradient.Formula.Select(t => $"{t.Use}: {t.Text}")), Is.EqualTo(formula));
    }

    [Test]
    public void A_long_sequence_shows_its_largest_terms_and_the_one_that_is_diagnosed_and_adds_up_the_rest()
    {
        var network = Catalog.Networks.Find("elman-tanh");
        var forgetful = new Forgetful(Catalog.DefaultDerivation(network), "Wx", "at t=3");
        var shape = new Shape(network.Dimensions.Select(d => (d, d == "T" ? 20 : 2)));

        var Wx = CaseReport.Of(
            FailureAnalysis.Of(
                forgetful,
                Samples.Generate(
                    new CaseId(network, Samples.SquaredError, shape, CaseKind.Real, ElementType.Float64, 7))))
            .Gradients.Single(g => g.Name == "Wx");

        Assert.Multiple(() =>
        {
            Assert.That(Wx.Formula, Has.Count.EqualTo(12));
            Assert.That(Wx.Formula.Select(t => t.Use), Does.Contain("at t=3").And.Contain("at t=20"));
            Assert.That(Wx.Formula[^1].Text, Is.EqualTo("(9 more)"));
            Assert.That(Wx.Formula.Sum(t => t.Values![0][0]), Is.EqualTo(Wx.Map!.Entries[0][0].Expected).Within(1e-12));
        });
    }

    [Test]
    public void A_small_matrix_is_mapped_entry_by_entry_and_a_large_one_in_blocks_with_the_worst_entry_of_each()
    {
        var batch = Samples.Exact(Samples.SizesOf(50, 30, 2, 3));
        var spoilt = new Sabotaged(g =>
        {
            g["Wx"].Values[29 * 50 + 49] += 5;
            g["Wx"].Values[0] += 2;
            g["Wx"].Values[1] += 3;
            g["Wy"].Values[7] += 1;
        });

        var reported = CaseReport.Of(FailureAnalysis.InFull(spoilt, Comparison.Of(spoilt, batch).Describe(0)));

        var (Wx, Wy, Wh) = (Named("Wx"), Named("Wy"), Named("Wh"));
        Assert.Multiple(() =>
        {
            Assert.That((Wh.Map, Wh.Zoom), Is.EqualTo(((ReportedMap?)null, (ReportedMap?)null)), "it agrees");
            Assert.That((Wy.Map!.BlockRows, Wy.Map.BlockColumns), Is.EqualTo((1, 2)), "2×30");
            Assert.That(
                (Wx.Map!.BlockRows, Wx.Map.BlockColumns, Wx.Map.Entries.Count, Wx.Map.Entries[0].Count),
                Is.EqualTo((2, 3, 15, 17)),
                "30×50");
            Assert.That(
                (Wx.Map.Entries[0][0].Row, Wx.Map.Entries[0][0].Column), Is.EqualTo((0, 1)), "the worst of its block");
            Assert.That(Wx.Map.Entries[14][16], Is.EqualTo(Wx.Worst[0]));
            Assert.That(
                Wx.Worst.Select(w => (w.Row, w.Column, w.Actual - w.Expected)),
                Is.EqualTo(new[] { (29, 49, 5.0), (0, 1, 3.0), (0, 0, 2.0) }));
            Assert.That(
                (Wx.Zoom!.FirstRow, Wx.Zoom.FirstColumn, Wx.Zoom.Entries.Count, Wx.Zoom.Entries[0].Count),
                Is.EqualTo((14, 34, 16, 16)));
            Assert.That(Wx.Zoom.Entries[15][15], Is.EqualTo(Wx.Worst[0]));
            Assert.That(
                Wx.Formula.Select(t => (t.Values!.Count, t.Values[0].Count)),
                Is.All.EqualTo((15, 17)),
                "on the grid of the map");
        });

        ReportedTensor Named(string name) => reported.Gradients.Single(g => g.Name == name);
    }

    [Test]
    public void What_is_not_finite_is_mapped_as_the_worst()
    {
        var batch = Samples.Real(Samples.Unequal);
        var spoilt = new Sabotaged(g => (g["Wh"].Values[4], g["Wh"].Values[1]) = (double.NaN, 1e9));

        var Wh = CaseReport.Of(
            FailureAnalysis.InFull(spoilt, Comparison.Of(spoilt, batch).Describe(0))).Gradients.Single(g =>
                g.Name == "Wh");

        Assert.That(Wh.Verdict, Is.EqualTo(Verdict.NotComparable));
        Assert.That(Wh.Worst.Select(w => (w.Row, w.Column)), Is.EqualTo(new[] { (1, 1), (0, 1) }));
    }

    [Test]
    public void A_gradient_that_is_missing_has_no_map_but_its_formula()
    {
        var wrong = new WrongOnPurpose("Wh missing");
        var batch = Samples.Exact(Samples.Unequal);

        var Wh = CaseReport.Of(
            FailureAnalysis.InFull(wrong, Comparison.Of(wrong, batch).Describe(0))).Gradients.Single(g =>
                g.Name == "Wh");

        Assert.That(
            (Wh.Map, Wh.Formula.Single().Text, Wh.Formula.Single().Values),
            Is.EqualTo(((ReportedMap?)null, "∂L/∂H2 H1ᵀ", (IReadOnlyList<IReadOnlyList<double>>?)null)));
    }

    [Test]
    public void Of_findings_on_the_same_gradients_one_is_looked_into_and_the_others_name_it()
    {
        var cases = Samples.Wrong.Cases;

        Assert.Multiple(() =>
        {
            Assert.That(cases, Has.Count.EqualTo(8), "every case of both kinds");
            Assert.That(cases.Count(c => c.Smallest is not null), Is.EqualTo(1));
            Assert.That(cases[0].FailsLike, Is.Null);
            Assert.That(cases.Skip(1).Select(c => c.FailsLike), Is.All.EqualTo(cases[0].Name));
            Assert.That(cases.Select(c => c.Gradients.Single(g => g.Verdict != Verdict.Agrees).Map), Is.All.Not.Null);
        });
    }

    [Test]
    public void Findings_on_different_gradients_are_each_looked_into()
    {
        var odd = new Sabotaged(g => g[g["Wx"].Rows % 2 == 0 ? "Wx" : "Wy"].Values.AsSpan().Fill(1));

        var cases = Samples.Check(odd, new CheckOptions { Cases = 10, Losses = [Samples.SquaredError], Kinds = [CaseKind.Exact], MaxSize = 5, FindingsKept = 10 }).Cases;

        Assert.That(
            cases.Where(c => c.FailsLike is null).Select(
                c => c.Gradients.Single(g => g.Verdict != Verdict.Agrees).Name),
            Is.EquivalentTo(new[] { "Wx", "Wy" }));
    }

    [Test]
    public void Every_shape_of_a_sweep_has_its_count_and_its_worst()
    {
        var odd = new Sabotaged(g => g["Wy"].Values[0] += g["Wx"].Rows == 3 ? 1 : 0);

        var suite = Samples.Check(odd, new CheckOptions { Cases = 1000, MaxShapes = 50, MaxSize = 5, Losses = [Samples.SquaredError], Kinds = [CaseKind.Exact] }).Checks[0].Suites[0];

        Assert.Multiple(() =>
        {
            Assert.That(suite.Shapes.Sum(s => s.Cases), Is.EqualTo(1000));
            Assert.That(suite.Shapes.Select(s => string.Join(' ', s.Shape)), Is.Unique);
            Assert.That(suite.Shapes.Select(s => s.Verdict >= Verdict.Disagrees == (s.Shape["h"] == 3)), Is.All.True);
            Assert.That(
                suite.Shapes.Select(
                    s => s.Entries == s.Shape["h"] * (s.Shape["n"] + s.Shape["h"] + s.Shape["m"])
                        + 2 * s.Shape["n"] * s.Shape["B"]),
                Is.All.True);
        });
    }

    [Test]
    public void The_findings_kept_are_the_smallest_of_all_and_the_same_for_any_number_of_threads()
    {
        Assert.That(Names(5, 4, null), Is.EqualTo(Names(5, 1, null)).And.EqualTo(Names(2000, 2, null).Take(5)));

        // Of one size: the first drawn, whichever batch is done first.
        var alike = Enumerable.Repeat(Samples.Unequal, 500).ToList();
        Assert.That(Names(5, 4, alike), Is.EqualTo(Names(5, 1, alike)));

        static IEnumerable<string> Names(int kept, int threads, IReadOnlyList<Shape>? shapes) => GradientCheck.Run(
            Samples.MissingX1Contribution,
            new() { Cases = 2000, MaxShapes = 200, Shapes = shapes, Losses = [Samples.SquaredError], Kinds = [CaseKind.Real], FindingsKept = kept, Threads = threads }).Suites[0].Findings.Select(f => f.Name);
    }

    [Test]
    public void A_fixture_that_does_not_hold_is_reported_against_what_was_approved()
    {
        var fixture = new FixtureStore(Repository.Fixtures).Read(FixtureCatalog.Cases[0]);

        var reported = FixtureReport.Of(
            FixtureCheck.LookInto(FixtureCheck.Failures(fixture, Samples.MissingX1Contribution))).Single();

        Assert.Multiple(() =>
        {
            Assert.That(
                (reported.Expected, reported.Actual, reported.OddOneOut),
                Is.EqualTo(("approved", "derivation", "derivation")));
            Assert.That(reported.Diagnosis.Single().Sentence, Is.EqualTo("the contribution of Wx on X1 is missing"));
            Assert.That(reported.Gradients[0].Map!.Entries[1][0].Expected, Is.EqualTo(-366038349516));
            Assert.That(
                reported.Gradients[0].Formula.Select(f => f.Text), Is.EqualTo(new[] { "∂L/∂H1 X1ᵀ", "∂L/∂H2 X2ᵀ" }));
        });
    }

    [Test]
    public void An_edited_fixture_asks_nobody_for_a_diagnosis_and_shows_the_loss()
    {
        var fixture = new FixtureStore(Repository.Fixtures).Read(FixtureCatalog.Cases[0]);
        fixture.Results.Losses = [fixture.Results.Losses[0] * 2];
        var right = new OwnBackprop();

        var reported = FixtureReport.Of(FixtureCheck.LookInto(FixtureCheck.Failures(fixture, right)));

        Assert.That(reported.Select(c => (c.Actual, c.OddOneOut, c.Diagnosis.Count, c.Gradients[0].Name, c.Gradients[0].Worst.Count)), Is.EqualTo(
            new[] { ("derivation", (string?)null, 0, "L", 1), ("autograd", null, 0, "L", 1) }));
    }

    private static Shape Sizes(Network network) => new(network.Dimensions.Zip([3, 2, 4, 3, 2]));

    private static ReportedCase Reported(Derivation derivation, CaseStack batch) =>
        CaseReport.Of(FailureAnalysis.InFull(derivation, Comparison.Of(derivation, batch).Describe(0)));

    private static IEnumerable<(ReportedEntry Entry, int Row, int Column)> Entries(ReportedMap map) =>
        map.Entries.SelectMany((row, i) => row.Select((entry, j) => (entry, i, j)));

    /// <summary>The first entry of every gradient is off by one.</summary>
    private sealed class Shifted(Derivation right) : Derivation
    {
        public override string Name => "shifted";

        public override string Summary => "wrong on purpose";

        public override Network Network => right.Network;

        public override GradientStack Differentiate(CaseStack batch)
        {
            var result = right.Differentiate(batch);
            foreach (var gradient in result.Gradients)
            {
                gradient.Values[0]++;
            }

            return result;
        }
    }

    /// <summary>One contribution is missing.</summary>
    private sealed class Forgetful(Derivation right, string tensor, string use) : Derivation
    {
        public override string Name => "forgetful";

        public override string Summary => "wrong on purpose";

        public override Network Network => right.Network;

        public override GradientStack Differentiate(CaseStack batch)
        {
            var result = right.Differentiate(batch);
            for (var s = 0; s < batch.Count; s++)
            {
                var missing = Samples.Contributions(batch.Alone(s)).FirstOrDefault(
                    c => (c.Tensor, c.Use) == (tensor, use)).Gradient ?? [];
                for (var i = 0; i < missing.Length; i++)
                {
                    result[tensor][s][i] -= missing[i];
                }
            }

            return result;
        }
    }
}
