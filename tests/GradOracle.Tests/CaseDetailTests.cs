using GradOracle.Bounds;
using GradOracle.Cases;
using GradOracle.Fixtures;
using GradOracle.Gallery;
using GradOracle.Networks;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Which cases are drawn, what is refused, and what is said of numbers that are none.</summary>
[Category("Quick")]
public sealed class CaseDetailTests
{
    private static readonly Scenario s_scenario = new(Samples.SharedWeight, Samples.SquaredError, Samples.Unequal);

    [Test]
    public void All_cases_that_are_asked_for_are_drawn_none_alone_in_its_batch_and_no_two_of_one_seed()
    {
        var size = SuiteDraw.BatchSizeOf(s_scenario);
        foreach (var cases in new[] { 1, 2, 7, 41, 3 * size + 1, 20 * size + 1 })
        {
            var batches = new SuiteDraw(CaseKind.Real, ElementType.Float64, 0).Batches(
                [s_scenario, s_scenario, s_scenario], cases, 5)
                .ToList();
            var seeds = batches.SelectMany(
                b => Enumerable.Range(0, b.Count).Select(i => b.First.Seed + (ulong)i)).ToList();

            Assert.That(batches.Sum(b => b.Count), Is.EqualTo(cases));
            Assert.That(seeds, Is.Unique, $"{cases}");
            Assert.That(batches.Count(b => b.Count == 1), Is.LessThanOrEqualTo(3), "an odd share has one single case");
        }
    }

    [Test]
    public void A_batch_takes_one_more_so_that_nobody_is_left_alone()
    {
        var size = SuiteDraw.BatchSizeOf(s_scenario);
        for (var cases = 1001; cases < 1001 + 8 * size; cases += 2)
        {
            var counts = new SuiteDraw(
                CaseKind.Exact, ElementType.Float64, 0).Batches([s_scenario], cases, 5).Select(b => b.Count);

            Assert.That(counts.Count(c => c == 1 || c > size + 1), Is.Zero, $"{cases}");
        }
    }

    [Test]
    public void The_first_shapes_begin_with_plain_cases()
    {
        var firsts = new SuiteDraw(CaseKind.Real, ElementType.Float64, 1).Batches(
            [.. Enumerable.Repeat(s_scenario, 4)], 8, 1);

        Assert.That(firsts.Select(b => b.First.Values), Is.All.Null);
    }

    [Test]
    public void Chosen_shapes_are_all_ones_large_and_no_larger_than_the_network_allows()
    {
        Scenario Make(Shape shape) => new(Samples.SharedWeight, Samples.SquaredError, shape);
        IEnumerable<Shape> Shapes(int suite)
        {
            var selection = new ShapeSelection(Samples.SharedWeight, 12, 1, suite);
            return Enumerable.Range(0, 40).Select(i => selection.Of(i, Make, _ => true).Shape);
        }

        var first = Shapes(0).ToList();
        Assert.That(first.Select(s => s.ToString()), Does.Contain("n=1 h=1 m=1 B=1"));
        var large = first.Select(
            s => s.Dimensions.Where(d => d.Size > 12).Select(d => d.Size).ToList()).Where(s => s.Count > 0).ToList();
        Assert.That(
            large.Where(s => s.Count == 1).Select(s => s[0]).Distinct(),
            Is.EquivalentTo(new[] { 129, 65, 33, 128, 64, 32, 16 }), "one past a block, and full ones");
        Assert.That(large.Where(s => s.Count > 1), Is.Not.Empty.And.All.Count.EqualTo(2), "tiles both ways");
        Assert.That(
            (first[1]["n"] > 12, Shapes(1).ElementAt(1)["n"]), Is.EqualTo((true, 1)), "another suite, another choice");
    }

    [Test]
    public void No_size_is_drawn_that_its_network_does_not_allow([Range(0, 3)] int suite)
    {
        bool IsBounded(Network network) => network.Dimensions.Any(
            d => network.LargestDrawn(d) < Shape.MaxSize || network.SmallestDrawn(d) > 1);
        foreach (var network in Catalog.Networks.All.Where(IsBounded))
        {
            var selection = new ShapeSelection(network, 12, 1, suite);
            var loss = Named.LossesOf(network).All[0];
            for (var i = 0; i < 120; i++)
            {
                var shape = selection.Of(i, made => new(network, loss, made), _ => true).Shape;
                foreach (var (dimension, size) in shape.Dimensions)
                {
                    Assert.That(
                        size,
                        Is.InRange(network.SmallestDrawn(dimension), network.LargestAlone(dimension)),
                        $"{network.Name} {shape}");
                }
            }
        }
    }

    [Test]
    public void A_sequence_is_not_drawn_longer_than_its_network_allows()
    {
        var elman = Catalog.Networks.Find("elman-quadratic");
        var selection = new ShapeSelection(elman, 12, 1, 0);
        var lengths = Enumerable.Range(0, 40)
            .Select(i => selection.Of(i, shape => new(elman, Samples.SquaredError, shape), _ => true).Shape["T"])
            .ToList();

        Assert.That(lengths.Max(), Is.LessThanOrEqualTo(elman.LargestAlone("T")).And.GreaterThan(1));
        Assert.That(
            (elman.LargestDrawn("T"), elman.LargestDrawn("n")),
            Is.EqualTo((4, 12)).Or.EqualTo((4, int.MaxValue)).Or.Matches<(int, int)>(l => l.Item1 == 4 && l.Item2 > 4));
    }

