using GradOracle.Cases;
using GradOracle.Networks;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>What a tensor holds: how it is drawn, that nothing makes it hold anything else, and what of a file is
/// refused.</summary>
public sealed class HoldsTests
{
    private static readonly Network s_network = Network.Define("held", ["V", "B"], x =>
        x.Parameter("W", "V", "B")
            .Hadamard(x.Input("mask", ["V", "B"], Holds.Mask(0.25)))
            .Hadamard(x.Input("hot", ["V", "B"], Holds.OneHot(0)))
        + x.Input("p", ["V", "B"], Holds.Distribution(0)).Hadamard(
            x.Input("kernel", ["V", "B"], Holds.Fixed(at => at[0] - at[1])))
        + x.Input("ids", ["V", "B"], Holds.Indices(below: "V")).Hadamard(x.Parameter("q", ["V", "B"], Holds.Positive))
        + x.Input("sign", ["V", "B"], Holds.Signs));


    [TestCase(0, Verdict.Agrees)]
    [TestCase(1e-6, Verdict.Disagrees)]
    public void A_positive_input_is_near_0_at_times_so_that_a_floor_shows(double floor, Verdict verdict)
    {
        var network = Network.Define("logarithm", ["n"], x => x.Input("X", ["n"], Holds.Positive).Log());
        var result = GradientCheck.Run(network, (x, g) =>
        {
            double[] X = x["X"];
            double[] G = x.OutputGradient(Array.ConvertAll(X, Math.Log));
            g["X"] = X.Zip(G, (entry, above) => above / Math.Max(entry, floor)).ToArray();
        });

        Assert.That(result.Verdict, Is.EqualTo(verdict), result.ToString());
    }

    [Test]
    public void A_tensor_holds_what_it_says_in_every_kind_and_with_every_word_for_values()
    {
        foreach (var kind in new[] { "exact float64 seed=3", "exact float32 seed=3", "real float64 seed=3", "real float32 seed=3" })
        {
            foreach (var word in CaseValues.For(kind.StartsWith("exact", StringComparison.Ordinal) ? CaseKind.Exact : CaseKind.Real).Select(v => $" values={v.Word}").Prepend(""))
            {
                var name = $"held/squared-error V=5 B=3 {kind}{word}";
                var batch = CaseGenerator.Generate(CaseId.Parse(name, s_network), 20);
                foreach (var (spec, stack) in batch.Scenario.Tensors.Zip(batch.Tensors))
                {
                    for (var s = 0; s < batch.Count; s++)
                    {
                        Assert.That(
                            spec.Holds.WhyNot(stack[s], spec.Sizes, batch.Shape), Is.Null, $"{name}: {spec.Name}");
                    }
                }

                Assert.That(
                    batch.Tensors.Where(t => t.Name is "hot" or "ids" or "mask" or "sign" or "kernel").All(
                        t => t.Values.All(double.IsInteger)),
                    Is.True,
                    name);
            }
        }
    }

    [Test]
    public void Positive_numbers_are_integers_from_1_to_k_in_exact_cases_and_below_1_in_real_ones()
    {
        double[] Entries(string kind) => CaseGenerator.Generate(
            CaseId.Parse($"held/squared-error V=5 B=3 {kind}", s_network), 20)["q"].Values;

        Assert.That(Entries("exact float64 seed=3 k=3").Distinct(), Is.EquivalentTo(new[] { 1, 2, 3 }));
        Assert.That(Entries("real float64 seed=3"), Is.Unique.And.All.InRange(double.Epsilon, 1));
    }

    [Test]
    public void A_distribution_sums_to_1_exactly_in_either_type_and_any_order(
        [Values("float64", "float32")] string type)
    {
        var batch = CaseGenerator.Generate(
            CaseId.Parse($"held/squared-error V=37 B=2 real {type} seed=1", s_network), 30);
        for (var s = 0; s < batch.Count; s++)
        {
            var p = batch["p"][s].ToArray();
            for (var b = 0; b < 2; b++)
            {
                var column = p.Where((_, j) => j % 2 == b).ToList();
                Assert.That(column.Aggregate(0.0f, (sum, v) => sum + (float)v), Is.EqualTo(1f));
                Assert.That(column.AsEnumerable().Reverse().Sum(), Is.EqualTo(1.0));
                Assert.That(column, Has.All.GreaterThan(0));
            }
        }
    }

