using System.Diagnostics;
using GradOracle.Derivations;
using GradOracle.Diagnoses;
using GradOracle.Messages;
using GradOracle.Reports;
using GradOracle.Updates;

namespace GradOracle.Testing;

/// <summary>
/// Assertions about hand-written gradients. A failure says which gradient, where, both numbers, and how to replay it.
/// The package of a test framework names them <c>GradientAssert</c>.
/// </summary>
/// <typeparam name="TFramework">How a test of the framework fails, and what it leaves behind.</typeparam>
[StackTraceHidden]
public abstract partial class GradientAssertions<TFramework>
    where TFramework : ITestFramework
{
    private const int FindingsShown = 3;
    private static readonly AnalysisDepth s_depth = AnalysisDepth.Terminal with { InFull = FindingsShown };

    /// <summary>How messages and reports write what runs a finding again.</summary>
    internal static ReplayLine Replay { get; set; } = new TestReplay<TFramework>();

    /// <summary>Asserts that a derivation agrees with autograd on random shapes and seeds.</summary>
    /// <param name="derivation">The derivation on trial; it need not be registered.</param>
    /// <param name="options">Which cases; by default every loss, exact and real, float64.</param>
    /// <exception cref="BadInputException">An option is out of range, or a statement of the network fails.</exception>
    public static void Agrees(Derivation derivation, CheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        if (AskedCase.Name is { } name)
        {
            AgreesOn(name, derivation, options ?? new());
            return;
        }

        var tried = $"{derivation.Name} on {derivation.Network.Name} by {Exhibits.CodeOf(derivation)?.Method}";
        TestReports.Open(TFramework.Running, ReportedTotal.Derivation, tried);
        var result = GradientCheck.Run(derivation, options);
        if (!(options ?? new()).Accepts(result.Verdict))
        {
            var (check, cases) = result.Report(s_depth, Replay);
            var texts = cases.Select(CaseText.Of);
            var told = TestReports.Add<TFramework>(ReportedTotal.Derivation, tried, cases, check);
            Fail($"{PlainText.Quote(derivation.Name)} does not agree with autograd:\n{string.Join("\n", texts)}{told}");
        }
    }

    /// <summary>Asserts that code as it is, behind a lambda, agrees with autograd:
    /// <c>GradientAssert.Agrees(network, (x, g) =&gt; …)</c>.</summary>
    /// <param name="network">The network. Where the code leaves gradients out, <see cref="Network.Differentiates"/>
    /// says so.</param>
    /// <param name="differentiate">Takes a case's tensors from its first argument, in whatever form, and leaves the
    /// output and the gradients in its second.</param>
    /// <param name="options">Which cases; by default every loss, exact and real.</param>
    /// <exception cref="BadInputException">An option is out of range, or the code names a tensor that there is
    /// not.</exception>
    public static void Agrees(
        Network network, Action<ArrayCase, ArrayGradients> differentiate, CheckOptions? options = null) =>
        Agrees(Derivation.Of(network, differentiate), options);

    /// <summary>Asserts that weight updates by hand agree with <c>torch.optim.SGD</c>, each step from the same weights
    /// and over whole runs from random cases.</summary>
    /// <param name="derivation">The derivation that gives the gradients; it need not be registered.</param>
    /// <param name="rule">Rate, momentum and weight decay.</param>
    /// <param name="steps">How many steps a run has.</param>
    /// <param name="options">Which cases; by default one for every loss and kind, float64.</param>
    /// <param name="update">The update on trial; by default the library's own, so that the gradients are what is on
    /// trial.</param>
    /// <exception cref="BadInputException">A number is out of range, or a statement of the network fails.</exception>
    public static void UpdatesAgree(
        Derivation derivation, UpdateRule rule, int steps = 20, CheckOptions? options = null, IUpdate? update = null)
    {
        options ??= new CheckOptions { Cases = UpdateSuite.DefaultCases };
        var failures = UpdateSuite.Run(
            derivation, options, rule, steps, update).Where(r => !options.Accepts(r.Verdict)).ToList();
        if (failures.Count > 0)
        {
            Fail($"Updates by hand do not agree with torch.optim.SGD:\n{string.Join("\n", failures.Take(FindingsShown).Select(f => UpdateText.Finding(f, Replay)))}");
        }
    }

    /// <summary>
    /// Completes the report of what fails, when the tests of an assembly have ended, and writes a line for each
    /// diagnosis to the standard error. Without it the report is completed when the process exits, and a test runner
    /// that is in a hurry (<c>dotnet test</c> waits a tenth of a second) may leave out the later half of very many
    /// failures.
    /// </summary>
    public static void CompleteReport() => CompleteReport(Console.Error);

    /// <summary>The same, told elsewhere.</summary>
    internal static void CompleteReport(TextWriter told)
    {
        if (TestReports.Finish() is { Length: > 0 } summary)
        {
            told.WriteLine($"GradOracle: {summary.TrimEnd()}");
        }
    }

    // A test may hold several networks: the case is one of one of them.
    private static void AgreesOn(string name, Derivation derivation, CheckOptions options)
    {
        if (name.StartsWith($"{derivation.Network.Name}/", StringComparison.Ordinal))
        {
            var result = GradientCheck.Replay(derivation, name);
            TFramework.Write(PlainText.Lines(result.ToString()));
            if (!options.Accepts(result.Verdict))
            {
                Fail($"{PlainText.Quote(derivation.Name)} does not agree with autograd:\n{result}");
            }
        }
    }

    // The gate: names and values of others end here, and build servers print what a test says.
    private static void Fail(string message) => TFramework.Fail(PlainText.Lines(message));
}
