using System.Numerics.Tensors;
using GradOracle.Graphs;
using GradOracle.Networks;

namespace GradOracle.Bounds;

/// <summary>How far one evaluation of a batch may be from the exact values, entry by entry: nothing on exact cases,
/// what rounding does on real ones.</summary>
/// <remarks>
/// Where the gradients are polynomials of low degree it is <c>γ_K M</c>, M the majorant (see
/// <see cref="RoundingBound"/>); elsewhere the same from function to function (see <see cref="TermErrors"/>). Both are
/// theorems for every evaluation that rearranges sums of products. <see cref="Running"/> is narrower and names fewer: a
/// running error analysis (Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., §3.3) of evaluations that
/// take the very steps of the graph, with sums in any order. Two evaluations are no further apart than the sum of their
/// errors.
/// </remarks>
internal sealed class RoundingErrors
{
    private readonly CaseStack _batch;
    private readonly Dictionary<string, double[]> _errors = [];

    private RoundingErrors(CaseStack batch) => _batch = batch;

    /// <summary>The errors of a tensor of one case, row after row; empty where nothing may be off.</summary>
    public ReadOnlySpan<double> this[string tensor, int index] => _errors.GetValueOrDefault(tensor) is { } all
        ? all.AsSpan(index * (all.Length / _batch.Count), all.Length / _batch.Count)
        : default;

    /// <summary>The estimate of each case, where that is all there is: the network has no graph. Null where the errors
    /// are proven.</summary>
    public IReadOnlyList<RoundingEstimate>? Estimates { get; private init; }

    /// <summary>Whether nothing may be off.</summary>
    public bool AreZero => _errors.Count == 0;

    /// <summary>The errors of a tensor of all cases; null where nothing may be off.</summary>
    public double[]? OfAll(string tensor) => _errors.GetValueOrDefault(tensor);

    /// <summary>The errors of a tensor of one case, row after row; 0 where nothing may be off.</summary>
    public double[] Of(int index, string tensor) =>
        this[tensor, index] is { IsEmpty: false } errors ? errors.ToArray() : new double[_batch[tensor].Length];

    /// <summary>The errors of the evaluation that a network's statement describes, by whatever order of
    /// summation.</summary>
    /// <param name="batch">The cases.</param>
    /// <param name="roundings">How many roundings a term passes, where they are not those of the statement, by
    /// tensor.</param>
    public static RoundingErrors Of(CaseStack batch, Func<string, int>? roundings = null) =>
        batch.Kind == CaseKind.Exact ? new RoundingErrors(batch)
        : !batch.Network.HasGraph ? Estimated(batch)
        : batch.Scenario.NeedsRunningError ? OfTerms(batch, roundings)
        : OfMajorant(batch, roundings ?? batch.Scenario.RoundingsOf);

    /// <summary>The errors of a value on the way back, of all cases; null where nothing is off.</summary>
    public static double[]? OfNamed(CaseStack batch, string name)
    {
        if (batch.Kind == CaseKind.Exact)
        {
            return null;
        }

        var node = batch.Scenario.ResultOf(name);
        var schedule = new Schedule([node]);
        return new TermErrors(schedule, schedule.Evaluate(batch.Count, batch.ValuesOf), Rounding.Of(batch.Type))[node];
    }

    /// <summary>The running error analysis, whatever the kind of case.</summary>
    /// <param name="batch">The cases.</param>
    /// <param name="leafErrors">For tensors whose entries are themselves off, by how much at most. Two evaluations
    /// whose entries are apart by twice that are both no further than that from the point halfway between them, and
    /// their outputs and gradients from those of that point by this error.</param>
    /// <param name="scale">As in <see cref="Of(CaseStack, Func{string, int})"/>.</param>
    public static RoundingErrors Running(
        CaseStack batch, IReadOnlyDictionary<string, double[]>? leafErrors = null, Func<string, int>? scale = null)
    {
        var scenario = batch.Scenario;
        var schedule = scenario.Gradients;
        var values = schedule.Evaluate(batch.Count, batch.ValuesOf);
        var errors = schedule.Errors(
            values, Rounding.Of(batch.Type), leaf => leafErrors?.GetValueOrDefault(leaf.Name ?? ""));
        return Of(batch, node => errors[schedule[node]] ?? new double[batch.Count * node.Sizes.Length], scale);
    }