    [Test]
    public void Indices_masks_signs_and_what_is_fixed_have_no_gradient_and_the_rest_has() =>
        Assert.That(
            new Scenario(
                s_network, Samples.SquaredError, new Shape(("V", 2), ("B", 3))).Differentiated.Select(t => t.Name),
            Is.EqualTo(new[] { "W", "hot", "p", "q" }));

    [Test]
    public void A_network_of_such_tensors_agrees_with_its_own_backward_pass_and_one_wrong_entry_is_caught()
    {
        var right = GradientCheck.Run(s_network, x => Backward(x, 0), Options);
        var wrong = GradientCheck.Run(s_network, x => Backward(x, 1e-6), Options);

        Assert.That(right.Verdict, Is.EqualTo(Verdict.Agrees), right.ToString());
        Assert.That(
            right.ToString(), Does.Not.Contain("probability"), "what is counted of polynomials holds for numbers only");
        Assert.That(wrong.Verdict, Is.EqualTo(Verdict.Disagrees));
    }

    [TestCase("ids", "[[7, 0], [1, 1]]", "ids[0,0] is 7: it must be a whole number from 0 to 1, because V=2")]
    [TestCase("ids", "[[0, 0], [1, 0.5]]", "ids[1,1] is 0.5: it must be a whole number from 0 to 1, because V=2")]
    [TestCase("mask", "[[0, 1], [2, 0]]", "mask[1,0] is 2: it must be 0 or 1")]
    [TestCase("sign", "[[0, 1], [1, 1]]", "sign[0,0] is 0: it must be -1 or 1")]
    [TestCase("q", "[[1, 1], [-1, 1]]", "q[1,0] is -1: it must be above 0")]
    [TestCase("p", "[[0.5, 0.5], [0.5, 0.25]]", "p sums to 0.75 along axis 0 from [0,1] on: it must be 1")]
    [TestCase("p", "[[1.5, 0.5], [-0.5, 0.5]]", "p[1,0] is -0.5: it must not be below 0")]
    [TestCase("hot", "[[1, 1], [1, 0]]", "hot has 2 ones along axis 0 from [0,0] on: one must be 1 and the others 0")]
    [TestCase("kernel", "[[0, -1], [1, 1]]", "kernel[1,1] is 1: the network fixes it at 0; leave the tensor out")]
    public void A_case_file_with_something_else_is_refused_in_one_sentence(
        string tensor, string values, string sentence) =>
        Assert.That(
            Assert.Throws<BadInputException>(() => ReadCase((tensor, values)))!.Message, Does.Contain(sentence));

    [Test]
    public void A_case_file_that_is_right_is_read_and_what_is_fixed_may_be_left_out() =>
        Assert.That(ReadCase()["kernel"].Values, Is.EqualTo(new double[] { 0, -1, 1, 0 }));

    [Test]
    public void Fixed_numbers_that_are_no_integers_have_no_exact_cases_and_integers_have()
    {
        static bool HasExact(double value) => Scenario.MayBeExact(
            Network.Define(
                "scaled",
                ["B"],
                x => x.Parameter("W", "B", "1").Hadamard(
                    x.Input("c", ["B", "1"], Holds.Fixed(value)))), Samples.SquaredError);

        Assert.That((HasExact(3), HasExact(0.3)), Is.EqualTo((true, false)));
    }

    [Test]
    public void Shapes_are_drawn_from_the_smallest_size_that_says_something()
    {
        var network = Network.Define("norm", ["d", "B"], x => x.Parameter("W", "d", "B"), smallest: [("d", 2)]);
        var selection = new ShapeSelection(network, 12, 1, 0);
        var sizes = Enumerable.Range(0, 60).Select(
            i => selection.Of(i, s => new Scenario(network, Samples.SquaredError, s), _ => true).Shape).ToList();

        Assert.That(sizes.Select(s => s["d"]), Has.All.GreaterThanOrEqualTo(2));
        Assert.That(sizes.Select(s => s["B"]), Has.Some.EqualTo(1));
    }

