using System.Runtime.InteropServices;
using GradOracle.Torch;
using TorchSharp;

namespace GradOracle.TorchFunctions;

/// <summary>A tensor that the code on trial reads, and what is in it.</summary>
internal sealed class Variable
{
    private readonly byte[] _bytes;

    /// <param name="name">Its name in messages: "input 0", "parameter lin1.weight".</param>
    /// <param name="tensor">The tensor, contiguous, on the CPU.</param>
    public Variable(string name, torch.Tensor tensor)
    {
        if (tensor.device_type != DeviceType.CPU || !tensor.is_contiguous())
        {
            throw new BadInputException(
                (Sentence)$"{name} is not a contiguous tensor on the CPU: make it one (cpu(), contiguous()).");
        }

        (Name, Tensor, Sizes, _bytes) = (name, tensor, [.. tensor.shape], tensor.bytes.ToArray());
        Values = tensor.dtype == torch.ScalarType.Float64 ? MemoryMarshal.Cast<byte, double>(_bytes).ToArray() : [];
        Scale = Entries.Scale(Values);
    }

    public string Name { get; }

    public torch.Tensor Tensor { get; }

    public long[] Sizes { get; }

    /// <summary>The entries at the point of the check, in row-major order.</summary>
    public double[] Values { get; }

    /// <summary>The power of two at or above its largest entry: the unit of its steps.</summary>
    public double Scale { get; }

    /// <summary>Whether somebody has written into it.</summary>
    public bool IsChanged => Tensor.IsInvalid || !Tensor.bytes.SequenceEqual(_bytes);

    /// <summary>Puts back what was in it.</summary>
    public void Restore()
    {
        if (!Tensor.IsInvalid)
        {
            _bytes.CopyTo(Tensor.bytes);
        }
    }

    /// <summary>Moves it away from the point, without a trace in libtorch's count of versions.</summary>
    public void Write(ReadOnlySpan<double> values) => TorchMemory.Write(Tensor, values);
}
