using GradOracle.Bounds;
using GradOracle.Cli;
using GradOracle.Fixtures;
using GradOracle.Gallery;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>What may be approved, where it may lie, and what is a change.</summary>
[Category("Quick")]
public sealed class ApprovalTests
{
    private static readonly FixtureStore s_approved = new(Repository.Fixtures);
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("gradoracle-approval-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void The_catalogue_has_its_182_cases_or_more_and_no_two_are_one()
    {
        Assert.That(FixtureCatalog.Cases.Select(FixtureStore.FileOf), Is.Unique);
        Assert.That(
            FixtureCatalog.Cases, Has.Count.GreaterThanOrEqualTo(182).And.Count.EqualTo(s_approved.Files().Count));
    }

    [Test]
    public void What_is_inconclusive_is_not_approved()
    {
        var name = new CaseId(
            new Steep(), Samples.SquaredError, Samples.Unequal, CaseKind.Real, ElementType.Float64, 1);

        Assert.That(
            () => FixturesCommand.Compute(name, new Echo(new Steep())),
            Throws.TypeOf<BadInputException>().With.Message.StartsWith(
                "Nothing was approved: echo and autograd do not agree on this case."));
    }

    [Test]
    public void Changed_inputs_are_noticed_in_every_tensor()
    {
        var name = FixtureCatalog.Cases[0];
        var batch = Samples.Generate(name);
        foreach (var tensor in batch.Tensors)
        {
            var fixture = s_approved.Read(name);
            Assert.That(fixture.HasInputsOf(batch));
            fixture.Case[tensor.Name].Values[^1]++;
            Assert.That(fixture.HasInputsOf(batch), Is.False, tensor.Name);
        }
    }

    [Test]
    public void A_change_says_what_it_is_and_which_tensors_are_others()
    {
        var store = new FixtureStore(_folder);
        var fixture = s_approved.Read(FixtureCatalog.Cases[0]);
        Assert.That(store.Compare(fixture).What, Is.EqualTo("new"));

        store.Write(fixture);
        Assert.That(
            (store.Compare(fixture).What, store.Compare(fixture).Tensors.Count), Is.EqualTo(((string?)null, 0)));

        fixture.Results["Wh"].Values[0]++;
        Assert.That(
            (store.Compare(fixture).What, store.Compare(fixture).Tensors.Single().Name), Is.EqualTo(("changed", "Wh")));

        File.WriteAllText(store.PathOf(fixture.Name), "{");
        Assert.That(store.Compare(fixture).What, Does.StartWith("unreadable: Fixture "));
    }

    [Test]
    public void A_name_that_is_written_otherwise_is_a_change_of_the_name_alone()
    {
        var store = new FixtureStore(_folder);
        var fixture = s_approved.Read(FixtureCatalog.Cases[0]);
        store.Write(fixture);
        var path = store.PathOf(fixture.Name);
        var old = fixture.Name.ToString();
        File.WriteAllText(
            path,
            File.ReadAllText(path).Replace(
                $"\"{old}\"",
                $"\"{old[..old.LastIndexOf(" k=", StringComparison.Ordinal)]}\"",
                StringComparison.Ordinal));

        Assert.That(store.Compare(fixture).What, Is.EqualTo("name"));
    }

    // The loss is computed by both and may be off by its own bound, once for each.
    [TestCase(0.9, Verdict.Agrees)]
    [TestCase(1.1, Verdict.Disagrees)]
    public void A_loss_is_held_to_twice_its_bound(double share, Verdict verdict)
    {
        var fixture = s_approved.Read(
            FixtureCatalog.Cases.First(c => c.Kind == CaseKind.Real && c.Type == ElementType.Float64));
        var received = FixtureCheck.Receive(Catalog.DefaultDerivation(fixture.Name.Network), fixture.Case)[1];
        var bound = 2 * RoundingErrors.OfLosses(fixture.Case)[0];
        received.Losses = [fixture.Results.Losses[0] + share * bound];

        Assert.That(FixtureCheck.Compare(fixture, received).Verdict, Is.EqualTo(verdict));

        received.Losses = [fixture.Results.Losses[0] - share * bound];
        Assert.That(FixtureCheck.Compare(fixture, received).Verdict, Is.EqualTo(verdict));

        received.Losses = [double.NaN];
        Assert.That(FixtureCheck.Compare(fixture, received).Verdict, Is.EqualTo(Verdict.Disagrees));
    }

    [TestCase("../NAME-beside/x", TestName = "A sibling folder whose name begins alike")]
    [TestCase("../x", TestName = "The folder above")]
    [TestCase("/x", TestName = "The root")]
    public void No_file_is_named_outside_the_folder(string network)
    {
        var store = new FixtureStore(_folder);
        var climbing = new Elsewhere(network.Replace("NAME", Path.GetFileName(_folder), StringComparison.Ordinal));
        var name = new CaseId(climbing, Samples.SquaredError, Samples.Unequal, CaseKind.Exact, ElementType.Float64, 1);

        Assert.That(
            () => store.PathOf(name),
            Throws.TypeOf<BadInputException>().With.Message.Contains("outside the folder of fixtures"));
        Assert.That(
            () => store.Write(
                new GradientFixture(name, Samples.Generate(name), new GradientStack(Samples.Generate(name)))),
            Throws.TypeOf<BadInputException>());
    }

    [Test]
    public void A_link_inside_the_folder_is_not_followed()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(_folder, "elsewhere"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "shared-weight"), elsewhere.FullName);

