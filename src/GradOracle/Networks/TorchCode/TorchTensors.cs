using GradOracle.Torch;
using TorchSharp;

namespace GradOracle.Networks;

/// <summary>Entries as TorchSharp's tensors, and back.</summary>
internal static class TorchTensors
{
    /// <summary>Any numbers that a tensor may hold, the same ones always.</summary>
    public static double[] Draw(TensorSpec spec, Shape shape)
    {
        var entries = new double[spec.Length];
        static ulong Bits(int entry) => (ulong)((entry + 1) * 0.6180339887498949 % 1 * (1L << 53));
        (spec.Holds.AreNumbers ? Holds.Positive : spec.Holds).Draw(entries, new(Bits, spec.Sizes, shape, 0, 1));
        return entries;
    }

    public static torch.Tensor Of(ReadOnlySpan<double> values, TensorSpec spec, ElementType type)
    {
        var tensor = TorchMemory.Of(values, [.. spec.Sizes.Select(size => (long)size)], type);
        return spec.Holds is Indices ? tensor.to(torch.ScalarType.Int64) : tensor;
    }

    public static Sizes SizesOf(long[] shape) => new(Array.ConvertAll(shape, size => (int)size));
}
