using GradOracle.Networks;

namespace GradOracle.Diagnoses;

/// <summary>Finds which mistake, made in the right backward pass, gives the gradients that a wrong derivation gives.</summary>
/// <remarks>
/// The right backward pass is read off the network's statement. Every mistake of a fixed catalogue is made in it, one at a time, and what it predicts is held
/// against what was received, on cases of different sizes; factors are found by least squares over the contributions. Only what fits every case
/// counts, exact cases with residual 0.
/// </remarks>
internal static class FaultLocalization
{
    private const int LargestCase = 1 << 14;
    private const int FittedCases = 3;
    private const int AlternativesSaid = 3;

    /// <summary>The diagnosis of a derivation that does not agree on a case; null where it agrees on all that was tried.</summary>
    /// <param name="derivation">The derivation on trial.</param>
    /// <param name="failing">A batch of one case on which it does not agree.</param>
    public static Diagnosis? Of(Derivation derivation, CaseStack failing)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(failing);
        var observations = Observe(derivation, failing);
        if (observations.Count == 0)
        {
            return Diagnosis.Of("the right gradients overflow in every case tried");
        }

        var first = observations[0].Pass;
        var wrong = first.Gradients.Keys.Where(t => observations.Any(o => o.Received[t] is not null && o.Differs(t))).ToList();
        List<string> missing = [.. first.Gradients.Keys.Where(t => observations.Any(o => !o.Failed && o.Received[t] is null)).Select(t => $"the derivation gives no finite gradient of {t}, at least in some cases")];
        if (wrong.Count == 0 && missing.Count > 0)
        {
            return new([], missing);
        }

        if (wrong.Count == 0)
        {
            var failed = observations.Where(o => o.Failed).ToList();
            return failed.Count == 0 ? null : Diagnosis.Of(failed.Count == observations.Count
                ? "the derivation gives nothing that could be compared, at any of the sizes tried"
                : $"the derivation fails at some sizes, {failed[0].Pass.Case.Shape} among them, and is right at those where it does not");
        }

        if (observations.Exists(o => !o.LossIsRight() || !o.PassIsRight()))
        {
            return Diagnosis.Of($"the hand-written ∂L/∂Ŷ of the loss {failing.Loss.Name} is not autograd's: check the loss before the derivation");
        }

