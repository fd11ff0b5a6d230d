using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using TorchSharp;

namespace GradOracle.Torch;

/// <summary>Moves entries between managed arrays and the memory of a tensor, through spans.</summary>
internal static class TorchMemory
{
    /// <summary>A new tensor with these entries, the last axis fastest.</summary>
    public static torch.Tensor Of(ReadOnlySpan<double> values, long[] sizes, ElementType type)
    {
        var tensor = torch.empty(sizes, ScalarTypeOf(type));
        Write(tensor, values);
        return tensor;
    }

    /// <summary>The entries of a tensor, the last axis fastest.</summary>
    public static double[] Read(torch.Tensor tensor)
    {
        var values = new double[tensor.numel()];
        using var plain = tensor.detach();
        Read(plain, values);
        return values;
    }

    public static torch.ScalarType ScalarTypeOf(ElementType type) =>
        type == ElementType.Float32 ? torch.ScalarType.Float32 : torch.ScalarType.Float64;

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
        using var contiguous = tensor.contiguous();
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
