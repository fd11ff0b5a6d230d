using System.Globalization;
using System.Text;
using GradOracle.Bounds;
using GradOracle.Cases;
using GradOracle.Gallery;
using GradOracle.Graphs;
using GradOracle.Networks;
using GradOracle.Oracles;
using GradOracle.Updates;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Every proven bound as a number: one that grows wider is a change that is seen, as one that is too narrow
/// is.</summary>
[Category("Quick")]
[Parallelizable]
public sealed class BoundTests
{
    private const int Cases = 2;

    // 1 rounding more in K pays for computing the bound. u = 2⁻⁵³: second-order terms are below 10⁻¹⁴ of it.
    [TestCase(0, 1)]
    [TestCase(3, 4)]
    [TestCase(9, 10)]
    public void The_bound_of_K_roundings_is_K_plus_1_units_of_the_majorant(int K, double units)
    {
        var bound = RoundingBound.Of(K, ElementType.Float64, 1);

        Assert.That(bound.At(1.0) / ElementType.Float64.UnitRoundoff, Is.EqualTo(units).Within(1e-12));
        Assert.That(bound.At(8.0), Is.EqualTo(8 * bound.At(1.0)).Within(1e-30));
        Assert.That(
            RoundingBound.Of(K, ElementType.Float32, 1).At(1.0) / ElementType.Float32.UnitRoundoff,
            Is.EqualTo(units).Within(1e-4));
    }

    [Test]
    public void Beside_a_majorant_of_0_the_bound_is_K_plus_1_underflows_times_the_raised_majorant()
    {
        Assert.That(RoundingBound.Of(3, ElementType.Float64, 16).At(0.0), Is.EqualTo(4 * 16 * double.Epsilon));
        Assert.That(RoundingBound.Of(3, ElementType.Float32, 16).At(0.0), Is.EqualTo(64 * (double)float.Epsilon));
    }

    [Test]
    public void The_bound_of_a_majorant_that_overflowed_or_of_too_many_roundings_is_infinite()
    {
        Assert.That(RoundingBound.Of(3, ElementType.Float64, 1).At(double.NaN), Is.EqualTo(double.PositiveInfinity));
        Assert.That(
            RoundingBound.Of(3, ElementType.Float64, 1).At(double.PositiveInfinity),
            Is.EqualTo(double.PositiveInfinity));

        // γ = K u / (1 − K u) is 1 at K u = 1/2, K = 2²³ for float32.
        Assert.That(
            RoundingBound.Of((1 << 23) - 1, ElementType.Float32, 1).At(1.0), Is.EqualTo(double.PositiveInfinity));
        Assert.That(
            RoundingBound.Of((1 << 23) - 3, ElementType.Float32, 1).At(1.0), Is.LessThan(double.PositiveInfinity));
    }

    [Test]
    public void Many_bounds_at_once_are_those_of_one_after_the_other([Range(1, 9)] int length)
    {
        var bound = RoundingBound.Of(5, ElementType.Float32, 3);
        double[] M = [.. new[] { 0, 1, double.NaN, 1e-40, 7, double.PositiveInfinity, 0, 2.5, 1e30 }.Take(length)];
        var bounds = new double[length];

        bound.At(M, bounds);

        Assert.That(bounds, Is.EqualTo(M.Select(bound.At)));
    }

    // All sizes 1, all entries 1, T = 0. Ŷ = Wy (Wh Wx X1 + Wx X2): the longest term passes Wx X1, Wh, +, Wy: 4
    // roundings, and M = 2.
    // G, of ½ (Ŷ − T)², is 2 (Ŷ − T) (½ · 1): the difference and three products more, 8. ∂Wy = G H2, H2 with 3: 8 + 3 +
    // 1 = 12, M = 2 · 2.
    // D2 = Wy G: 9; ∂Wh = D2 H1: 9 + 1 + 1 = 11, M = 2. D1 = Wh D2: 10; ∂Wx = D1 X1 + D2 X2: 10 + 1 + 1 = 12, M = 4.
    // ∂X1 = Wx D1: 11, M = 2; ∂X2 = Wx D2: 10, M = 2.
    [TestCase("Ŷ", 4, 2)]
    [TestCase("Wy", 12, 4)]
    [TestCase("Wh", 11, 2)]
    [TestCase("Wx", 12, 4)]
    [TestCase("X1", 11, 2)]
    [TestCase("X2", 10, 2)]
    public void The_bounds_of_the_shared_weight_network_are_those_counted_by_hand(string tensor, int K, double M)
    {
        var batch = Samples.Real(Samples.SizesOf(1, 1, 1, 1)).Map(_ => 1).With("T", _ => [0]);

        var error = RoundingErrors.Of(batch)[tensor, 0][0];

        Assert.That(error / (ElementType.Float64.UnitRoundoff * M), Is.EqualTo(K + 1).Within(1e-6));
    }