    [Test]
    public void The_drawing_of_indices_masks_and_distributions_is_the_documented_formula()
    {
        var batch = CaseGenerator.Generate(CaseId.Parse("held/squared-error V=5 B=3 real float64 seed=11", s_network));
        ulong Bits(string tensor, int j) =>
            CounterRng.Bits(CounterRng.Key(11, (ulong)batch.Tensors.ToList().FindIndex(t => t.Name == tensor)), j);
        double Share(string tensor, int j) => Bits(tensor, j) / (double)(1L << 53);

        Assert.That(
            batch["ids"].Values, Is.EqualTo(Enumerable.Range(0, 15).Select(j => Math.Floor(Share("ids", j) * 5))));
        Assert.That(
            batch["mask"].Values, Is.EqualTo(Enumerable.Range(0, 15).Select(j => Share("mask", j) < 0.25 ? 1.0 : 0)));
        Assert.That(Enumerable.Range(0, 3).Select(b => Enumerable.Range(0, 5).Single(v => batch["hot"].Values[v * 3 + b] == 1)),
            Is.EqualTo(Enumerable.Range(0, 3).Select(b => (int)Math.Floor(Share("hot", b) * 5))));
        long C(int v) => 1 + (long)(Bits("p", v * 3 + 1) >> 33);
        var sum = Enumerable.Range(0, 5).Sum(C);
        Assert.That(batch["p"].Values[2 * 3 + 1], Is.EqualTo((1 + ((1L << 20) - 5) * C(2) / sum) / (double)(1L << 20)));
    }

    [Test]
    public void The_logarithm_of_a_negative_entry_is_one_sentence_with_its_place()
    {
        var network = Network.Define(
            "logarithm", ["n", "B"], x => (x.Parameter("W", "n", "B") - x.Input("X", "n", "B")).Log());
        var result = GradientCheck.Run(
            network,
            x =>
            {
                var difference = x["W"] - x["X"];
                var slope = x.OutputGradient(difference.PointwiseLog()).PointwiseDivide(difference);
                return new() { ["W"] = slope, ["X"] = -slope };
            },
            Options with { Kinds = [CaseKind.Real], Cases = 4 });

        Assert.That(result.Verdict, Is.EqualTo(Verdict.NotComparable));
        Assert.That(
            result.ToString(),
            Does.Match(@"not comparable: ln\(.*W − X.*\) \[\d+×\d+\] is no number at \[\d,\d\], where .*W − X.* is -"));
    }

    private static CheckOptions Options => new() { Cases = 30, MaxSize = 6, Losses = [Samples.SquaredError] };

    private static Gradients<double> Backward(MatrixCase<double> x, double error)
    {
        var (W, mask, hot, p, kernel, ids, q, sign) = (
            x["W"], x["mask"], x["hot"], x["p"], x["kernel"], x["ids"], x["q"], x["sign"]);
        var Y = W.PointwiseMultiply(mask)
            .PointwiseMultiply(hot) + p.PointwiseMultiply(kernel) + ids.PointwiseMultiply(q) + sign;
        var G = x.OutputGradient(Y);
        return new()
        {
            ["W"] = G.PointwiseMultiply(mask).PointwiseMultiply(hot) * (1 + error),
            ["hot"] = G.PointwiseMultiply(W).PointwiseMultiply(mask),
            ["p"] = G.PointwiseMultiply(kernel),
            ["q"] = G.PointwiseMultiply(ids),
        };
    }

    private static CaseStack ReadCase(params (string Name, string Values)[] changed)
    {
        var tensors = new Dictionary<string, string>
        {
            ["W"] = "[[1, 2], [3, 4]]",
            ["mask"] = "[[0, 1], [1, 0]]",
            ["hot"] = "[[1, 0], [0, 1]]",
            ["p"] = "[[0.5, 0.25], [0.5, 0.75]]",
            ["ids"] = "[[0, 1], [1, 0]]",
            ["q"] = "[[1, 2], [3, 4]]",
            ["sign"] = "[[1, 1], [-1, 1]]",
            ["T"] = "[[1, 2], [3, 4]]",
        };
        foreach (var (name, values) in changed)
        {
            tensors[name] = values;
        }

        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(path, $$"""
            { "network": "held", "loss": "squared-error", "shape": { "V": 2, "B": 2 }, "tensors": { {{string.Join(", ", tensors.Select(t => $"\"{t.Key}\": {t.Value}"))}} } }
            """);
        try
        {
            return CaseFile.Read(path, Named.Only(s_network));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
