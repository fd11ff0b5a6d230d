using System.Runtime.InteropServices;
using GradOracle.Messages;
using GradOracle.Networks;

namespace GradOracle.Derivations;

/// <summary>Runs foreign code as what it is: on trial. It gets copies, and whatever it throws is a finding.</summary>
internal static class IsolatedRun
{
    /// <summary>The outputs and gradients of a derivation; where it fails, every case says why.</summary>
    public static GradientStack Of(Derivation derivation, CaseStack batch)
    {
        GradientStack? result = null;
        var copy = batch.Copy();
        var failure = Try(() => result = derivation.Differentiate(copy));
        result = result is not null && failure is null
            ? result
            : Failed(batch, failure ?? "the derivation gives no gradients");
        NoteChanges(batch, copy, result);
        return result;
    }

    // Here they are copies. Where the derivation is at home they are somebody's weights.
    private static void NoteChanges(CaseStack batch, CaseStack copy, GradientStack result)
    {
        foreach (var (given, left) in batch.Tensors.Zip(copy.Tensors))
        {
            for (var s = 0; s < batch.Count && !IsSame(given.Values, left.Values); s++)
            {
                if (!IsSame(given[s], left[s]))
                {
                    var where = batch.Scenario.Differentiated.Any(spec => spec.Name == given.Name)
                        ? given.Name
                        : Scenario.OutputName;
                    result.SetMisconduct(s, where, $"the derivation modifies {given.Name}");
                }
            }
        }
    }

    /// <summary>Whether entries are the same to the bit.</summary>
    public static bool IsSame(ReadOnlySpan<double> a, ReadOnlySpan<double> b) =>
        MemoryMarshal.AsBytes(a).SequenceEqual(MemoryMarshal.AsBytes(b));

    /// <summary>Runs foreign code: null, or why it failed.</summary>
    public static string? Try(Action code, string what = "the derivation")
    {
        try
        {
            code();
            return null;
        }
        catch (Exception known) when (known is BadInputException or TorchUnavailableException or OutOfMemoryException)
        {
            throw;
        }
#pragma warning disable CA1031 // whatever it is
        catch (Exception thrown)
        {
            return $"{what} failed: {ForeignError.Sentence(thrown)}";
        }
#pragma warning restore CA1031
    }

    private static GradientStack Failed(CaseStack batch, string reason)
    {
        var result = new GradientStack(batch);
        for (var s = 0; s < batch.Count; s++)
        {
            foreach (var stack in result.All)
            {
                result.SetFault(s, stack.Name, reason);
            }
        }

        return result;
    }
}
