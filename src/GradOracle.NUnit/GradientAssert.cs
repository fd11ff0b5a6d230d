using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using GradOracle.Cases;
using GradOracle.Diagnoses;
using GradOracle.Files;
using GradOracle.Fixtures;
using GradOracle.Messages;
using GradOracle.Reports;
using GradOracle.Updates;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.NUnit;

/// <summary>Assertions about hand-written gradients. A failure says which gradient, where, both numbers, and how to replay it.</summary>
[StackTraceHidden]
public static partial class GradientAssert
{
    private const int FindingsShown = 3;
    private static readonly AnalysisDepth s_depth = AnalysisDepth.Terminal with { InFull = FindingsShown };

    /// <summary>How messages and reports write what runs a finding again.</summary>
    internal static ReplayLine Replay { get; set; } = new TestReplay();

    /// <summary>Asserts that a derivation agrees with autograd on random shapes and seeds.</summary>
    /// <param name="derivation">The derivation on trial; it need not be registered.</param>
    /// <param name="options">Which cases; by default every loss, exact and real, float64.</param>
    /// <exception cref="BadInputException">An option is out of range, or a statement of the network fails.</exception>
    public static void Agrees(Derivation derivation, CheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        if (TestReplay.Asked is { } name)
        {
            AgreesOn(name, derivation, options ?? new());
            return;
        }

        var tried = $"{derivation.Name} on {derivation.Network.Name}";
        TestReports.Open(ReportedTotal.Derivation, tried);
        var result = GradientCheck.Run(derivation, options);
        if (!(options ?? new()).Accepts(result.Verdict))
        {
            var (check, cases) = result.Report(s_depth, Replay);
            var texts = cases.Select(CaseText.Of);
            Fail($"{PlainText.Quote(derivation.Name)} does not agree with autograd:\n{string.Join("\n", texts)}{TestReports.Add(ReportedTotal.Derivation, tried, cases, check)}");
        }
    }

    /// <summary>Asserts that code as it is, behind a lambda, agrees with autograd: <c>GradientAssert.Agrees(network, (x, g) =&gt; …)</c>.</summary>
    /// <param name="network">The network. Where the code leaves gradients out, <see cref="Network.Differentiates"/>
    /// says so.</param>
    /// <param name="differentiate">Takes a case's tensors from its first argument, in whatever form, and leaves the
    /// output and the gradients in its second.</param>
    /// <param name="options">Which cases; by default every loss, exact and real.</param>
    /// <exception cref="BadInputException">An option is out of range, or the code names a tensor that there is not.</exception>
    public static void Agrees(
        Network network, Action<ArrayCase, ArrayGradients> differentiate, CheckOptions? options = null) =>
        Agrees(Derivation.Of(network, differentiate), options);

    /// <summary>Asserts that weight updates by hand agree with <c>torch.optim.SGD</c>, each step from the same weights and over whole runs from random cases.</summary>
    /// <param name="derivation">The derivation that gives the gradients; it need not be registered.</param>
    /// <param name="rule">Rate, momentum and weight decay.</param>
    /// <param name="steps">How many steps a run has.</param>
    /// <param name="options">Which cases; by default one for every loss and kind, float64.</param>
    /// <param name="update">The update on trial; by default the library's own, so that the gradients are what is on trial.</param>
    /// <exception cref="BadInputException">A number is out of range, or a statement of the network fails.</exception>
    public static void UpdatesAgree(Derivation derivation, UpdateRule rule, int steps = 20, CheckOptions? options = null, IUpdate? update = null)
    {
        options ??= new CheckOptions { Cases = UpdateSuite.DefaultCases };
        var failures = UpdateSuite.Run(derivation, options, rule, steps, update).Where(r => !options.Accepts(r.Verdict)).ToList();
        if (failures.Count > 0)
        {
            Fail($"Updates by hand do not agree with torch.optim.SGD:\n{string.Join("\n", failures.Take(FindingsShown).Select(f => UpdateText.Finding(f, Replay)))}");
        }
    }

    /// <summary>
    /// Asserts that both a derivation and autograd still give the approved gradients of a case: equal on an exact case, within the
    /// rounding bound on a real one. The approved file is <c>network/loss.kind.shape.seed.verified.json</c>; a failure leaves
    /// <c>….received.json</c> beside it, with what the derivation (or else autograd) gives now. A case without an approved file fails.
    /// </summary>
    /// <param name="derivation">The derivation on trial; it need not be registered.</param>
    /// <param name="caseName">The name of the case, as reports print it.</param>
    /// <param name="folder">The folder of fixtures, a relative one taken from the project; by default <c>fixtures</c> beside the calling source file.</param>
    /// <param name="sourceFile">Filled in by the compiler.</param>
    /// <exception cref="BadInputException">The name is not that of a case of the derivation's network, or the source file is not in the project.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Approved(Derivation derivation, string caseName, string? folder = null, [CallerFilePath] string sourceFile = "")
    {
        ArgumentNullException.ThrowIfNull(derivation);
        var root = FixturesOf(Assembly.GetCallingAssembly(), folder, sourceFile);
        var name = CaseId.Parse(caseName, derivation.Network);
        TestReports.Open(ReportedTotal.Fixture, Approval(derivation, name));
        var batch = CaseGenerator.Generate(name);
        AtomicFile.CreateFolderOf(Path.Combine(root, GradientFixture.PathOf(name)));
        var store = new FixtureStore(root);
        if (!SnapshotEngine.IsApproved(store.PathOf(name)) && RefuseDisagreement(derivation, batch, name))
        {
            return;
        }

        // Within Assert.Multiple a failure does not throw: after one there is no second, which would take away what the first left.
        foreach (var received in FixtureCheck.Receive(derivation, batch))
        {
            var holds = SnapshotEngine.Verify(
                Path.GetDirectoryName(store.PathOf(name))!,
                Path.GetFileName(GradientFixture.PathOf(name)),
                FixtureText.Of(new GradientFixture(name, batch, received)),
                () => Difference(store, derivation, batch, name));
            if (!holds)
            {
                return;
            }
        }
    }

    // A test may hold several networks: the case is one of one of them.
    private static void AgreesOn(string name, Derivation derivation, CheckOptions options)
    {
        if (name.StartsWith($"{derivation.Network.Name}/", StringComparison.Ordinal))
        {
            var result = GradientCheck.Replay(derivation, name);
            TestContext.Out.WriteLine(PlainText.Lines(result.ToString()));
            if (!options.Accepts(result.Verdict))
            {
                Fail($"{PlainText.Quote(derivation.Name)} does not agree with autograd:\n{result}");
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
        return folder is null ? project.FixturesBeside(sourceFile) : Path.GetFullPath(Path.Combine(project.Folder, folder));
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
            + $"{CaseText.Of(reported)}{TestReports.Add(ReportedTotal.Fixture, Approval(derivation, name), [reported])}");
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
            return $"{FixtureReport.Text(cases)}{TestReports.Add(ReportedTotal.Fixture, Approval(derivation, name), cases)}".TrimEnd();
        }
        catch (BadInputException unusable)
        {
            return unusable.Message;
        }
    }

    private static string Approval(Derivation derivation, CaseId name) => $"{derivation.Name}: {name}";

    // The gate: names and values of others end here, and build servers print what a test says.
    private static void Fail(string message) => Assert.Fail(PlainText.Lines(message));
}
