using GradOracle.Cases;
using GradOracle.Gallery;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>A case file is read as it is written.</summary>
[Category("Quick")]
public sealed class CaseFileTests
{
    private const string Sizes = """{ "n": 1, "h": 1, "m": 1, "B": 1 }""";
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("gradoracle-case-files-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void The_element_type_is_that_of_the_file_and_entries_are_rounded_to_it()
    {
        Assert.That(Read("0.1").Type, Is.EqualTo(ElementType.Float64));
        Assert.That(Read("0.1")["Wx"].Values, Is.EqualTo(new[] { 0.1 }));
        Assert.That(Read("0.1", "float64").Type, Is.EqualTo(ElementType.Float64));

        var single = Read("0.1", "float32");
        Assert.That((single.Type, single["Wx"].Values[0]), Is.EqualTo((ElementType.Float32, (double)0.1f)));
        Assert.That(
            () => Read("1", "float16"),
            Throws.TypeOf<BadInputException>().With.Message.Contains(
                "\"dtype\" is \"float16\"; it must be float64 or float32"));
    }

    [TestCase("float64")]
    [TestCase("float32")]
    public void Integers_are_exact_up_to_k_and_real_from_k_plus_1(string type)
    {
        var k = Read("1", type).Scenario.RangeOf(ElementType.All.Single(t => t.Name == type));

        Assert.That(k, Is.GreaterThan(1));
        Assert.That(Read($"{k}", type).Kind, Is.EqualTo(CaseKind.Exact));
        Assert.That(Read($"-{k}", type).Kind, Is.EqualTo(CaseKind.Exact));
        Assert.That(Read($"{k + 1}", type).Kind, Is.EqualTo(CaseKind.Real));
        Assert.That(Read($"-{k + 1}", type).Kind, Is.EqualTo(CaseKind.Real));
    }

    [TestCase("1", "1e999", "X2[0,0] is 1e999, which is not finite in float64")]
    [TestCase("1", "1e300", "X2[0,0] is 1e300, which is not finite in float32", "float32")]
    [TestCase("1], [2", "1", "Wx must be 1×1 at n=1 h=1 m=1 B=1, a list of 1 rows of 1 numbers; it has 2 rows")]
    [TestCase("", "1", "Wx must be 1×1 at n=1 h=1 m=1 B=1, a list of 1 rows of 1 numbers; row 0 has 0 numbers")]
    public void An_entry_that_is_not_finite_and_a_list_of_another_length_are_refused(
        string Wx, string X2, string sentence, string? type = null) =>
        Assert.That(() => Read(Wx, type, X2: X2), Throws.TypeOf<BadInputException>().With.Message.Contains(sentence));

    [Test]
    public void A_key_that_nobody_knows_is_refused() =>
        Assert.That(
            () => Read("1", X2: "1]], \"V\": [[1"),
            Throws.TypeOf<BadInputException>().With.Message.Contains("the unknown key \"V\""));

    [Test]
    public void A_case_that_takes_too_much_is_refused_before_its_entries_are_read() => Assert.That(
        () => Read("1", sizes: """{ "n": 1024, "h": 1024, "m": 1024, "B": 1024 }"""),
        Throws.TypeOf<BadInputException>().With.Message.Contains("is too large"));

    [Test]
    public void A_budget_admits_what_takes_all_of_it_and_no_operation_or_byte_more()
    {
        var scenario = Samples.Exact(Samples.Unequal).Scenario;
        var (operations, bytes) = (scenario.Operations, scenario.Bytes);

        Assert.That(new CaseBudget(operations, bytes).Admits(scenario));
        Assert.That(new CaseBudget(operations - 1, bytes).Admits(scenario), Is.False);
        Assert.That(new CaseBudget(operations, bytes - 1).Admits(scenario), Is.False);
    }

    [TestCase("exact float32 seed=1", "no integers stay exact in float32 at this shape")]
    [TestCase("exact float64 seed=1 k=1048576", "at this shape integers stay exact in float64 up to k=")]
    [TestCase("real float64 seed=1 k=3", "is real and has a k")]
    [TestCase("exact float64 seed=1 k=0", "k is the largest integer drawn")]
    [TestCase("exact float64 seed=1 values=hot", "exact cases have still, near, hit")]
    public void A_case_that_there_is_not_is_refused(string ending, string sentence) => Assert.That(
        () => Samples.Generate(Samples.Case($"shared-weight/squared-error n=60 h=60 m=60 B=60 {ending}")),
        Throws.TypeOf<BadInputException>().With.Message.Contains(sentence));

    [Test]
    public void The_range_of_a_case_whose_target_is_drawn_about_the_output_is_its_own()
    {
        var near = Samples.Case("shared-weight/squared-error n=2 h=3 m=1 B=1 exact float64 seed=1 values=near");

        Assert.That(
            near.LargestRange,
            Is.EqualTo(near.Scenario.RangeOf(ElementType.Float64, targetsOutput: true)).And.LessThan(
                near.Scenario.RangeOf(ElementType.Float64)));
    }

    [Test]
    public void A_case_taken_out_of_a_batch_keeps_its_name_and_its_entries()
    {
        var batch = Samples.Exact(Samples.Unequal, seed: 10, count: 3);

        Assert.That(batch.Alone(2).NameOf(0), Is.EqualTo(batch.NameOf(2)));
        Assert.That(batch.Alone(2)["Wx"].Values, Is.EqualTo(batch["Wx"][2].ToArray()));
        Assert.That(batch.Reversed()["Wx"][0].ToArray(), Is.EqualTo(batch["Wx"][2].ToArray()));
    }

    [Test]
    public void One_fraction_in_any_tensor_makes_a_case_real() =>
        Assert.That(Read("1", X2: "0.5").Kind, Is.EqualTo(CaseKind.Real));

    [Test]
    public void A_case_of_a_file_is_named_by_the_file()
    {
        var batch = Read("1");

        Assert.That(batch.NameOf(0), Is.EqualTo($"shared-weight/squared-error n=1 h=1 m=1 B=1 exact float64 file={Path.Combine(_folder, "case.json")}"));
    }

    [TestCase("""{ "n": 1, "n": 1, "h": 1, "m": 1, "B": 1 }""")]
    public void A_dimension_that_is_there_twice_is_refused(string sizes) => Assert.That(
        () => Read("1", sizes: sizes), Throws.TypeOf<BadInputException>());

    [TestCase("n=1 n=1 h=1 m=1 B=1")]
    [TestCase("n=1 h=1 m=1 B=1 B=1")]
    [TestCase("h=1 n=1 m=1 B=1")]
    public void Dimensions_of_a_case_name_are_those_of_the_network_each_once_and_in_order(string sizes) => Assert.That(
        () => Samples.Case($"shared-weight/squared-error {sizes} exact float64 seed=1"),
        Throws.TypeOf<BadInputException>().With.Message.Contains("shared-weight has n h m B, in this order."));

    [Test]
    public void Nothing_may_stand_before_or_behind_a_case_name_but_blanks()
    {
        Assert.That(Samples.Case($"  {CaseId.Example} \n").ToString(), Does.StartWith(CaseId.Example));
        foreach (var mangled in new[] { $"x {CaseId.Example}", $"{CaseId.Example} x", $"{CaseId.Example}\nx", $"{CaseId.Example}=" })
        {
            Assert.That(() => Samples.Case(mangled), Throws.TypeOf<BadInputException>(), mangled);
        }
    }

    [Test]
    public void A_case_name_keeps_everything_it_says()
    {
        var name = Samples.Case(
            "elman/huber T=3 n=2 h=4 m=1 B=5 exact float32 seed=18446744073709551615 k=2 values=still");

        Assert.That(
            (
                name.Network.Name,
                name.Loss.Name,
                name.Shape.ToString(),
                name.Kind,
                name.Type,
                name.Seed,
                name.Magnitude,
                name.Values!.Word),
            Is.EqualTo(
                (
                    "elman",
                    "huber",
                    "T=3 n=2 h=4 m=1 B=5",
                    CaseKind.Exact,
                    ElementType.Float32,
                    ulong.MaxValue,
                    (int?)2,
                    "still")));
    }

    private CaseStack Read(string Wx, string? type = null, string sizes = Sizes, string X2 = "1")
    {
        var path = Path.Combine(_folder, "case.json");
        var dtype = type is null ? "" : $"\"dtype\": \"{type}\", ";
        File.WriteAllText(path, $$"""
            { "network": "shared-weight", "loss": "squared-error", {{dtype}}"shape": {{sizes}},
              "tensors": { "Wx": [[{{Wx}}]], "Wh": [[1]], "Wy": [[1]], "X1": [[1]], "X2": [[{{X2}}]], "T": [[1]] } }
            """);
        return CaseFile.Read(path, Catalog.Networks);
    }
}
