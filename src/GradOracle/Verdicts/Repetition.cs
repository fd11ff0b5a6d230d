using GradOracle.Derivations;

namespace GradOracle.Verdicts;

/// <summary>Whether a derivation gives the same again: to the bit on the same batch, and the sum where it says that it
/// accumulates.</summary>
internal static class Repetition
{
    private const string Random = "the derivation gives different gradients for the same case: it is not deterministic";
    private const string NoSum =
        "the derivation says that it accumulates, and called twice into one buffer it does not leave the sum of both";

    /// <summary>A sum that begins with what was there rounds otherwise; by so many times the bound at most.</summary>
    private const double Roundings = 16;

    private const string OneStack =
        "the derivation gives the same stack twice: the second call writes over what the first gave";

    /// <summary>Runs the derivation once more on the same batch, and notes what differs.</summary>
    public static void Note(Derivation derivation, Comparison comparison)
    {
        var (batch, received) = (comparison.Case, comparison.Received);
        var again = IsolatedRun.Of(derivation, batch);
        double Rounding(string tensor) => Roundings * comparison.Errors.Of(0, tensor).Max();
        var isOne = ReferenceEquals(again, received);
        for (var s = 0; s < batch.Count; s++)
        {
            foreach (var (first, second) in received.All.Zip(again.All))
            {
                var (fault, other) = (received.FaultOf(s, first.Name), again.FaultOf(s, first.Name));
                if (isOne
                    || (fault is null) != (other is null)
                    || (fault is null && !IsolatedRun.IsSame(first[s], second[s])))
                {
                    received.SetMisconduct(s, first.Name, isOne ? OneStack : Random);
                }
            }
        }

        if (!isOne)
        {
            foreach (var tensor in derivation.MisusedBuffers(batch, received, Rounding))
            {
                received.SetMisconduct(0, tensor, NoSum);
            }
        }
    }
}
