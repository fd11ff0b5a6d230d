using GradOracle.Cases;
using GradOracle.Fixtures;
using GradOracle.Networks;
using GradOracle.Oracles;
using GradOracle.Reports;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Tensors with any number of axes on every way through the house: cases, names, files, fixtures, comparisons,
/// reports.</summary>
public sealed class AnyRankTests
{
    // A tensor of three axes, a vector and a number, entry by entry.
    private static readonly Network s_network = Network.Define("gated", ["b", "n1", "d_model"], x =>
        x.Parameter("W_1", "b", "n1", "d_model").Hadamard(x.Input("X", "b", "n1", "d_model"))
        + (x.Parameter("s", "1", "n1", "1").Broadcast(new Sizes(x.Shape["b"], x.Shape["n1"], x.Shape["d_model"]))));

    private static readonly Network s_vectors = Network.Define(
        "vectors", ["h"], x => x.Parameter("g", "h").Hadamard(x.Input("x", "h")));

    private static readonly Network s_numbers = Network.Define(
        "numbers", ["h"], x => x.Parameter("a").Hadamard(x.Input("c")) + x.Input("d"));

    private static GraphGradients Right(Network network) => new GraphGradients(network);

    [Test]
    public void A_right_derivation_of_any_rank_agrees_exactly_and_really(
        [Values("gated", "vectors", "numbers")] string name)
    {
        var network = new[] { s_network, s_vectors, s_numbers }.Single(n => n.Name == name);
        var result = GradientCheck.Run(
            Right(network),
            new CheckOptions { Cases = 20, MaxSize = 5, Losses = [Samples.SquaredError, Samples.Projection] });

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees), result.ToString());
    }

    [Test]
    public void Axes_are_counted_from_the_last_and_not_from_the_number_of_entries() =>
        Assert.That((new Sizes(2, 3, 4)[^1], new Sizes(2, 3, 4)[^3]), Is.EqualTo((4, 2)));

    [Test]
    public void A_wrong_entry_is_reported_at_its_full_index_in_text_and_pages()
    {
        var batch = Batch(s_network, "gated/squared-error b=2 n1=3 d_model=4 exact float64 seed=7 k=3");
        var reported = Wrong(batch, "W_1", 2 * 12 - 2); // [1,2,2]

        Assert.That(
            CaseText.Of(reported),
            Does.Contain("W_1 2×3×4").And.Contain("1 of 24 entries differ; worst [1,2,2]: autograd"));
        Assert.That(
            Rendering.All.Single(r => r.Name == "md").Of(Report.Of("t", [], [reported])),
            Does.Contain("2×3×4").And.Contain(@"\[1,2,2\]"));
        var page = Rendering.All.Single(r => r.Name == "html").Of(Report.Of("t", [], [reported]));
        Assert.That(
            page, Does.Contain("<h5>W_1[0,:,:]</h5>").And.Contain("<h5>W_1[1,:,:]</h5>").And.Contain("[1,2,2]"));
    }

    [TestCase("vectors", "vectors/squared-error h=5 exact float64 seed=7 k=3", "g", 3, "g 5", "worst [3]")]
    [TestCase("numbers", "numbers/squared-error h=1 exact float64 seed=7 k=3", "a", 0, "a scalar", "1 of 1 entries differ")]
    public void A_vector_and_a_number_are_reported_as_what_they_are(
        string network, string name, string tensor, int at, string label, string found)
    {
        var batch = Batch(network == "vectors" ? s_vectors : s_numbers, name);

        Assert.That(CaseText.Of(Wrong(batch, tensor, at)), Does.Contain(label).And.Contain(found));
    }

    [Test]
    public void A_report_of_three_axes_reads_back_and_one_whose_sizes_lie_is_refused()
    {
        var batch = Batch(s_network, "gated/squared-error b=2 n1=3 d_model=4 exact float64 seed=7 k=3");
        var json = JsonReport.Of(Report.Of("t", [], [Wrong(batch, "W_1", 3)]));

        Assert.That(json, Does.Contain("\"sizes\": [2, 3, 4]"));
        Assert.That(JsonReport.Of(Read(json)), Is.EqualTo(json));
        Assert.Throws<BadInputException>(
            () => Read(json.Replace("\"sizes\": [2, 3, 4]", "\"sizes\": [2, 4, 4]", StringComparison.Ordinal)));
    }

    [Test]
    public void Of_many_panels_those_with_the_worst_entries_are_shown()
    {
        var batch = Batch(s_network, "gated/squared-error b=9 n1=30 d_model=2 exact float64 seed=7 k=3");
        var map = Wrong(batch, "W_1", 8 * 60 + 1).Gradients.Single(t => t.Name == "W_1");

        Assert.That(
            Panels.Of(map, map.Map!).Select(p => p.Place),
            Is.EqualTo(new[] { 0, 1, 2, 3, 4, 8 }.Select(b => $"[{b},:,:]")));
        Assert.That(map.Zoom!.FirstRow, Is.EqualTo(8 * 30), "the window stays within the panel");
    }

    [Test]
    public void A_fixture_of_any_rank_is_nested_lists_and_reads_back(
        [Values("gated", "vectors", "numbers")] string name)
    {
        var (network, text) = name switch
        {
            "gated" => (s_network, "gated/squared-error b=2 n1=2 d_model=2 exact float64 seed=7 k=3"),
            "vectors" => (s_vectors, "vectors/squared-error h=3 exact float64 seed=7 k=3"),
            _ => (s_numbers, "numbers/squared-error h=1 exact float64 seed=7 k=3"),
        };
        var id = CaseId.Parse(text, network);
        var written = FixtureText.Of(FixtureStore.Compute(id, Right(network)).Fixture);
        var again = FixtureText.Read("f", System.Text.Encoding.UTF8.GetBytes(written), Named.Only(network));

        Assert.That(FixtureText.Of(again), Is.EqualTo(written));
        Assert.That(written, Does.Match(name switch
        {
            "gated" => "\"W_1\": \\[\n      \\[\n        \\[-?\\d, -?\\d\\],\n",
            "vectors" => "\"g\": \\[-?\\d, -?\\d, -?\\d\\],\n",
            _ => "\"a\": -?\\d,\n",
        }));
    }

    [Test]
    public void Sizes_whose_name_ends_in_a_digit_are_told_apart_in_the_names_of_files() => Assert.That(
        GradientFixture.PathOf(
            CaseId.Parse(
                "gated/squared-error b=2 n1=3 d_model=4 exact float64 seed=7",
                s_network)), Does.Contain(".b2n1-3d_model4."));

    [TestCase("[[[1, 2], [3, 4]], [[5, 6]]]", "W_1[1] has 1 lists")]
    [TestCase("[[[1, 2], [3, 4]], [[5, 6], 7]]", "W_1[1,1] is not a list")]
    [TestCase("[[[1, 2], [3, 4]], [[5, 6], [7]]]", "W_1[1,1] has 1 numbers")]
    [TestCase("[[[1, 2], [3, 4]], [[5, 6], [7, \"8\"]]]", "W_1[1,1,1] is not a number")]
    [TestCase("7", "it is not a list")]
    public void A_case_file_that_does_not_fit_its_axes_says_where(string W, string sentence)
    {
        var error = Assert.Throws<BadInputException>(() => ReadCase(W))!;
        Assert.That(error.Message, Does.Contain(sentence));
    }

    [Test]
    public void A_case_file_of_three_axes_is_read() =>
        Assert.That(
            ReadCase("[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]")["W_1"].Values,
            Is.EqualTo(new double[] { 1, 2, 3, 4, 5, 6, 7, 8 }));

    [Test]
    public void A_tensor_of_three_axes_is_no_matrix_and_says_so()
    {
        var result = GradientCheck.Run(
            s_network,
            x => new() { ["W_1"] = x["W_1"], ["X"] = x["X"] },
            new CheckOptions { Cases = 2, Losses = [Samples.SquaredError] });

        Assert.That(result.ToString(), Does.Contain("and no matrix: take its entries as a span"));
    }

    [TestCase("n 1")]
    [TestCase("1n")]
    [TestCase("")]
    public void A_dimension_whose_name_no_case_name_can_say_is_refused(string name) =>
        Assert.That(
            Assert.Throws<BadInputException>(() => new Shape((name, 2)))!.Message,
            Does.Contain("is no name of a dimension"));

    [TestCase("0")]
    [TestCase("1025")]
    public void A_number_in_place_of_a_dimension_is_a_size(string number) =>
        Assert.That(
            Assert.Throws<BadInputException>(
                () => new Inputs(new Shape(("h", 2))).Parameter("b", "h", number))!.Message,
            Does.Contain("from 1 to 1024"));

    private static CaseStack Batch(Network network, string name) => CaseGenerator.Generate(CaseId.Parse(name, network));

    private static ReportedCase Wrong(CaseStack batch, string tensor, int at)
    {
        var received = Autograd.Differentiate(batch);
        received[tensor].Values[at] += 1;
        var comparison = Comparison.Of(batch, received, Autograd.Differentiate(batch));
        var analysis = new Diagnoses.FailureAnalysis(Right(batch.Network), comparison.Describe(0)).With(comparison);
        return CaseReport.Of(analysis);
    }

    private static Report Read(string json)
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(path, json);
        try
        {
            return JsonReport.Read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static CaseStack ReadCase(string W)
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(path, $$"""
            { "network": "gated", "loss": "squared-error", "shape": { "b": 2, "n1": 2, "d_model": 2 }, "tensors": {
              "W_1": {{W}}, "X": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]], "s": [[[1], [2]]], "T": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]] } }
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

    /// <summary>The graph's own backward pass, in C#, as a derivation.</summary>
    private sealed class GraphGradients(Network network) : Derivation
    {
        public override string Name => network.Name;

        public override string Summary => "reverse mode on the graph";

        public override Network Network => network;

        public override GradientStack Differentiate(CaseStack batch) => new ReverseMode().Answer(batch).Gradients;
    }
}
