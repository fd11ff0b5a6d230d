using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using GradOracle.Cli;
using GradOracle.Fixtures;
using GradOracle.Gallery;
using NJsonSchema;
using NUnit.Framework;

namespace GradOracle.Tests;

public sealed class FixtureTests
{
    private static readonly FixtureStore s_store = new(Repository.Fixtures);
    private static readonly OwnBackprop s_backprop = new();
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("gradoracle-fixtures-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void No_fixture_is_missing_and_none_is_an_orphan() =>
        Assert.Multiple(() =>
        {
            Assert.That(FixtureCatalog.Cases.Where(c => !s_store.Has(c)).Select(FixtureStore.FileOf), Is.Empty);
            Assert.That(s_store.Orphans(FixtureCatalog.Cases), Is.Empty);
            Assert.That(
                FixtureCatalog.Cases, Has.Count.GreaterThanOrEqualTo(182).And.Count.EqualTo(s_store.Files().Count));
        });

    [Test]
    public void Dropping_a_term_fails_the_fixture_on_Wx_of_the_derivation_alone()
    {
        var failures = FixtureCheck.Failures(s_store.Read(FixtureCatalog.Cases[0]), Samples.MissingX1Contribution);

        Assert.That(failures.Select(f => f.Actual), Is.EqualTo(new[] { "derivation" }));
        Assert.That(
            failures[0].Analysis.Found.Tensors.Where(t => t.Verdict != Verdict.Agrees).Select(t => t.Name),
            Is.EqualTo(new[] { "Wx" }));
    }

    [Test]
    public void Nothing_is_approved_on_which_the_derivation_and_autograd_disagree()
    {
        var refusal = Assert.Throws<BadInputException>(
            () => FixturesCommand.Compute(FixtureCatalog.Cases[0], Samples.MissingX1Contribution));

        Assert.That(
            refusal.Message,
            Does.StartWith("Nothing was approved: missing-x1-contribution and autograd do not agree").And.Contain(
                FixtureCatalog.Cases[0].ToString()));
    }

    [Test]
    public void One_digit_of_an_approved_gradient_changed_is_caught([Values] CaseKind kind)
    {
        // All digits of an exact one; of a real one those that rounding does not reach.
        var right = FixtureText.Of(s_store.Read(FixtureCatalog.Cases.First(c => c.Kind == kind)));
        var gradient = Regex.Match(
            right[right.IndexOf("\"gradients\"", StringComparison.Ordinal)..],
            "\"Wh\": \\[\\s*\\[(-?[0-9.]+)").Groups[1].Value;
        var digits = Enumerable.Range(0, gradient.Length).Where(
            i => char.IsAsciiDigit(gradient[i])).Take(kind == CaseKind.Exact ? 20 : 12).ToList();
        Assert.That(digits, Has.Count.GreaterThan(8));
        foreach (var i in digits)
        {
            var changed = $"{gradient[..i]}{(char)('0' + (gradient[i] - '0' + 1) % 10)}{gradient[(i + 1)..]}";
            var fixture = FixtureText.Read(
                "edited",
                Encoding.UTF8.GetBytes(right.Replace(gradient, changed, StringComparison.Ordinal)),
                Catalog.Networks);

            Assert.That(
                FixtureCheck.Failures(fixture, s_backprop).Select(f => f.Actual),
                Is.EqualTo(new[] { "derivation", "autograd" }),
                changed);
        }
    }

    [Test]
    public void One_unit_in_the_last_place_is_no_change_of_a_real_case_and_one_of_an_exact_case()
    {
        foreach (var name in FixtureCatalog.Cases.Where(c => c.Type == ElementType.Float64))
        {
            var fixture = s_store.Read(name);
            ref var entry = ref fixture.Results.Gradients[0].Values[0];
            entry = Math.BitIncrement(entry);
            var holds = FixtureCheck.Failures(fixture, Samples.Right(name.Network)).Count == 0;
            Assert.That(holds, Is.EqualTo(name.Kind == CaseKind.Real), name.ToString());
        }
    }

    [Test]
    public void A_detour_that_a_derivation_states_holds_it_to_the_rounding_bound_of_a_fixture_too()
    {
        const string reason = "it divides by B first and multiplies last";
        var names = FixtureCatalog.Cases.Where(
            c => c.Network.Name == "shared-weight" && c.Kind == CaseKind.Exact && c.Type == ElementType.Float64);
        List<GradientFixture> fixtures = [.. names.Select(s_store.Read)];
        IEnumerable<string> FailuresOf(string? detour) =>
            fixtures.SelectMany(
                f => FixtureCheck.Failures(f, new Written(Written.DividedAndMultiplied) { Detour = detour }))
                .Select(f => f.Actual);

        Assert.That(FailuresOf(null), Is.Not.Empty.And.All.EqualTo("derivation"), "held to equality it is refused");
        Assert.That(FailuresOf(reason), Is.Empty);

        var wrong = new Spoiled(
            new Written(Written.DividedAndMultiplied) { Detour = reason },
            (_, result) => result["Wh"].Values[0] *= 1 + 1e-9);
        Assert.That(fixtures.Count(f => FixtureCheck.Failures(f, wrong).Count > 0), Is.GreaterThan(fixtures.Count / 2));
    }

    [Test]
    public void A_wrong_loss_value_is_caught()
    {
        var fixture = s_store.Read(FixtureCatalog.Cases[0]);
        fixture.Results.Losses = [fixture.Results.Losses[0] + 1];

        Assert.That(
            FixtureCheck.Failures(fixture, s_backprop).Select(f => f.Analysis.Found.Tensors[0].Name),
            Is.EqualTo(new[] { "L", "L" }));
    }

    [Test]
    public void Writing_reads_back_to_the_same_fixture_and_leaves_one_file()
    {
        var store = new FixtureStore(_folder);
        var fixture = s_store.Read(FixtureCatalog.Cases[1]);
        Assert.That(store.Compare(fixture).What, Is.EqualTo("new"));

        store.Write(fixture);

        var files = Directory.GetFiles(_folder, "*", SearchOption.AllDirectories);
        Assert.That(files, Has.Length.EqualTo(1));
        Assert.That(
            File.ReadAllBytes(files[0]),
            Is.EqualTo(File.ReadAllBytes(Path.Combine(Repository.Fixtures, FixtureStore.FileOf(fixture.Name)))));
        Assert.That(store.Compare(fixture).What, Is.Null);
    }

    [TestCase("\"schema\": \"gradoracle-fixture/1\"", "\"schema\": \"gradoracle-fixture/9\"", "its schema is \"gradoracle-fixture/9\"; this version reads \"gradoracle-fixture/1\"")]
    [TestCase("\"n\": 2", "\"n\": 3", "\"shape\" is not that of its case")]
    [TestCase("\"loss\": ", "\"lost\": ", "the unknown key \"lost\"")]
    [TestCase("\n", "\r\n", "contains a carriage return")]
    [TestCase("\"Wx\": [", "\"Wx\": [ [0, 0],", "Wx must be 3×2")]
    [TestCase("}\n}", "}", "is not valid JSON")]
    public void A_fixture_that_cannot_be_used_gets_one_sentence_that_names_the_file(
        string old, string changed, string sentence)
    {
        var name = FixtureCatalog.Cases[0];
        var store = new FixtureStore(_folder);
        var path = Path.Combine(_folder, FixtureStore.FileOf(name));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(
            path,
            File.ReadAllText(Path.Combine(Repository.Fixtures, FixtureStore.FileOf(name))).Replace(
                old, changed, StringComparison.Ordinal));

        var error = Assert.Throws<BadInputException>(() => store.Read(name));

        Assert.That(error.Message, Does.Contain(sentence).And.Contain(FixtureStore.FileOf(name)));
    }

    [Test]
    public void A_fixture_larger_than_the_limit_gets_one_sentence_and_is_not_read()
    {
        var name = FixtureCatalog.Cases[0];
        var store = new FixtureStore(_folder);
        Directory.CreateDirectory(Path.GetDirectoryName(store.PathOf(name))!);
        using (var file = File.Create(store.PathOf(name)))
        {
            file.SetLength((64L << 20) + 1); // sparse: it takes no room
        }

        var error = Assert.Throws<BadInputException>(() => store.Read(name));

        Assert.That(
            error.Message,
            Is.EqualTo($"Fixture {FixtureStore.FileOf(name)} is larger than 67108864 bytes, the most that is read."));
    }

    [Test]
    public void A_fixture_that_lies_about_its_case_is_refused()
    {
        var (name, other) = (FixtureCatalog.Cases[0], FixtureCatalog.Cases[1]);
        var store = new FixtureStore(_folder);
        store.Write(s_store.Read(other));
        File.Move(store.PathOf(other), store.PathOf(name));

        var error = Assert.Throws<BadInputException>(() => store.Read(name));

        Assert.That(
            error.Message, Is.EqualTo($"Fixture {FixtureStore.FileOf(name)} holds the case {other}: regenerate it."));
    }

    [Test]
    public void A_network_whose_name_climbs_out_of_the_folder_gets_no_file_there()
    {
        var store = new FixtureStore(_folder);
        var name = new CaseId(
            new Climbing(), Samples.SquaredError, Samples.Unequal, CaseKind.Exact, ElementType.Float64, 1);

        var error = Assert.Throws<BadInputException>(() => store.PathOf(name));

        Assert.That(error.Message, Does.Contain("outside the folder of fixtures"));
    }

    [Test]
    public async Task The_schema_admits_every_fixture_and_refuses_what_is_none()
    {
        var schema = await JsonSchema.FromFileAsync(
            Path.Combine(Repository.Fixtures, "fixture.schema.json")).ConfigureAwait(false);
        foreach (var file in s_store.Files())
        {
            Assert.That(
                schema.Validate(
                    await File.ReadAllTextAsync(Path.Combine(Repository.Fixtures, file)).ConfigureAwait(false)),
                Is.Empty,
                file);
        }

        var text = FixtureText.Of(s_store.Read(FixtureCatalog.Cases[0]));
        foreach (var (right, wrong) in new[] { ("fixture/1", "fixture/2"), ("\"loss\": ", "\"lost\": "), ("\"n\": 2", "\"n\": 0"), ("seed=", "sed="), ("[\n", "[\n\"NaN\",") })
        {
            Assert.That(schema.Validate(text.Replace(right, wrong, StringComparison.Ordinal)), Is.Not.Empty, wrong);
        }
    }

    [Test]
    public void Any_mutation_of_a_fixture_gives_a_verdict_or_one_clear_error()
    {
        var name = FixtureCatalog.Cases[0];
        var original = File.ReadAllBytes(Path.Combine(Repository.Fixtures, FixtureStore.FileOf(name)));
        var mutations = Gen.Select(
            Gen.Int[0, original.Length - 1],
            Gen.Int[0, 40],
            Gen.OneOf(Gen.Byte, Gen.OneOf("0123456789-eE.,[]{}\"nN \n"u8.ToArray())).Array[0, 6]);
        mutations.Array[1, 3].Sample(
            changes =>
            {
                var bytes = changes.Aggregate(original, (text, change) =>
                {
                    var at = Math.Min(change.Item1, text.Length);
                    return [.. text[..at], .. change.Item3, .. text[Math.Min(text.Length, at + change.Item2)..]];
                });
                try
                {
                    var read = FixtureText.Read("mutated.verified.json", bytes, Catalog.Networks);
                    var failures = FixtureCheck.Failures(read, s_backprop);
                    var isSame = FixtureText.Of(read) == Encoding.UTF8.GetString(original);
                    Assert.That(failures.Select(f => f.Analysis.Found.Verdict), Has.None.EqualTo(Verdict.Agrees));
                    Assert.That(failures.Count == 0 || !isSame);
                }
                catch (BadInputException clear)
                {
                    Assert.That(clear.Message, Does.EndWith(".").And.Not.Contain("   at "));
                }
            },
            iter: 20_000);
    }

    [Test]
    public void Fixtures_have_LF_no_byte_order_mark_and_no_newline_at_the_end() =>
        Assert.That(
            s_store.Files().Where(f => !IsCanonical(File.ReadAllBytes(Path.Combine(Repository.Fixtures, f)))),
            Is.Empty);

    private static bool IsCanonical(byte[] bytes) => bytes is [(byte)'{', .., (byte)'}'] && !bytes.Contains((byte)'\r');

    private sealed class Climbing : Renamed
    {
        public override string Name => "../../elsewhere";
    }
}