    // Two evaluations are apart by the estimate: each is off by half of it.
    private static RoundingErrors Estimated(CaseStack batch)
    {
        RoundingEstimate[] estimates =
            [.. Enumerable.Range(0, batch.Count).Select(s => RoundingEstimate.Of(batch.Alone(s)))];
        var result = new RoundingErrors(batch) { Estimates = estimates };
        foreach (var tensor in batch.Scenario.Differentiated.Select(spec => spec.Name).Append(Scenario.OutputName))
        {
            var length = batch.Scenario.ResultOf(tensor).Sizes.Length;
            var errors = result._errors[tensor] = new double[batch.Count * length];
            for (var s = 0; s < batch.Count; s++)
            {
                errors.AsSpan(s * length, length).Fill(estimates[s][tensor] / 2);
            }
        }

        return result;
    }

    private static RoundingErrors OfTerms(CaseStack batch, Func<string, int>? scale)
    {
        var schedule = batch.Scenario.Gradients;
        var errors = new TermErrors(schedule, schedule.Evaluate(batch.Count, batch.ValuesOf), Rounding.Of(batch.Type));
        return Of(batch, node => errors[node], scale);
    }

    private static RoundingErrors Of(CaseStack batch, Func<Node, double[]> errors, Func<string, int>? scale)
    {
        var scenario = batch.Scenario;
        var result = new RoundingErrors(batch);
        foreach (var tensor in scenario.Differentiated.Select(spec => spec.Name).Append(Scenario.OutputName))
        {
            var error = errors(scenario.ResultOf(tensor));
            var factor = scale is null ? 1 : (double)scale(tensor) / Math.Max(1, scenario.RoundingsOf(tensor));
            result._errors[tensor] = factor == 1 ? error : Array.ConvertAll(error, e => e * factor);
        }

        return result;
    }

    /// <summary>How far the loss of each case may be off.</summary>
    public static double[] OfLosses(CaseStack batch)
    {
        var forward = batch.Scenario.Forward;
        var values = forward.Evaluate(batch.Count, batch.ValuesOf);
        var entries = values[batch.Scenario.Entries];
        var errors = forward.Errors(values, Rounding.Of(batch.Type))[^1];
        var length = batch.Scenario.Entries.Sizes.Length;
        var gamma = RoundingBound.Gamma(length, batch.Type.UnitRoundoff);
        var losses = new double[batch.Count];
        for (var j = 0; j < entries.Length; j++)
        {
            var error = errors?[j] ?? 0;
            losses[j / length] += error + gamma * (Math.Abs(entries[j]) + 2 * error);
        }

        return losses;
    }

    private static RoundingErrors OfMajorant(CaseStack batch, Func<string, int> roundings)
    {
        var scenario = batch.Scenario;
        var majorant = Magnitudes(scenario.Majorant, batch, 0);
        var raised = batch.LargestMagnitude() > 1 ? Magnitudes(scenario.Undamped, batch, 1) : null;
        var result = new RoundingErrors(batch);
        for (var i = 0; i <= scenario.Differentiated.Count; i++)
        {
            var tensor = i == 0 ? Scenario.OutputName : scenario.Differentiated[i - 1].Name;
            var largest = raised is null ? scenario.AtOne(tensor) : raised[scenario.Undamped.Results[i]].Max();
            var bound = RoundingBound.Of(roundings(tensor), batch.Type, Math.Max(1, largest));
            var M = majorant[scenario.Majorant.Results[i]];
            var error = GC.AllocateUninitializedArray<double>(M.Length);
            bound.At(M, error);
            result._errors[tensor] = error;
        }

        return result;
    }

    // The absolute values of all entries, raised to the least where they are smaller.
    private static Values<double> Magnitudes(MajorantGraph majorant, CaseStack batch, double least) =>
        majorant.Of(batch.Count, node =>
    {
        if (batch.ValuesOf(node) is not { } values)
        {
            return null;
        }

        var magnitudes = GC.AllocateUninitializedArray<double>(values.Length);
        TensorPrimitives.Abs<double>(values, magnitudes);
        if (least > 0)
        {
            TensorPrimitives.Max<double>(magnitudes, least, magnitudes);
        }

        return magnitudes;
    });
}
