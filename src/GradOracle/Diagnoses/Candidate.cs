namespace GradOracle.Diagnoses;

/// <summary>A mistake and the gradients it gives as they were received, in every case.</summary>
internal sealed record Candidate(
    Edit Edit,
    IReadOnlySet<string> Tensors,
    bool TouchesNothingElse,
    double Residual,
    int Cases,
    IReadOnlyList<IReadOnlyDictionary<string, TensorStack>?> Predictions)
{
    // A change that is lost among what rounding leaves explains nothing.
    private const double LeastExplained = 1000;

    /// <summary>A mistake that fits every case; null where one refutes it.</summary>
    public static Candidate? Of(Edit edit, IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        var predictions = new List<IReadOnlyDictionary<string, TensorStack>?>();
        var fits = wrong.ToHashSet();
        var residual = 0.0;

        // Where there are exact cases, real ones of the same shape only refute.
        bool Counts(Observation o) =>
            o.Pass.Case.Kind == observations[0].Pass.Case.Kind || o.Pass.Scenario.RangeOf(ElementType.Float64) == 0;
        foreach (var observation in observations)
        {
            var predicted = observation.Pass.Predict(edit);
            foreach (var tensor in fits.ToList())
            {
                if (observation.Residual(tensor, predicted, edit.Rounds) is { } left)
                {
                    residual = Counts(observation) ? Math.Max(residual, left) : residual;
                }
                else
                {
                    fits.Remove(tensor);
                }
            }

            if (fits.Count == 0)
            {
                return null;
            }

            predictions.Add(predicted);
        }

        fits.RemoveWhere(t => !Explains(t, observations, predictions));
        var touchesNothingElse = observations.Zip(predictions).All(o => o.Second is null || o.Second.All(p =>
            fits.Contains(p.Key) || IsSame(p.Value, o.First.Pass.Gradients[p.Key])));
        var seen = observations.Count(o => Counts(o) && fits.Any(t => o.IsWrong(t)));
        return fits.Count == 0 || !IsCertain(edit, fits, observations)
            ? null
            : new(edit, fits, touchesNothingElse, residual, seen, predictions);
    }

    public bool DiffersFrom(Candidate other, IReadOnlyList<string> tensors) =>
        Predictions.Zip(other.Predictions).Any(p =>
        p.First is null != p.Second is null || (p is ({ } a, { } b) && tensors.Any(t => !Near(a[t], b[t]))));

    // A number that is no plain one is noise, unless it is the same in cases of several sizes; and a part of a tensor
    // may be it by chance, in one.
    private static bool IsCertain(Edit edit, HashSet<string> fits, IReadOnlyList<Observation> observations)
    {
        var isNoPlainNumber = edit.Findings.Any(f => f.Factor is { IsPlain: false });
        if (!isNoPlainNumber && edit.Order != TensorEdits.OrderOfParts && edit.IsKnown)
        {
            return true;
        }

        // Of many formulas one fits a single case by chance.
        var differing = observations.Where(o => fits.Any(t => o.IsWrong(t))).ToList();
        if (!edit.IsKnown)
        {
            return differing.Count > 1;
        }

        return differing.Count >= (isNoPlainNumber ? 3 : 2)
            && differing.Select(o => o.Pass.Case.Shape).Distinct().Count() > 1;
    }

    // What was never seen to make a difference explains none.
    private static bool Explains(
        string tensor, IReadOnlyList<Observation> observations, List<IReadOnlyDictionary<string, TensorStack>?> predictions)
    {
        for (var i = 0; i < predictions.Count; i++)
        {
            var observation = observations[i];
            if (observation.Received[tensor] is not { } received || !observation.Differs(tensor))
            {
                continue;
            }

            if (!received.Sizes.Equals(observation.Pass.Gradients[tensor].Sizes)
                || (predictions[i] is { } predicted && observation.Difference(tensor) >= LeastExplained * observation.Distance(tensor, predicted[tensor])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsSame(TensorStack a, TensorStack b) =>
        a.Sizes.Equals(b.Sizes) && a.Values.AsSpan().SequenceEqual(b.Values);

    private static bool Near(TensorStack a, TensorStack b)
    {
        double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(v => v * v));
        return a.Sizes.Equals(b.Sizes)
            && Norm(a.Values.Zip(b.Values, (x, y) => x - y)) <= 1e-9 * Math.Max(Norm(a.Values), Norm(b.Values));
    }
}
