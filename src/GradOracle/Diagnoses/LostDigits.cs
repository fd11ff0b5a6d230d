using System.Globalization;
using GradOracle.Verdicts;

namespace GradOracle.Diagnoses;

/// <summary>Gradients that are right but for rounding: something is computed in float32, or added and taken off
/// again.</summary>
internal static class LostDigits
{
    private const double LeastOfFloat32 = 1.0 / (1 << 29);
    private const double MostOfFloat32 = 1.0 / (1 << 20);
    private const int CasesOfDigits = 3;
    private const double LargestSwallowing = 1e13;

    /// <summary>What is lost, and where.</summary>
    public static Explanation? Of(
        Derivation derivation, IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong) =>
        Rounded(observations, wrong) ?? AddedAndTakenOff(observations, wrong)
        ?? LosesDigits(derivation, observations, wrong);

    // What is swallowed by a larger number, to the last bit.
    private static Explanation? AddedAndTakenOff(IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        if (!observations[0].Pass.Case.Network.HasGraph
            || observations.Any(o => o.Failed || (o.Pass.Case.Kind == CaseKind.Exact && wrong.Any(o.Differs))))
        {
            return null;
        }

        foreach (var node in observations[0].Pass.NamedNodes.Where(n => observations[0].Pass.Backward.AdjointOf(n) is not null))
        {
            for (var number = 1.0; number < LargestSwallowing; number *= 10)
            {
                var (key, added) = (observations[0].Pass.KeyOf(node), number);
                var finding = new Finding(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{{P}} loses digits: {added:G6} is added to it and taken off again"),
                    Place.Adjoint(observations[0].Pass.Backward, node));
                var edit = new Edit(
                    85,
                    finding,
                    true,
                    p => p.Find(key) is { } here && p.Backward.AdjointOf(here) is { } D
                        ? Changes.Of(D, D + added - added)
                        : new Changes());
                if (Candidate.Of(edit, observations, wrong) is { TouchesNothingElse: true } fit
                    && wrong.All(fit.Tensors.Contains))
                {
                    return Habits.Told(finding, wrong, observations);
                }
            }
        }

        return null;
    }

    // Every real case, and no exact one; and in the other precision it is as many roundings.
    private static Explanation? LosesDigits(
        Derivation derivation, IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        var differing = observations.Where(o => wrong.Any(o.Differs)).ToList();
        if (differing.Exists(
                o => o.Failed || o.Pass.Case.Kind == CaseKind.Exact || wrong.Any(t => o.Received[t] is null)))
        {
            return null;
        }

        var tested = differing.Where(o => o.Pass.Case.Type == ElementType.Float64).Take(CasesOfDigits).ToList();
        var isShown = tested.Count > 0 && tested.TrueForAll(o =>
            OtherPrecision.Of(o.Pass.Case, c => Derivations.IsolatedRun.Of(derivation, c)) is { } other
                && wrong.All(t => !o.Differs(t) || other.Explains(t, o.Difference(t))));
        if (!isShown)
        {
            return null;
        }

        var places = observations[0].Pass.Case.Network.HasGraph ? WrongPlace.Of(observations[0].Pass, wrong) : [];
        var where = places is [var only] ? $"{only.Finding.Place} loses digits" : "the gradients lose digits";
        return Habits.Told($"{where}: the difference shrinks with the unit roundoff, so no term is wrong, but something large is added and taken off again on the way", wrong, observations);
    }

    private static Explanation? Rounded(IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        // Whatever the size of the numbers: what is added and subtracted on the way shows among small ones alone.
        var real = observations.Where(o => o.Pass.Case.Kind == CaseKind.Real).ToList();
        var isSeen = false;
        foreach (var observation in real.TrueForAll(o => wrong.Any(o.Differs)) ? real : [])
        {
            foreach (var tensor in wrong.Where(t => observation.IsWrong(t)))
            {
                var share = observation.Difference(tensor) / observation.Pass.Gradients[tensor].Values.Max(Math.Abs);
                if (share is not (> LeastOfFloat32 and < MostOfFloat32))
                {
                    return null;
                }

                isSeen = true;
            }
        }

        // Integers are not rounded, so that exact cases are right, or have their slopes rounded alike.
        return !isSeen
            || observations.Any(o => o.Pass.Case.Kind == CaseKind.Exact && wrong.Any(t => o.Received[t] is null))
            ? null
            : Habits.Told(
            "the gradients differ by what rounding to float32 does, about 2⁻²⁴ of their size: something on the way is computed in float32", wrong, observations);
    }
}
