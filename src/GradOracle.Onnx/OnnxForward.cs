using System.Diagnostics;
using GradOracle.Messages;
using GradOracle.Onnx.Forwards;
using GradOracle.Onnx.Models;
using GradOracle.Onnx.Oracles;
using GradOracle.Torch;

namespace GradOracle.Onnx;

/// <summary>Holds the forward of a network against OnnxRuntime: a third one, and what is deployed.</summary>
public static class OnnxForward
{
    private const int FindingsKept = 3;

    /// <summary>
    /// Writes the network as an ONNX model and scores it with OnnxRuntime, in float32 and float64, over drawn shapes
    /// and cases. Its outputs may be no further from those of the network's own forward and TorchSharp's than rounding
    /// explains, by a bound that is proven for every way of writing sums of products; on exact cases they are the same
    /// to the last bit.
    /// </summary>
    /// <param name="network">The network; it must have a graph.</param>
    /// <param name="options">Which cases; its losses are not asked for. By default 100 of each kind and element
    /// type.</param>
    /// <returns>The verdict and the report, which says who is the odd one out.</returns>
    /// <exception cref="BadInputException">The network has no graph, or an option is out of range.</exception>
    /// <exception cref="TorchUnavailableException">libtorch cannot be loaded here.</exception>
    public static OnnxResult Check(Network network, CheckOptions? options = null) =>
        Check(network, options ?? new(), type => new OnnxGraph(type));

    /// <summary>Asserts what <see cref="Check(Network, CheckOptions)"/> finds.</summary>
    /// <inheritdoc cref="Check(Network, CheckOptions)"/>
    /// <exception cref="OnnxDisagreementException">The forwards do not agree, or nothing could be told.</exception>
    [StackTraceHidden]
    public static void Agrees(Network network, CheckOptions? options = null) => Check(network, options).Require();

    /// <summary>
    /// A gradient check with one more oracle: differences of what OnnxRuntime scores, extrapolated, in float64.
    /// Autograd decides as ever; where OnnxRuntime does not agree with it, the verdict says so.
    /// </summary>
    /// <param name="derivation">The derivation on trial.</param>
    /// <param name="options">Which cases; differences are taken entry by entry, so small shapes are right.</param>
    /// <exception cref="BadInputException">An option is out of range.</exception>
    /// <exception cref="TorchUnavailableException">libtorch cannot be loaded here.</exception>
    public static CheckResult CheckGradients(Derivation derivation, CheckOptions? options = null)
    {
        options ??= new();
        return GradientCheck.Run(derivation, options with { Oracles = [.. options.Oracles, new OnnxDifferences()] });
    }

    internal static OnnxResult Check(Network network, CheckOptions options, Func<ElementType, OnnxGraph> graph)
    {
        ArgumentNullException.ThrowIfNull(network);
        options.Validate();
        TorchRuntime.EnsureLoaded();
        var types = options.AreTypesGiven ? options.Types : ElementType.All;
        List<ForwardTrial> trials = [];
        foreach (var type in types)
        {
            trials.AddRange(options.Kinds.Select(
                (kind, i) => new ForwardTrial(network, kind, type, trials.Count + i, options, graph).Run()).ToList());
        }

        var all = trials.SelectMany(trial => trial.Cases.Select(found => (trial.Type, Found: found))).ToList();
        var wrong = all.Where(c => !c.Found.Agrees).Select(c => c.Found).ToList();
        var told = all.Count(c => c.Found.Width <= Verdicts.TensorFinding.Telling(c.Type));
        var verdict = all.Count == 0 ? Verdict.NotComparable
            : wrong.Exists(c => c.OthersApart <= 1) ? Verdict.Disagrees
            : wrong.Count > 0 ? Verdict.OraclesDisagree
            : told == 0 ? Verdict.Inconclusive
            : Verdict.Agrees;
        return new(
            $"{network.Name} in ONNX",
            verdict,
            [.. trials.Where(trial => trial.Cases.Count > 0).Select(Line)],
            [.. wrong.Take(FindingsKept).Select(c => c.Sentence())],
            [.. trials.Where(trial => trial.NotApplicable is not null)
                .Select(trial => $"{trial.Type}: not applicable: {trial.NotApplicable}").Distinct()]);
    }

    private static string Line(ForwardTrial trial)
    {
        var (cases, count) = (trial.Cases, trial.Cases.Count(found => found.Agrees));
        var same = $"{trial.Type} {CaseId.Word(trial.Kind)}: {count} of {cases.Count} agree";
        return trial.Kind == CaseKind.Exact
            ? $"{same}, bit for bit"
            : string.Concat(
                same,
                $", at most {NumberFormat.InBounds(cases.Max(c => c.FromOwn))} of the bound ",
                "from the network's own forward ",
                $"and {NumberFormat.InBounds(cases.Max(c => c.FromTorch))} from TorchSharp's");
    }
}