    [Test]
    public void Exact_cases_have_no_errors_at_all()
    {
        var errors = RoundingErrors.Of(Samples.Exact(Samples.Unequal));

        Assert.That(
            (errors.AreZero, errors.OfAll("Wx"), errors["Wx", 0].Length, errors.Of(0, "Wx").Max()),
            Is.EqualTo((true, (double[]?)null, 0, 0.0)));
    }

    [Test]
    public void Each_case_of_a_batch_has_its_own_errors()
    {
        var batch = Samples.Real(Samples.Unequal, count: 3);
        var errors = RoundingErrors.Of(batch);

        for (var s = 0; s < batch.Count; s++)
        {
            Assert.That(
                errors["Wh", s].ToArray(),
                Is.EqualTo(RoundingErrors.Of(batch.Alone(s))["Wh", 0].ToArray()).Within(1e-30),
                $"case {s}");
            Assert.That(errors.Of(s, "Wh"), Is.EqualTo(errors["Wh", s].ToArray()));
        }
    }

    [Test]
    public void More_roundings_than_stated_widen_the_bound_in_proportion()
    {
        var batch = Samples.Real(Samples.SizesOf(1, 1, 1, 1)).Map(_ => 1);
        var stated = RoundingErrors.Of(batch)["Wh", 0][0];
        var tenfold = RoundingErrors.Of(batch, tensor => 10 * batch.Scenario.RoundingsOf(tensor))["Wh", 0][0];

        Assert.That(tenfold / stated, Is.EqualTo(111 / 12.0).Within(1e-9), "10 · 11 + 1 roundings to 11 + 1");
    }

    [Test]
    public void Of_a_network_that_is_no_polynomial_too()
    {
        var batch = Samples.Generate(Samples.Case("elman-tanh/squared-error T=2 n=2 h=3 m=1 B=2 real float64 seed=1"));
        var stated = RoundingErrors.Of(batch)["Wh", 0][0];

        Assert.That(
            RoundingErrors.Of(batch, tensor => 10 * batch.Scenario.RoundingsOf(tensor))["Wh", 0][0],
            Is.EqualTo(10 * stated).Within(1e-20));
    }

    // ∂Wh = D2 H1ᵀ, and H1 = 0: what underflows on the way is all that it is off by.
    [Test]
    public void A_gradient_of_which_no_term_is_left_is_off_by_what_underflows_raised_by_what_comes_after()
    {
        var batch = Samples.Real(Samples.Unequal).With("X1", t => new double[t.Values.Length]);
        var raised = batch.Scenario.AtOne("Wh");

        Assert.That(raised, Is.GreaterThan(100));
        Assert.That(
            RoundingErrors.Of(batch)["Wh", 0][0] / double.Epsilon,
            Is.EqualTo((batch.Scenario.RoundingsOf("Wh") + 1) * raised));
    }

    [Test]
    public void An_operation_writes_all_of_what_it_is_given_room_for()
    {
        foreach (var name in Statement.Names)
        {
            var statement = Statement.Named(name);
            Node[] leaves = [Node.Leaf("A", statement.Sizes[0]), Node.Leaf("B", statement.Sizes[1]), Node.Leaf("C", statement.Sizes[2])];
            var given = leaves.Select((leaf, i) => (leaf, i)).ToDictionary(l => l.leaf, l => Drawn(l.leaf, (ulong)l.i));
            var result = statement.Of(leaves[0], leaves[1], leaves[2]);
            var backward = new BackwardGraph(result, Constant.Of(result.Sizes, 1), leaves);
            var schedule = new Schedule([result, .. leaves.Select(backward.GradientOf)]);
            var values = schedule.Evaluate(Cases, node => given.GetValueOrDefault(node));
            var errors = schedule.Errors(values, Rounding.Of(ElementType.Float32));
            for (var i = 0; i < schedule.Nodes.Length; i++)
            {
                var (node, x) = (schedule.Nodes[i], Schedule.Of(schedule.Operands[i], values.All));
                if (node.Operands.Count == 0 || node.Operation.IsAlias)
                {
                    continue;
                }

                double[] Room() => [.. Enumerable.Repeat(1234.5, values.At(i).Length)];
                var (value, error) = (Room(), Room());
                node.Operation.Value(node, x, value, Cases);
                Assert.That(value, Is.EqualTo(values.At(i)), $"{name}: {node}");
                if (node.Operation.Error(
                        node,
                        Rounding.Of(ElementType.Float32),
                        x,
                        Schedule.Of(schedule.Operands[i], errors),
                        values.At(i),
                        error,
                        Cases) && !node.Operation.SharesError)
                {
                    Assert.That(error, Is.EqualTo(errors[i]), $"{name}: {node}");
                }
            }
        }
    }