        Assert.That(
            () => new FixtureStore(_folder).PathOf(FixtureCatalog.Cases[0]),
            Throws.TypeOf<BadInputException>().With.Message.Contains("lies behind the link"));
    }

    [Test]
    public void Every_fixture_is_written_as_it_is_read_and_no_zero_has_a_sign()
    {
        foreach (var name in FixtureCatalog.Cases)
        {
            Assert.That(
                FixtureText.Of(s_approved.Read(name)),
                Is.EqualTo(File.ReadAllText(s_approved.PathOf(name))),
                name.ToString());
        }

        var fixture = s_approved.Read(FixtureCatalog.Cases[0]);
        fixture.Results["Wh"].Values.AsSpan().Fill(-0.0);
        Assert.That(FixtureText.Of(fixture), Does.Not.Match("-0\\b(?!\\.)"));
    }

    [Test]
    public void Where_autograd_alone_differs_the_derivation_is_not_diagnosed()
    {
        var wrong = new Sabotaged(g => g["Wh"].Values[0]++);
        var batch = Samples.Generate(FixtureCatalog.Cases[0]);
        var failures = FixtureCheck.Failures(
            new GradientFixture(FixtureCatalog.Cases[0], batch, wrong.Differentiate(batch)), wrong);

        Assert.That(failures.Select(f => f.Actual), Is.EqualTo(new[] { "autograd" }));
        Assert.That(FixtureCheck.LookInto(failures).Single().Analysis.Diagnosis, Is.Null);
    }

    [Test]
    public void The_file_of_a_case_says_all_that_its_name_does()
    {
        CaseId Name(string text) => Samples.Case($"shared-weight/squared-error n=2 h=3 m=1 B=1 {text}");
        string[] names = ["exact float64 seed=1", "exact float32 seed=1", "real float64 seed=1", "exact float64 seed=2", "exact float64 seed=1 values=still"];

        Assert.That(names.Select(n => FixtureStore.FileOf(Name(n))), Is.Unique);
        Assert.That(
            FixtureStore.FileOf(Name(names[1])),
            Is.EqualTo("shared-weight/squared-error.exact.n2h3m1B1.float32.seed1.verified.json"));
    }

    [Test]
    public void Last_digits_of_a_real_case_are_held_to_the_rounding_bound_and_a_thousandth_is_a_change()
    {
        var name = FixtureCatalog.Cases.First(c => c.Kind == CaseKind.Real && c.Type == ElementType.Float64);
        var fixture = s_approved.Read(name);
        fixture.Results["Wh"].Values[0] *= 1 + 1e-9;

        Assert.That(
            FixtureCheck.Failures(fixture, Catalog.DefaultDerivation(name.Network)).Select(f => f.Actual),
            Is.EqualTo(new[] { "derivation", "autograd" }));
    }

    private sealed class Elsewhere(string name) : Renamed
    {
        public override string Name => name;
    }
}
