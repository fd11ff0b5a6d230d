using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using TorchSharp;

namespace GradOracle.Torch;

/// <summary>Moves entries between managed arrays and the memory of a tensor, through spans.</summary>
internal static class TorchMemory
{
    public static void Write(torch.Tensor tensor, ReadOnlySpan<double> values)
    {
        if (tensor.dtype == torch.ScalarType.Float32)
        {
            TensorPrimitives.ConvertTruncating(values, MemoryMarshal.Cast<byte, float>(tensor.bytes));
        }
        else
        {
            values.CopyTo(MemoryMarshal.Cast<byte, double>(tensor.bytes));
        }
    }

    public static void Read(torch.Tensor tensor, Span<double> values)
    {
        var contiguous = tensor.contiguous();
        if (tensor.dtype == torch.ScalarType.Float32)
        {
            TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, float>(contiguous.bytes), values);
        }
        else
        {
            MemoryMarshal.Cast<byte, double>(contiguous.bytes).CopyTo(values);
        }
    }
}