    [Test]
    public void What_a_derivation_leaves_out_is_NaN_and_not_0()
    {
        var stack = new GradientStack(Samples.Exact(Samples.Unequal));

        Assert.That(stack["Wx"].Values.Concat(stack.Output.Values), Is.All.NaN);
        Assert.That(stack.Intermediate("H1").Values, Is.All.NaN);
    }

    [Test]
    public void A_file_of_integers_that_are_too_large_to_be_exact_is_a_real_case()
    {
        using var folder = new TemporaryFolder();
        string File(double value)
        {
            var path = Path.Combine(folder.Path, "case.json");
            System.IO.File.WriteAllText(
                path,
                $$"""{ "network": "shared-weight", "loss": "squared-error", "shape": { "n": 1, "h": 1, "m": 1, "B": 1 }, "tensors": { "Wx": [[{{value:R}}]], "Wh": [[2]], "Wy": [[3]], "X1": [[4]], "X2": [[5]], "T": [[6]] } }""");
            return path;
        }

        Assert.That(CaseFile.Read(File(9), Catalog.Networks).Kind, Is.EqualTo(CaseKind.Exact));
        Assert.That(CaseFile.Read(File(1 << 30), Catalog.Networks).Kind, Is.EqualTo(CaseKind.Real));
        Assert.That(
            () => JsonBytes.Read("Case file", folder.Path), Throws.TypeOf<BadInputException>().With.Message.Contains("is a folder"));
    }

    [Test]
    public void Targets_near_the_output_are_whole_numbers_of_exact_cases()
    {
        var near = CaseGenerator.Generate(
            new(s_scenario, CaseKind.Exact, ElementType.Float64, 3, null, CaseValues.Near));

        Assert.That(near.Target.Values, Has.All.Matches<double>(double.IsInteger));
    }

    [Test]
    public void An_estimate_is_of_roundings_exaggerated_eightfold()
    {
        var batch = Samples.Real(Samples.Unequal);
        var gradient = Oracles.Autograd.Differentiate(batch)["Wx"].Values.Max(Math.Abs);

        Assert.That(RoundingEstimate.Of(batch)["Wx"], Is.GreaterThanOrEqualTo(8 * Math.ScaleB(1, -53) * gradient));
    }

    [Test]
    public void A_tensor_of_indices_may_not_be_left_out_of_a_file()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "case.json");
        var network = Network.Define("hot", ["V", "B"], x =>
            x.Parameter("W", "V", "B").Hadamard(x.Input("ids", ["V", "B"], Holds.Indices(below: "V"))));
        File.WriteAllText(
            path,
            """{ "network": "hot", "loss": "squared-error", "shape": { "V": 1, "B": 1 }, "tensors": { "W": [[1]], "T": [[2]] } }""");

        Assert.That(
            () => CaseFile.Read(path, Named.Only(network)), Throws.TypeOf<BadInputException>().With.Message.Contains("ids"));
    }

    [Test]
    public void Files_of_fixtures_are_listed_in_one_order()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "b", "a", "C" })
        {
            File.WriteAllText(Path.Combine(folder.Path, name + FixtureStore.Ending), "");
        }

        Assert.That(
            new FixtureStore(folder.Path).Files(),
            Is.EqualTo(new[] { "C.verified.json", "a.verified.json", "b.verified.json" }));
    }

    [TestCase(double.NaN, 1, "the derivation has infinity at", false)]
    [TestCase(double.NaN, 1, "autograd has NaN at here", true)]
    [TestCase(double.NegativeInfinity, 1, "autograd has infinity at here", true)]
    [TestCase(1, double.PositiveInfinity, "the derivation has infinity at here", true)]
    [TestCase(1, double.NaN, "the derivation has NaN at here", true)]
    public void What_is_not_finite_is_told_by_whose_it_is(double expected, double actual, string reason, bool isSo) =>
        Assert.That(
            new Reasons(Samples.Real(Samples.Unequal)).NotFinite(new(0, 0, expected, actual, 0), "here") == reason,
            Is.EqualTo(isSo));

    [Test]
    public void Overflow_is_told_by_the_first_value_that_leaves_and_on_the_way_back_by_the_first_there()
    {
        CaseStack Of(string tensor, double value) => Samples.Real(Samples.Unequal, Samples.Projection).With(
            tensor, v => [.. v.Values.Select(_ => value)]);

        Assert.That(
            Overflow.Of(Of("Wy", 1e308).With("X1", v => [.. v.Values.Select(_ => 1e3)])), Is.EqualTo("the output"));
        Assert.That(Overflow.Of(Of("Wy", 1e308)), Is.EqualTo("H2 on the way back"));
        Assert.That(Overflow.Of(Of("X1", 1e308).With("Wx", v => [.. v.Values.Select(_ => 1e10)])), Is.EqualTo("H1"));
        Assert.That(Overflow.Of(Samples.Real(Samples.Unequal)), Is.Null);
    }

    [Test]
    public void Every_verdict_has_its_mark() => Assert.That(
        Enum.GetValues<Verdict>().Select(v => v.Mark()), Is.EqualTo(new[] { "✓", "?", "✗", "✗", "✗" }));
}
