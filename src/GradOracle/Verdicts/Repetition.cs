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

    /// <summary>Runs the derivation once more on the same batch, and on the case of its first call, and notes what
    /// differs.</summary>
    public static void Note(Derivation derivation, Comparison comparison, FirstCall? firstCall)
    {
        var (batch, received) = (comparison.Case, comparison.Received);
        var again = IsolatedRun.Of(derivation, batch);
        double Rounding(string tensor) => Roundings * comparison.Errors.Of(0, tensor).Max();
        var isOne = ReferenceEquals(again, received);
        for (var s = 0; s < batch.Count; s++)
        {
            foreach (var (first, second) in received.All.Zip(again.All))
            {
                if (isOne || !IsSame(s, (received, first), (again, second)))
                {
                    received.SetMisconduct(s, first.Name, isOne ? OneStack : Random);
                }
            }
        }

        NoteFirstCall(derivation, firstCall, received);
        if (!isOne)
        {
            foreach (var tensor in derivation.MisusedBuffers(batch, received, Rounding))
            {
                received.SetMisconduct(0, tensor, NoSum);
            }
        }
    }

    // What the very first call gives is compared with nothing else: it only finds out which element type there is.
    private static void NoteFirstCall(Derivation derivation, FirstCall? first, GradientStack received)
    {
        if (first is null)
        {
            return;
        }

        var again = IsolatedRun.Of(derivation, first.Case);
        foreach (var (before, now) in first.Gave.All.Zip(again.All))
        {
            if (!IsSame(0, (first.Gave, before), (again, now)))
            {
                received.SetMisconduct(0, before.Name, Random);
            }
        }
    }

    private static bool IsSame(
        int index, (GradientStack All, TensorStack One) first, (GradientStack All, TensorStack One) second)
    {
        var (fault, other) = (first.All.FaultOf(index, first.One.Name), second.All.FaultOf(index, second.One.Name));
        return (fault is null) == (other is null)
            && (fault is not null || IsolatedRun.IsSame(first.One[index], second.One[index]));
    }
}