    // Ŷ = Wy (Wh Wx X1 + Wx X2), all entries 1: what X2 is off by is what Ŷ is off by.
    [Test]
    public void What_leaves_are_off_by_is_carried_on()
    {
        var batch = Samples.Real(Samples.SizesOf(1, 1, 1, 1)).Map(_ => 1);
        var errors = RoundingErrors.Running(batch, new Dictionary<string, double[]> { ["X2"] = [0.125] });

        Assert.That(errors[Scenario.OutputName, 0][0], Is.EqualTo(0.125).Within(1e-14));
        Assert.That(RoundingErrors.Running(batch)[Scenario.OutputName, 0][0], Is.LessThan(1e-14));
    }

    // L = Σ ½ (Ŷ − T)² of 1 entry: the error of the entry, and γ₁ of it.
    [Test]
    public void The_loss_of_several_entries_is_off_by_their_errors_and_by_the_roundings_of_their_sum()
    {
        var one = Samples.Real(Samples.SizesOf(1, 1, 1, 1)).Map(_ => 1).With("T", _ => [0]);
        var four = Samples.Real(Samples.SizesOf(1, 1, 1, 4)).Map(_ => 1).With("T", _ => new double[4]);
        var u = ElementType.Float64.UnitRoundoff;
        var entry = RoundingErrors.OfLosses(one)[0] / u - 2; // ½ Ŷ² = 2, γ₁ = u

        // H1 is off by 1, Wh H1 by 2, Wx X2 by 1, their sum by 3 + 2, Ŷ by 5 + 2, the difference by 7 + 2, its square
        // by 2 · 2 · 9 + 4; and half of that.
        Assert.That(entry, Is.EqualTo(20).Within(1e-6));
        Assert.That(
            RoundingErrors.OfLosses(four)[0] / u,
            Is.EqualTo(4 * (entry + 4 * 2)).Within(1e-6),
            "γ₄ of four entries of 2");
        Assert.That(
            RoundingErrors.OfLosses(Samples.Real(Samples.Unequal, count: 3)), Has.Length.EqualTo(3).And.All.Positive);
    }

    [Test]
    public void A_sum_of_balls_carries_both_errors_and_adds_a_rounding_of_what_it_may_be()
    {
        var rounding = new Rounding(0.125, 0);

        Assert.That(
            new Ball(3, 1).Plus(new Ball(-5, 2), rounding), Is.EqualTo(new Ball(-2, 3 + 0.125 * (3 + 5 + 2 * 3))));
        Assert.That(new Ball(3, 0).Plus(new Ball(4, 0), rounding), Is.EqualTo(new Ball(7, 0.125 * 7)));
    }

    [Test]
    public void A_multiple_of_a_ball_carries_its_error_and_adds_two_roundings_and_an_underflow()
    {
        var rounding = new Rounding(0.125, 0.5);

        Assert.That(new Ball(3, 1).Times(-2, rounding), Is.EqualTo(new Ball(-6, 2 * (1 + 0.25 * (3 + 2)) + 0.5)));
        Assert.That(new Ball(0, 0).Times(7, rounding), Is.EqualTo(new Ball(0, 0)), "0 does not underflow");
        Assert.That(new Ball(0, 1).Times(1, rounding), Is.EqualTo(new Ball(0, 1 + 0.5 + 0.5)));
    }

    // W = 1, g = ∂L/∂W, all sizes and entries 1, T = 0: the bound is twice (1 + 2⁻²⁰) the error of the step.
    [Test]
    public void The_bound_of_a_step_is_twice_its_error_counted_by_hand()
    {
        var u = ElementType.Float64.UnitRoundoff;
        var batch = Samples.Real(Samples.SizesOf(1, 1, 1, 1)).Map(_ => 1).With("T", _ => [0]);
        var state = UpdateState.Start(batch);
        var rule = new UpdateRule(0.25, WeightDecay: 0.5);

        var bound = UpdateBound.OfRoundings(state, state, Autograd.Differentiate(state.Case), rule);

        // ∂Wh = 2, off by 12 u 2. λ W: 2 u 0.5. g: 24 u + u + u (2 + 0.5). η g: η (27.5 u + 2 u 2.5). W − η g: that and
        // u (1 + 0.625).
        var g = 24 + 1 + 2.5;
        var after = 0.25 * (g + 2 * 2.5) + 1 + 0.625;
        const double slack = 1 + 1.0 / (1 << 20);
        Assert.That(bound.OfBuffer("Wh")[0] / u, Is.EqualTo(2 * slack * g).Within(1e-9));
        Assert.That(bound.OfWeights("Wh")[0] / u, Is.EqualTo(2 * slack * after).Within(1e-9));
    }