        var edits = Edits(observations, wrong);
        var candidates = edits.Select(e => Candidate.Of(e, observations, wrong)).OfType<Candidate>().ToList();
        var diagnosis = Choose(candidates, wrong, observations, edits.Count);
        return diagnosis with { Unexplained = [.. diagnosis.Unexplained, .. missing] };
    }

    // The same steps must have been taken, or places in one backward pass mean nothing in another.
    private static List<Observation> Observe(Derivation derivation, CaseStack failing)
    {
        var cases = DiagnosticCases.Of(failing.Network, failing.Loss, failing.FirstSeed);
        if (failing.Tensors.Sum(t => t.Length) <= LargestCase)
        {
            cases = cases.Append(failing with { Type = ElementType.Float64 });
        }

        var observations = cases.Select(c => Observation.Of(derivation, c)).Where(o => o.IsFinite).ToList();
        if (observations.Count == 0)
        {
            return [];
        }

        return [.. observations.Where(o => o.Pass.Keys.SequenceEqual(observations[0].Pass.Keys))];
    }

    private static List<Edit> Edits(List<Observation> observations, List<string> wrong)
    {
        var pass = observations[0].Pass;
        List<Edit> edits = [.. PassEdits.Of(pass), .. ProductEdits.Of(pass), .. TimeEdits.Of(pass), .. TensorEdits.Of(pass)];
        foreach (var observation in observations.Where(o => !o.Failed).Take(FittedCases))
        {
            edits.AddRange(PassEdits.EarlyUpdates(observation.Pass, observation.Received));
        }

        foreach (var tensor in wrong)
        {
            foreach (var observation in observations.Where(o => o.Received[tensor] is not null && o.Differs(tensor)).Take(FittedCases))
            {
                edits.AddRange(ContributionEdits.Of(observation.Pass, tensor, observation.Received[tensor]!));
                edits.AddRange(TensorEdits.Parts(observation.Pass, tensor, observation.Received[tensor]!));
            }
        }

        return [.. edits.DistinctBy(e => (e.Sentence, e.Order))];
    }

    private static Diagnosis Choose(List<Candidate> candidates, List<string> wrong, List<Observation> observations, int tried)
    {
        var explanations = new List<Explanation>();
        var remaining = wrong.ToHashSet();
        while (candidates.Where(c => c.Tensors.Any(remaining.Contains)).ToList() is { Count: > 0 } useful)
        {
            var best = useful.OrderByDescending(c => c.TouchesNothingElse).ThenByDescending(c => c.Tensors.Count(remaining.Contains)).ThenBy(c => c.Edit.Order).First();
            var tensors = wrong.Where(t => remaining.Contains(t) && best.Tensors.Contains(t)).ToList();
            var others = useful.Where(c => c.TouchesNothingElse == best.TouchesNothingElse && tensors.All(c.Tensors.Contains) && c.DiffersFrom(best, tensors));
            List<Candidate> alternatives = [best, .. others.Take(AlternativesSaid - 1)];
            explanations.Add(new(
                [.. alternatives.Select(c => new Alternative(c.Edit.Findings, c.TouchesNothingElse ? [] : tensors)).DistinctBy(a => a.ToString())],
                tensors,
                best.Residual,
                best.Cases));
            remaining.ExceptWith(tensors);
        }

        return new(explanations, [.. wrong.Where(remaining.Contains).Select(t => Unexplained(t, observations, tried))]);
    }

    private static string Unexplained(string tensor, List<Observation> observations, int tried)
    {
        List<(TensorStack, TensorStack)> pairs =
            [.. observations.Where(o => o.Received[tensor] is not null && o.Differs(tensor)).Select(o => (o.Pass.Gradients[tensor], o.Received[tensor]!))];
        var where = TensorEdits.WhereWrong(pairs) is { } part ? $"only {part} of the gradient of {tensor} is wrong, and" : $"the gradient of {tensor} is wrong, and";
        var isPlaceless = !observations[0].Pass.Case.Network.HasGraph;
        return $"{where} none of {tried} known mistakes gives its values"
            + (isPlaceless ? $"; {TorchStatement.NoGraph}, so no place on the way back can be named" : "");
    }

    /// <summary>A mistake and the gradients it gives as they were received, in every case.</summary>
    private sealed record Candidate(Edit Edit, IReadOnlySet<string> Tensors, bool TouchesNothingElse, double Residual, int Cases, IReadOnlyList<IReadOnlyDictionary<string, TensorStack>?> Predictions)
    {
        public static Candidate? Of(Edit edit, List<Observation> observations, List<string> wrong)
        {
            var predictions = new List<IReadOnlyDictionary<string, TensorStack>?>();
            var fits = wrong.ToHashSet();
            var residual = 0.0;
            foreach (var observation in observations)
            {
                var predicted = observation.Pass.Predict(edit);
                foreach (var tensor in fits.ToList())
                {
                    if (observation.Residual(tensor, predicted, edit.Rounds) is { } left)
                    {
                        residual = Math.Max(residual, left);
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

            // What was never seen to make a difference explains none.
            fits.RemoveWhere(t => !observations.Any(o => o.Received[t] is not null && o.Differs(t)));
            var touchesNothingElse = observations.Zip(predictions).All(o => o.Second is null || o.Second.All(p =>
                fits.Contains(p.Key) || IsSame(p.Value, o.First.Pass.Gradients[p.Key])));
            var seen = observations.Count(o => fits.Any(t => o.Received[t] is not null && o.Differs(t)));
            return fits.Count == 0 ? null : new(edit, fits, touchesNothingElse, residual, seen, predictions);
        }

        public bool DiffersFrom(Candidate other, List<string> tensors) => Predictions.Zip(other.Predictions).Any(p =>
            p.First is null != p.Second is null || (p is ({ } a, { } b) && tensors.Any(t => !Near(a[t], b[t]))));

        private static bool IsSame(TensorStack a, TensorStack b) => a.Sizes.Equals(b.Sizes) && a.Values.AsSpan().SequenceEqual(b.Values);

        private static bool Near(TensorStack a, TensorStack b)
        {
            double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(v => v * v));
            return a.Sizes.Equals(b.Sizes) && Norm(a.Values.Zip(b.Values, (x, y) => x - y)) <= 1e-9 * Math.Max(Norm(a.Values), Norm(b.Values));
        }
    }
}
