using GradOracle.Fixtures;
using GradOracle.Gallery;
using GradOracle.NUnit;
using NUnit.Framework;
using NUnit.Framework.Internal;

namespace GradOracle.Tests;

/// <summary>The assertion that holds approved gradients.</summary>
public sealed class ApprovedTests
{
    private const string Snapshot = "squared-error.exact.n2h3m1B1.seed2020";
    private static readonly CaseId s_name = FixtureCatalog.Cases[0];
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("gradoracle-approved-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_missing_approved_file_fails_and_leaves_the_received_one()
    {
        var message = Failure(() => Hold(new OwnBackprop()));

        var received = Path.Combine(_folder, "shared-weight", $"{Snapshot}.received.json");
        Assert.That(message, Is.EqualTo(
            $"""
            No gradients are approved yet for {s_name}.
              Read those that were received; if they are right, rename the file to {Snapshot}.verified.json, and commit it.
              received: {received}

            """.ReplaceLineEndings("\n")));
        Assert.That(Bytes(received), Is.EqualTo(Bytes(Path.Combine(Repository.Fixtures, FixtureStore.FileOf(s_name)))));
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(received)!), Is.EqualTo(new[] { received }));
    }

    [Test]
    public void Renaming_the_received_file_approves_it()
    {
        Failure(() => Hold(new OwnBackprop()));
        File.Move(
            Path.Combine(_folder, "shared-weight", $"{Snapshot}.received.json"),
            Path.Combine(_folder, "shared-weight", $"{Snapshot}.verified.json"));

        Hold(new OwnBackprop());
    }

    [Test]
    public void What_disagrees_with_autograd_is_not_offered_for_approval()
    {
        var message = Failure(() => Hold(Samples.MissingX1Contribution));

        Assert.That(
            message,
            Does.StartWith(
                "There is nothing to approve: missing-x1-contribution and autograd do not agree on this case.\n✗ "));
        Assert.That(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public void A_dropped_term_fails_with_a_message_that_needs_no_code_to_be_read()
    {
        Approve();

        var message = Failure(() => Hold(Samples.MissingX1Contribution));

        Assert.That(message, Is.EqualTo(
            $"""
            ✗ {s_name}
              Wx 3×2    6 of 6 entries differ; worst [1,0]: approved -366038349516, derivation -1104928776
              Wh 3×3 agrees   Wy 1×3 agrees   X1 2×1 agrees   X2 2×1 agrees
              diagnosis: the contribution of Wx on X1 is missing (residual 0 in 16 cases)
              replay: gradoracle check --derivation missing-x1-contribution --case "{s_name}"
              autograd still gives the approved values: the derivation is the odd one out
              received: {Received}

            """.ReplaceLineEndings("\n")));
        Assert.That(File.ReadAllText(Received), Does.Contain("-1104928776"));
    }

    [Test]
    public void A_passing_assertion_removes_the_received_file_of_an_earlier_failure()
    {
        Approve();
        Failure(() => Hold(Samples.MissingX1Contribution));
        Assert.That(File.Exists(Received));

        Hold(new OwnBackprop());

        Assert.That(File.Exists(Received), Is.False);
    }

    [Test]
    public void An_edited_fixture_is_told_from_a_wrong_derivation()
    {
        Approve(text => text.Replace("\"loss\": ", "\"loss\": 1", StringComparison.Ordinal));

        var message = Failure(() => Hold(new OwnBackprop()));

        Assert.That(
            message,
            Does.Contain("  L 1×1     1 of 1 entries differ").And.Contain(
                "both derivation and autograd differ from the approved values"));
    }

    [Test]
    public void Inputs_that_the_name_does_not_draw_are_named_as_such()
    {
        var input = FixtureOf(s_name).Case["X1"].Values[0];
        Approve(text => text.Replace($"[{input:0}]", $"[{input + 1:0}]", StringComparison.Ordinal));

        Assert.That(
            Failure(() => Hold(new OwnBackprop())),
            Does.Contain("are not those that the case's name draws: regenerate it."));
    }

    [TestCase("\n", "\r\n", "carriage return")]
    [TestCase("\"loss\"", "\"lost\"", "has the unknown key \"lost\"")]
    public void An_unusable_fixture_fails_with_its_sentence(string right, string wrong, string sentence)
    {
        Approve(text => text.Replace(right, wrong, StringComparison.Ordinal));

        Assert.That(Failure(() => Hold(new OwnBackprop())), Does.Contain(sentence));
    }

    [Test]
    public void Another_last_digit_of_a_real_value_passes_though_the_text_differs()
    {
        var name = FixtureCatalog.Cases.First(c => c.Kind == CaseKind.Real);
        var fixture = FixtureOf(name);
        ref var entry = ref fixture.Results["Wx"].Values[0];
        entry = Math.BitIncrement(entry);
        new FixtureStore(_folder).Write(fixture);

        GradientAssert.Approved(new OwnBackprop(), name.ToString(), _folder);

        Assert.That(Directory.GetFiles(_folder, "*.received.*", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public void What_cannot_be_a_fixture_is_received_in_words()
    {
        Approve();

        Failure(() => Hold(new WrongOnPurpose("Wh missing")));

        Assert.That(File.ReadAllText(Received), Does.Contain("\"Wh\": \"the derivation gives no gradient\""));
    }

    [Test]
    public void Agreement_is_asserted_with_the_smallest_findings()
    {
        GradientAssert.Agrees(new OwnBackprop(), new CheckOptions { Cases = 3 });

        var message = Failure(
            () => GradientAssert.Agrees(Samples.MissingX1Contribution, new CheckOptions { Cases = 3 }));

        Assert.That(message, Does.StartWith("missing-x1-contribution does not agree with autograd:\n✗ "));
    }

    [Test]
    public void Received_files_are_ignored_by_git() =>
        Assert.That(File.ReadAllLines(Path.Combine(Repository.Root, ".gitignore")), Does.Contain("*.received.*"));

    private string Received => Path.Combine(_folder, "shared-weight", $"{Snapshot}.received.json");

    private void Hold(Derivation derivation) => GradientAssert.Approved(derivation, s_name.ToString(), _folder);

    private void Approve(Func<string, string>? edit = null)
    {
        var store = new FixtureStore(_folder);
        store.Write(FixtureOf(s_name));
        File.WriteAllText(store.PathOf(s_name), (edit ?? (t => t))(File.ReadAllText(store.PathOf(s_name))));
    }

    private static GradientFixture FixtureOf(CaseId name) => new FixtureStore(Repository.Fixtures).Read(name);

    private static byte[] Bytes(string path) => File.ReadAllBytes(path);

    // Both engines fail by an exception whose message is the report; NUnit must not count it against the test that
    // provoked it.
    private static string Failure(Action assertion)
    {
        using (new TestExecutionContext.IsolatedContext())
        {
            return Assert.Catch(() => assertion())!.Message;
        }
    }
}