    [Test]
    public void The_bound_of_a_step_that_is_certified_exact_is_0()
    {
        var batch = Samples.Exact(Samples.SizesOf(1, 2, 1, 1)).Map(v => v > 0 ? 1 : -1);
        var state = UpdateState.Start(batch);

        var bound = UpdateBound.Of(state, state, Autograd.Differentiate(state.Case), new UpdateRule(0.25));

        Assert.That(
            (bound.IsExact, bound.OfWeights("Wh").Max(), bound.OfBuffer("Wh").Max()), Is.EqualTo((true, 0.0, 0.0)));
    }

    /// <summary>For every operation and its adjoints: the running error, the error of terms, what underflow adds, all
    /// in units, and the counts.</summary>
    [Test]
    public void The_bounds_of_every_operation_are_those_that_were_approved()
    {
        var text = new StringBuilder();
        foreach (var name in Statement.Names)
        {
            var statement = Statement.Named(name);
            Node[] leaves = [Node.Leaf("A", statement.Sizes[0]), Node.Leaf("B", statement.Sizes[1]), Node.Leaf("C", statement.Sizes[2])];
            var given = leaves.Select((leaf, i) => (leaf, i)).ToDictionary(l => l.leaf, l => Drawn(l.leaf, (ulong)l.i));
            var result = statement.Of(leaves[0], leaves[1], leaves[2]);
            var backward = new BackwardGraph(result, Constant.Of(result.Sizes, 1), leaves);
            Node[] results = [result, .. leaves.Select(backward.GradientOf)];
            var schedule = new Schedule(results);
            var values = schedule.Evaluate(Cases, node => given.GetValueOrDefault(node));
            double[]? Leaf(Node node, double error) =>
                given.TryGetValue(node, out var entries) ? Array.ConvertAll(entries, _ => error) : null;
            string Running(Node node, Rounding rounding, double leafError = 0) =>
                Units(
                    schedule.Errors(
                        values, rounding, leaf => leafError == 0 ? null : Leaf(leaf, leafError))[schedule[node]],
                    rounding.Underflow > 0 ? 1 : rounding.Unit);
            string Terms(Node node, Rounding rounding) =>
                Units(new TermErrors(schedule, values, rounding)[node], rounding.Unit);

            // Errors of errors, and steps within an error, are seen where u and the errors are no tiny numbers.
            var (unit, nothing) = (new Rounding(Math.ScaleB(1, -8), 0), new Rounding(0, 0));
            var rows = new (string Name, IEnumerable<string> Values)[]
            {
                ("running", results.Select(r => Running(r, unit))),
                ("carried", results.Select(r => Running(r, nothing, Math.ScaleB(1, -8)))),
                ("far", results.Select(r => Running(r, nothing, 0.25))),
                ("terms", results.Select(r => Terms(r, unit))),
                (
                    "underflow",
                    results.Select(r => Running(r, new Rounding(Math.ScaleB(1, -60), 1) { SmallestNormal = 1 }))),
            };
            var counts = schedule.Counts();
            text.Append(name).Append('\n');
            foreach (var (what, numbers) in rows)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {what,-10}{string.Join("  ", numbers)}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"  {"counts",-10}{string.Join("  ", results.Select(r => counts[schedule[r]]).Select(c => $"{c.Roundings}/{c.FractionBits}/{c.Degree}"))}\n");
        }

