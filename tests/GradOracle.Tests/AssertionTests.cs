using GradOracle.Fixtures;
using GradOracle.Gallery;
using GradOracle.NUnit;
using GradOracle.Reports;
using GradOracle.Testing;
using GradOracle.Updates;
using NUnit.Framework;
using NUnit.Framework.Internal;
using TorchSharp;

namespace GradOracle.Tests;

/// <summary>An assertion passes where the verdict is "agrees", and nowhere else unless that was asked for.</summary>
[Category("Quick")]
public sealed class AssertionTests
{
    private static readonly CheckOptions s_few =
        new() { Cases = 2, Losses = [Samples.SquaredError], MaxSize = 3, Kinds = [CaseKind.Real] };
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("gradoracle-assertions-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase(Verdict.Agrees, true, true)]
    [TestCase(Verdict.Inconclusive, false, true)]
    [TestCase(Verdict.OraclesDisagree, false, false)]
    [TestCase(Verdict.Disagrees, false, false)]
    [TestCase(Verdict.NotComparable, false, false)]
    public void Agreeing_is_accepted_and_inconclusive_where_it_is_allowed(
        Verdict verdict, bool isAccepted, bool isAllowed)
    {
        Assert.That(new CheckOptions().Accepts(verdict), Is.EqualTo(isAccepted));
        Assert.That(new CheckOptions { AllowInconclusive = true }.Accepts(verdict), Is.EqualTo(isAllowed));
    }

    [Test]
    public void What_is_not_comparable_fails_and_is_never_allowed()
    {
        var missing = new WrongOnPurpose("Wh missing");

        Assert.That(
            Failure(() => GradientAssert.Agrees(missing, s_few)), Does.Contain("the derivation gives no gradient"));
        Assert.That(
            Failure(() => GradientAssert.Agrees(missing, s_few with { AllowInconclusive = true })), Is.Not.Empty);
    }

    [Test]
    public void What_is_inconclusive_fails_unless_it_is_allowed()
    {
        var right = new Echo(new Steep());

        Assert.That(
            GradientCheck.Run(right, s_few).Verdict,
            Is.EqualTo(Verdict.Inconclusive),
            "the network is no example any more");
        Assert.That(
            Failure(() => GradientAssert.Agrees(right, s_few)),
            Does.StartWith("echo does not agree with autograd:\n? "));
        GradientAssert.Agrees(right, s_few with { AllowInconclusive = true });
    }

    [Test]
    public void The_options_of_an_assertion_are_those_of_the_check()
    {
        var recorder = new Recorder(new OwnBackprop());

        GradientAssert.Agrees(recorder, s_few with { Seed = 77, Cases = 3 });

        var seeds = recorder.Names.Select(n => Samples.Case(n).Seed).Distinct().Order();
        Assert.That(seeds, Is.EqualTo(new ulong[] { 77, 78, 79 }));
        Assert.That(
            recorder.Names.Select(n => (Samples.Case(n).Kind, Samples.Case(n).Loss.Name)).Distinct(),
            Is.EqualTo(new[] { (CaseKind.Real, "squared-error") }));
    }

    [Test]
    public void Right_updates_pass_and_every_wrong_one_fails()
    {
        var rule = new UpdateRule(1 / 64.0, 0.5, 0.125);
        GradientAssert.UpdatesAgree(new OwnBackprop(), rule, 3, s_few);

        foreach (var wrong in UpdateMistake.All)
        {
            Assert.That(
                Failure(() => GradientAssert.UpdatesAgree(new OwnBackprop(), rule, 3, s_few, wrong)),
                Does.StartWith("Updates by hand do not agree with torch.optim.SGD:\n✗ "), wrong.Name);
        }
    }

    [Test]
    public void Updates_with_wrong_gradients_fail_by_default_too()
    {
        var failure = Failure(
            () => GradientAssert.UpdatesAgree(Samples.MissingX1Contribution, new UpdateRule(1 / 64.0), 2, s_few));

        Assert.That(failure, Does.Contain("the gradients are wrong already (Wx)"));
    }

    [Test]
    public void The_steps_that_are_asked_for_are_taken()
    {
        var failure = Failure(
            () => GradientAssert.UpdatesAgree(Samples.MissingX1Contribution, new UpdateRule(1 / 64.0), 7, s_few));

        Assert.That(failure, Does.Contain("--steps 7 ").Or.Contain(", 7)"));
    }

    [Test]
    public void A_fixture_is_held_against_autograd_too()
    {
        // The derivation and the approved values have the same mistake: only autograd can tell.
        var wrong = new Sabotaged(g => g["Wh"].Values[0]++);
        var name = FixtureCatalog.Cases[0];
        var batch = Samples.Generate(name);
        new FixtureStore(_folder).Write(new GradientFixture(name, batch, wrong.Differentiate(batch)));

        var failure = Failure(() => GradientAssert.Approved(wrong, name.ToString(), _folder));

        Assert.That(failure, Does.Contain("autograd is the odd one out").And.Contain("Wh 3×3"));
    }

    [Test]
    public void What_is_inconclusive_is_not_offered_for_approval()
    {
        var name = new CaseId(
            new Steep(), Samples.SquaredError, Samples.Unequal, CaseKind.Real, ElementType.Float64, 1);

        var failure = Failure(() => GradientAssert.Approved(new Echo(new Steep()), name.ToString(), _folder));

        Assert.That(
            failure, Does.StartWith("There is nothing to approve: echo and autograd do not agree on this case."));
        Assert.That(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public void A_backward_that_is_wrong_fails_and_a_right_one_passes()
    {
        using var x = torch.tensor(new[] { 0.5, -1.5 });
        GradientAssert.Backward(t => t.mul(t), x);

        // The constant factor is detached: autograd does not see that it depends on the input.
        Assert.That(Failure(() => GradientAssert.Backward(t => t.mul(t.detach()), x)), Is.Not.Empty);
    }

    [Test]
    public void A_report_has_the_checks_of_its_failures_and_at_most_twenty()
    {
        var report = new TestReport(_folder, "GradOracle.Tests");
        var (check, cases) = (Samples.Wrong.Checks[0], Samples.Wrong.Cases.Take(1).ToList());

        report.Add(cases);
        report.Add(cases, check);
        Assert.That(Read().Checks, Has.Count.EqualTo(1));

        for (var i = 0; i < 25; i++)
        {
            report.Add(cases, check);
        }

        report.Finish();
        Assert.That((Read().Checks.Count, Read().Cases.Count), Is.EqualTo((20, 27)));

        Report Read() => JsonReport.Read(Path.Combine(_folder, "GradOracle.Tests.json"));
    }

    [Test]
    [NonParallelizable] // the environment is that of the process
    public void Where_one_case_is_asked_for_that_one_is_checked_and_no_other()
    {
        var recorder = new Recorder(Samples.MissingX1Contribution);
        Environment.SetEnvironmentVariable(AskedCase.Variable, CaseId.Example);
        try
        {
            Assert.That(
                Failure(() => GradientAssert.Agrees(recorder, s_few)), Does.Contain("does not agree with autograd"));
            Assert.That(
                Failure(() => GradientAssert.Agrees(new WrongOnPurpose("Wh missing"), s_few)),
                Does.Contain("gives no gradient"));
            GradientAssert.Agrees(new OwnBackprop(), s_few);

            // A case of a network whose name begins alike is another network's.
            GradientAssert.Agrees(new Echo(new Shared()), s_few);
        }
        finally
        {
            Environment.SetEnvironmentVariable(AskedCase.Variable, null);
        }

        // Beside it stands a neighbour, whose name would be the next.
        Assert.That(recorder.Names.First(), Is.EqualTo(Samples.Case(CaseId.Example).ToString()));
        Assert.That(recorder.Names.Distinct().Count(), Is.LessThanOrEqualTo(2));
    }

    private sealed class Shared : Renamed
    {
        public override string Name => "shared";
    }

    [Test]
    public void Cases_are_tests_named_as_they_are() => Assert.That(
        GradientCases.Of(FixtureCatalog.Cases.Take(2)).Select(t => ((string?)t.Arguments[0], t.TestName)),
        Is.EqualTo(FixtureCatalog.Cases.Take(2).Select(c => (c.ToString(), c.ToString()))));

    private static string Failure(Action assertion)
    {
        using (new TestExecutionContext.IsolatedContext())
        {
            return Assert.Throws<AssertionException>(() => assertion()).Message;
        }
    }
}
