using GradOracle.Networks;
using TorchSharp;

namespace GradOracle.Derivations;

/// <summary>A derivation that is code as it is, behind a lambda.</summary>
/// <remarks>It is called for one case at a time, never twice at once: such code keeps state of its own more often than
/// not.</remarks>
internal sealed class ArrayDerivation(
    Network network, Action<ArrayCase, ArrayGradients> differentiate, string? name) : Derivation
{
    private readonly Lock _one = new();
    private readonly ElementsUsed _uses = new();

    /// <summary>The code itself.</summary>
    public Delegate Code => differentiate;

    public override string Name => name ?? network.Name;

    public override string Summary => "a derivation in one expression";

    public override Network Network => network;

    internal override ElementType? ComputesIn => _uses.Single ? ElementType.Float32 : null;

    public override GradientStack Differentiate(CaseStack batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var losses = new double[batch.Count];
        var result = new GradientStack(batch) { Losses = losses };
        for (var s = 0; s < batch.Count; s++)
        {
            lock (_one)
            {
                losses[s] = Take(batch, s, result);
            }
        }

        return result;
    }

    internal override IReadOnlyList<string> MisusedBuffers(
        CaseStack batch, GradientStack received, Func<string, double> rounding)
    {
        lock (_one)
        {
            using var scope = torch.NewDisposeScope();
            var first = received.Gradients.Where(
                g => received.FaultOf(0, g.Name) is null).ToDictionary(g => g.Name, g => g[0].ToArray());
            var again = new ArrayPass(
                differentiate, new(batch, 0, _uses), new(
                    batch, _uses, name => first.GetValueOrDefault(name)?.ToArray(), double.NaN));
            bool IsMisused(TensorStack stack) =>
                again.Found.IsAccumulated(stack.Name) && again.Found.Find(stack.Name) is { IsTaken: true }
                && first.TryGetValue(stack.Name, out var one) && again.Read(stack).Entries is { } sum
                && !IsDouble(one, sum, rounding(stack.Name));
            return [.. received.Gradients.Where(IsMisused).Select(stack => stack.Name)];
        }
    }

    // Code that overwrites is off by an entry itself; what rounding does to a sum that begins elsewhere is far less.
    private static bool IsDouble(double[] first, double[] sum, double rounding)
    {
        var allowed = rounding + first.Max(Math.Abs) / 1024;
        return first.Zip(sum, (one, both) => !(Math.Abs(both - 2 * one) > allowed)).All(isDouble => isDouble);
    }

    private static bool HasNaN(ReadOnlySpan<double> entries)
    {
        foreach (var entry in entries)
        {
            if (double.IsNaN(entry))
            {
                return true;
            }
        }

        return false;
    }

    private double Take(CaseStack batch, int index, GradientStack result)
    {
        using var scope = torch.NewDisposeScope();
        var pass = Call(batch, index, double.NaN);
        var loss = double.NaN;
        foreach (var stack in result.All.Concat(pass.Found.OnTheWay.Select(result.Intermediate)).ToList())
        {
            var (entries, fault, misshapen) = pass.Read(stack);
            if (fault is not null)
            {
                var given = misshapen is { Length: > 0 } && misshapen.All(n => n > 0)
                    ? new TensorStack(stack.Name, 1, new(misshapen), entries!)
                    : null;
                result.SetFault(index, stack.Name, fault, given);
                continue;
            }

            Array.ConvertAll(
                entries!, entry => batch.Type == ElementType.Float32 ? (float)entry : entry).CopyTo(stack[index]);
            loss = stack == result.Output ? pass.LossAt(entries!) : loss;
        }

        NoteConduct(batch, index, pass, result);
        return loss;
    }

    private ArrayPass Call(CaseStack batch, int index, double unwritten) =>
        new(differentiate, new(batch, index, _uses), new(batch, _uses, _ => null, unwritten));

    private void NoteConduct(CaseStack batch, int index, ArrayPass pass, GradientStack result)
    {
        foreach (var changed in pass.Changed)
        {
            var where = batch.Scenario.Differentiated.Any(spec => spec.Name == changed) ? changed : Scenario.OutputName;
            result.SetMisconduct(index, where, $"the derivation modifies {changed}");
        }

        foreach (var (tensor, reason) in pass.Aliases(result.Gradients.Select(g => g.Name)))
        {
            result.SetMisconduct(index, tensor, reason);
        }

        // What is NaN because the buffer was, is none where the buffer was zero.
        bool IsUnwritten(TensorStack stack) =>
            pass.Found.Find(stack.Name) is { IsTaken: true } && !pass.Found.IsAccumulated(stack.Name)
            && result.FaultOf(index, stack.Name) is null && HasNaN(stack[index]);
        var suspects = result.All.Where(IsUnwritten).ToList();
        var again = suspects.Count > 0 ? Call(batch, index, 0) : null;
        foreach (var stack in suspects.Where(s => again!.Read(s).Entries is { } entries && !HasNaN(entries)))
        {
            result.SetMisconduct(index, stack.Name, "the derivation adds to what its buffer holds, or leaves entries of it unwritten: "
                + "say Accumulates() where it is meant to add");
        }
    }
}