        Snapshot.Verify("OperationBounds", text.ToString());
    }

    /// <summary>For every network with its first loss, at one small shape: the error of the output and of every
    /// gradient, in units of u.</summary>
    [Test]
    public void The_bounds_of_every_network_are_those_that_were_approved()
    {
        var text = new StringBuilder();
        foreach (var network in Catalog.Networks.All)
        {
            var loss = Named.LossesOf(network).All[0];
            var scenario = ShapeDraw.Of(network, loss, 4, 3, 1, s => s.HasEnoughClasses);
            var batch = Samples.Generate(new CaseId(scenario, CaseKind.Real, ElementType.Float64, 5));
            var errors = RoundingErrors.Of(batch);
            var tensors = scenario.Differentiated.Select(t => t.Name).Prepend(Scenario.OutputName);
            text.Append(CultureInfo.InvariantCulture, $"{batch.NameOf(0)}\n ");
            foreach (var tensor in tensors)
            {
                var units = errors.Of(0, tensor).Where(double.IsFinite).Sum() / ElementType.Float64.UnitRoundoff;
                text.Append(CultureInfo.InvariantCulture, $" {tensor} {units:G4}");
            }

            text.Append('\n');
        }

        Snapshot.Verify("NetworkBounds", text.ToString());
    }

    [Test]
    public void A_value_and_its_negative_spread_alike()
    {
        var (A, B) = (Node.Leaf("A", new Sizes(3, 4)), Node.Leaf("B", new Sizes(4, 5)));
        var product = A * B;
        var opposite = -product;
        var schedule = new Schedule([product, opposite]);
        var values = schedule.Evaluate(Cases, leaf => leaf == A || leaf == B ? Drawn(leaf, leaf == A ? 1UL : 2) : null);
        var spreads = new Noise(schedule, values, 1e-3, isPerUse: false).SpreadOf([product, opposite]);

        Assert.That(spreads[0], Is.EqualTo(spreads[1]).And.All.GreaterThan(0));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Numbers_that_enter_are_moved_and_labels_are_not(bool areNumbers)
    {
        var leaf = Node.Leaf("A", new Sizes(3, 4), isRounded: areNumbers);
        var schedule = new Schedule([leaf]);
        var values = schedule.Evaluate(Cases, of => Drawn(of, 1));
        var spreads = new Noise(schedule, values, 1e-3, isPerUse: false).SpreadOf([leaf])[0];

        Assert.That(spreads, areNumbers ? Is.All.GreaterThan(0) : Is.All.Zero);
    }

    [Test]
    public void What_is_not_rounded_is_off_by_nothing_in_every_entry_of_every_case()
    {
        var network = Network.Define("negated", ["n", "B"], x => -x.Input("X", "n", "B"));
        var batch = CaseGenerator.Generate(
            new CaseId(network, Samples.SquaredError, new Shape(("n", 2), ("B", 3)), CaseKind.Real, ElementType.Float64, 1), 2);
        var errors = RoundingErrors.Running(batch);

        Assert.That(errors.OfAll(Scenario.OutputName), Is.EqualTo(new double[12]));
        Assert.That(errors.OfAll("X"), Has.Length.EqualTo(12).And.All.GreaterThan(0), "twice Ŷ − T");
    }

    /// <summary>k + 1 numbers enter and k products are made of them, each moved by u at most: exaggerated eight times,
    /// and no wider however it is written.</summary>
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void The_estimate_of_a_product_is_eight_times_its_roundings_at_most(int products)
    {
        var network = Network.Define("product", ["n"], x =>
        {
            var product = x.Input("X", "n");
            for (var i = 0; i < products; i++)
            {
                product = x.Parameter($"W{i}", "n").Hadamard(product);
            }

            return product;
        });
        foreach (var type in ElementType.All)
        {
            var batch = Samples.Generate(new CaseId(
                network, Samples.SquaredError, new Shape(("n", 1)), CaseKind.Real, type, 7));
            var estimate = RoundingEstimate.Of(batch);
            var unit = type.UnitRoundoff * Math.Abs(Autograd.Differentiate(batch).Output.Values[0]);
            var most = 8.01 * (2 * products + 1);

            Assert.That(estimate[Scenario.OutputName] / unit, Is.InRange(8, most), type.Name);
            Assert.That(estimate.HoweverWritten(Scenario.OutputName) / unit, Is.InRange(8, most), type.Name);
        }
    }

    // All entries together, and how many of them are not bounded.
    private static string Units(double[]? errors, double unit)
    {
        var sum = (errors ?? []).Where(double.IsFinite).Sum() / (unit == 0 ? 1 : unit);
        var unbounded = (errors ?? []).Count(e => !double.IsFinite(e));
        return string.Create(CultureInfo.InvariantCulture, $"{sum:G4}{(unbounded > 0 ? $"+{unbounded}∞" : "")}");
    }

    private static double[] Drawn(Node leaf, ulong stream)
    {
        var values = new double[Cases * leaf.Sizes.Length];
        CounterRng.FillReals(values, CounterRng.Key(11, stream), 2);
        return values;
    }
}
