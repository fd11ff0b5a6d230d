using System.Reflection;
using System.Runtime.CompilerServices;
using GradOracle.Cases;
using GradOracle.Diagnoses;
using GradOracle.Files;
using GradOracle.Fixtures;
using GradOracle.Messages;
using GradOracle.Reports;
using GradOracle.Verdicts;

namespace GradOracle.Testing;

/// <content>Approved gradients.</content>
public abstract partial class GradientAssertions<TFramework>
{
    /// <summary>
    /// Asserts that both a derivation and autograd still give the approved gradients of a case: equal on an exact case,
    /// within the rounding bound on a real one. The approved file is <c>network/loss.kind.shape.seed.verified.json</c>;
    /// a failure leaves <c>….received.json</c> beside it, with what the derivation (or else autograd) gives now. A case
    /// without an approved file fails.
    /// </summary>
    /// <param name="derivation">The derivation on trial; it need not be registered.</param>
    /// <param name="caseName">The name of the case, as reports print it.</param>
    /// <param name="folder">The folder of fixtures, a relative one taken from the project; by default <c>fixtures</c>
    /// beside the calling source file.</param>
    /// <param name="sourceFile">Filled in by the compiler.</param>
    /// <exception cref="BadInputException">The name is not that of a case of the derivation's network, or the source
    /// file is not in the project.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Approved(
        Derivation derivation, string caseName, string? folder = null, [CallerFilePath] string sourceFile = "")
    {
        ArgumentNullException.ThrowIfNull(derivation);
        var root = FixturesOf(Assembly.GetCallingAssembly(), folder, sourceFile);
        var name = CaseId.Parse(caseName, derivation.Network);
        TestReports.Open(TFramework.Running, ReportedTotal.Fixture, Approval(derivation, name));
        var batch = CaseGenerator.Generate(name);
        AtomicFile.CreateFolderOf(Path.Combine(root, GradientFixture.PathOf(name)));
        var store = new FixtureStore(root);
        if (!Snapshots.IsApproved(store.PathOf(name)) && RefuseDisagreement(derivation, batch, name))
        {
            return;
        }

        // Within NUnit's Assert.Multiple a failure does not throw: after one there is no second, which would take
        // away what the first left.
        foreach (var received in FixtureCheck.Receive(derivation, batch))
        {
            string? difference = null;
            var receivedPath = TFramework.Compare(
                Path.GetDirectoryName(store.PathOf(name))!,
                Path.GetFileName(GradientFixture.PathOf(name)),
                FixtureText.Of(new GradientFixture(name, batch, received)),
                () => difference = Difference(store, derivation, batch, name));
            if (receivedPath is not null)
            {
                Leave(receivedPath, difference ?? NotYetApproved(name, store));
                return;
            }
        }
    }

    private static string FixturesOf(Assembly caller, string? folder, string sourceFile)
    {
        if (Path.IsPathFullyQualified(folder ?? ""))
        {
            return Path.GetFullPath(folder!);
        }

        var project = TestProject.Of(caller)
            ?? throw new BadInputException($"There is no project of {caller.GetName().Name} on this machine: give the full path of the folder of fixtures.");
        return folder is null
            ? project.FixturesBeside(sourceFile)
            : Path.GetFullPath(Path.Combine(project.Folder, folder));
    }

    // What is wrong today must not be approved by renaming a received file.
    private static bool RefuseDisagreement(Derivation derivation, CaseStack batch, CaseId name)
    {
        var comparison = Comparison.Of(derivation, batch).Describe(0);
        if (comparison.Verdict == Verdict.Agrees)
        {
            return false;
        }

        var reported = CaseReport.Of(FailureAnalysis.InFull(derivation, comparison), Replay);
        Fail(
            $"There is nothing to approve: {PlainText.Quote(derivation.Name)} and autograd do not agree on this case.\n"
            + $"{CaseText.Of(reported)}{TestReports.Add<TFramework>(ReportedTotal.Fixture, Approval(derivation, name), [reported])}");
        return true;
    }

    private static string? Difference(FixtureStore store, Derivation derivation, CaseStack batch, CaseId name)
    {
        try
        {
            var fixture = store.Read(name);
            if (!fixture.HasInputsOf(batch))
            {
                return $"The inputs in {FixtureStore.FileOf(name)} are not those that the case's name draws: regenerate it.";
            }

            var failures = FixtureCheck.Failures(fixture, derivation);
            if (failures.Count == 0)
            {
                return null;
            }

            var cases = FixtureReport.Of(FixtureCheck.LookInto(failures), Replay);
            var told = TestReports.Add<TFramework>(ReportedTotal.Fixture, Approval(derivation, name), cases);
            return $"{FixtureReport.Text(cases)}{told}".TrimEnd();
        }
        catch (BadInputException unusable)
        {
            return unusable.Message;
        }
    }

    private static string Approval(Derivation derivation, CaseId name) => $"{derivation.Name}: {name}";

    private static string NotYetApproved(CaseId name, FixtureStore store) =>
        $"No gradients are approved yet for {name}.\n"
        + $"  Read those that were received; if they are right, rename the file to {Path.GetFileName(store.PathOf(name))}, "
        + "and commit it.";

    private static void Leave(string receivedPath, string finding)
    {
        if (TFramework.Running is not null)
        {
            TFramework.Attach(receivedPath, "what was received");
        }

        TFramework.Fail(PlainText.Lines($"{finding}\n  received: {receivedPath}\n"));
    }
}
