using GradOracle.Fixtures;
using GradOracle.Gallery;
using GradOracle.NUnit;
using NUnit.Framework;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace GradOracle.Tests;

/// <summary>Within <c>Assert.Multiple</c> a failure throws nothing: what follows it must not undo it.</summary>
public sealed class ApprovedWithinMultipleTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("gradoracle-multiple-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Values_that_disagree_are_not_offered_for_approval()
    {
        var failures = Failures(() => Approved(Samples.MissingX1Contribution));

        Assert.That(failures, Has.Count.EqualTo(1));
        Assert.That(failures[0], Does.StartWith("There is nothing to approve: "));
        Assert.That(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public void A_missing_approved_file_is_one_failure_and_leaves_the_received_file_that_it_names()
    {
        var failures = Failures(() => Approved(new OwnBackprop()));

        Assert.That(failures, Has.Count.EqualTo(1));
        Assert.That(failures[0], Does.StartWith("No gradients are approved yet for "));
        Assert.That(File.Exists(Received));
    }

    [Test]
    public void Wrong_values_are_one_failure_and_leave_the_received_file_that_it_names()
    {
        new FixtureStore(_folder).Write(new FixtureStore(Repository.Fixtures).Read(FixtureCatalog.Cases[0]));

        var failures = Failures(() => Approved(Samples.MissingX1Contribution));

        Assert.That(failures, Has.Count.EqualTo(1));
        Assert.That(failures[0], Does.StartWith("✗ ").And.Contain($"\n  received: {Received}\n"));
        Assert.That(File.Exists(Received));
    }

    [Test]
    public void An_empty_approved_file_approves_nothing_and_offers_no_wrong_values()
    {
        var approved = new FixtureStore(_folder).PathOf(FixtureCatalog.Cases[0]);
        Directory.CreateDirectory(Path.GetDirectoryName(approved)!);
        File.WriteAllText(approved, "");

        var failures = Failures(() => Approved(Samples.MissingX1Contribution));

        Assert.That(failures.Single(), Does.StartWith("There is nothing to approve: "));
        Assert.That(File.Exists(Received), Is.False);
    }

    private string Received =>
        Path.Combine(_folder, $"{GradientFixture.PathOf(FixtureCatalog.Cases[0])}.received.json");

    private void Approved(Derivation derivation) =>
        GradientAssert.Approved(derivation, FixtureCatalog.Cases[0].ToString(), _folder);

    // The failures are recorded on a result that nobody counts.
    private static List<string> Failures(Action assertion)
    {
        using (new TestExecutionContext.IsolatedContext())
        {
            var before = TestExecutionContext.CurrentContext.CurrentResult.AssertionResults.Count;
            try
            {
                Assert.Multiple(() => assertion());
            }
            catch (MultipleAssertException)
            {
                // Thrown at the end of the block, for all of them.
            }

            return [.. TestExecutionContext.CurrentContext.CurrentResult.AssertionResults.Skip(before)
                .Where(r => r.Status == AssertionStatus.Failed).Select(r => r.Message!)];
        }
    }
}
