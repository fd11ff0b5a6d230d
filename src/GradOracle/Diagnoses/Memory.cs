using GradOracle.Derivations;
using GradOracle.Verdicts;

namespace GradOracle.Diagnoses;

/// <summary>Whether a derivation remembers what it was called with before: told by calling it again.</summary>
internal static class Memory
{
    private const double Tolerance = 1e-9;

    /// <summary>Whether each call adds the right gradients to what the one before gave.</summary>
    public static bool Grows(Derivation derivation, CaseStack batch, Comparison comparison)
    {
        var (first, second) = (IsolatedRun.Of(derivation, batch), IsolatedRun.Of(derivation, batch));
        var grown = 0;
        foreach (var (a, b) in first.Gradients.Zip(second.Gradients))
        {
            var right = comparison.Expected[a.Name].Values;
            if (!a.Values.AsSpan().SequenceEqual(b.Values))
            {
                grown++;
                var size = b.Values.Max(Math.Abs);
                if (!a.Values.Zip(b.Values, (x, y) => y - x).Zip(right).All(
                        g => Math.Abs(g.First - g.Second) <= Tolerance * size))
                {
                    return false;
                }
            }
        }

        return grown > 0;
    }

    /// <summary>Whether a case has other gradients after another one was run.</summary>
    public static bool Remembers(Derivation derivation, CaseStack batch)
    {
        IsolatedRun.Of(derivation, batch); // whatever was run before it
        var before = IsolatedRun.Of(derivation, batch);
        IsolatedRun.Of(
            derivation, batch with { Tensors = [.. batch.Tensors.Select(t => t.With([.. t.Values.Reverse()]))] });
        var after = IsolatedRun.Of(derivation, batch);
        return before.Gradients.Zip(after.Gradients).Any(g => !g.First.Values.AsSpan().SequenceEqual(g.Second.Values));
    }
}
