using System.Globalization;
using GradOracle.Cases;

namespace GradOracle.Oracles;

/// <summary>Where the numbers of a case first leave its element type.</summary>
internal static class Overflow
{
    /// <summary>The first value of the forward pass that is not finite, or else the first adjoint of the backward pass: <c>t=17</c>, or its name where the network has no steps; null where there is none with a name.</summary>
    public static string? Of(CaseBatch batch, int index)
    {
        string? place = null;
        Autograd.InspectAdjoints(batch, (tape, output, _) =>
        {
            var named = tape.Steps.TakeWhile(s => s != output).Where(s => s.Name is not null && s.Operation != Operation.Leaf).ToList();
            place = named.Find(s => !IsFinite(s.Tensor, index)) is { } value ? Place(batch, value.Name!)
                : !IsFinite(output.Tensor, index) ? "the output"
                : named.FindLast(s => s.Tensor.grad is { } adjoint && !IsFinite(adjoint, index)) is { } back ? $"{Place(batch, back.Name!)} on the way back"
                : null;
        });
        return place;
    }

    private static bool IsFinite(TorchSharp.torch.Tensor tensor, int index)
    {
        var shape = tensor.shape;
        var stack = new TensorStack("", (int)shape[0], (int)shape[1], (int)shape[2]);
        TorchMemory.Read(tensor, stack.Values);
        return stack[index].ToArray().All(double.IsFinite);
    }

    // H17 of a network with steps is the state at t = 17.
    private static string Place(CaseBatch batch, string name) =>
        batch.Network.Dimensions.Contains("T") && int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var t)
            ? string.Create(CultureInfo.InvariantCulture, $"t={t}")
            : name;
}
