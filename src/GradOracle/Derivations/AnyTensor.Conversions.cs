using System.Numerics.Tensors;
using GradOracle.Derivations;
using MathNet.Numerics.LinearAlgebra;
using TorchSharp;

namespace GradOracle;

/// <content>The conversions, each way.</content>
public sealed partial class AnyTensor
{
    /// <summary>Its one entry.</summary>
    /// <exception cref="InvalidOperationException">It has more than one.</exception>
    public static implicit operator double(AnyTensor tensor) => Of(tensor).To<double[]>() is [var only]
        ? only
        : throw NoNumber(tensor);

    /// <summary>Row after row.</summary>
    public static implicit operator double[](AnyTensor tensor) => Of(tensor).To<double[]>();

    /// <summary>Row after row.</summary>
    public static implicit operator Span<double>(AnyTensor tensor) => Of(tensor).To<double[]>();

    /// <summary>Row after row.</summary>
    public static implicit operator ReadOnlySpan<double>(AnyTensor tensor) => Of(tensor).To<double[]>();

    /// <summary>Rows and columns.</summary>
    public static implicit operator double[,](AnyTensor tensor) => Of(tensor).To<double[,]>();

    /// <summary>An array for each row.</summary>
    public static implicit operator double[][](AnyTensor tensor) => Of(tensor).To<double[][]>();

    /// <summary>A matrix of MathNet.</summary>
    public static implicit operator Matrix<double>(AnyTensor tensor) => Of(tensor).To<Matrix<double>>();

    /// <summary>A tensor of System.Numerics.Tensors.</summary>
    public static implicit operator Tensor<double>(AnyTensor tensor) => Of(tensor).To<Tensor<double>>();

    /// <summary>The address of its entries, row after row; good until the derivation has returned.</summary>
    public static unsafe implicit operator double*(AnyTensor tensor) => Of(tensor).To<Pinned<double>>().Address;

    /// <summary>One entry.</summary>
    public static implicit operator AnyTensor(double entry) => new(new[] { entry });

    /// <summary>Row after row.</summary>
    public static implicit operator AnyTensor(double[] entries) => new(entries);

    /// <summary>Row after row; copied.</summary>
    public static implicit operator AnyTensor(Span<double> entries) => new(entries.ToArray());

    /// <summary>Row after row; copied.</summary>
    public static implicit operator AnyTensor(ReadOnlySpan<double> entries) => new(entries.ToArray());

    /// <summary>Rows and columns.</summary>
    public static implicit operator AnyTensor(double[,] matrix) => new(matrix);

    /// <summary>An array for each row.</summary>
    public static implicit operator AnyTensor(double[][] rows) => new(rows);

    /// <summary>A matrix of MathNet.</summary>
    public static implicit operator AnyTensor(Matrix<double> matrix) => new(matrix);

    /// <summary>A tensor of System.Numerics.Tensors.</summary>
    public static implicit operator AnyTensor(Tensor<double> tensor) => new(tensor);

    /// <summary>Its one entry.</summary>
    /// <exception cref="InvalidOperationException">It has more than one.</exception>
    public static implicit operator float(AnyTensor tensor) => Of(tensor).To<float[]>() is [var only]
        ? only
        : throw NoNumber(tensor);

    /// <summary>Row after row.</summary>
    public static implicit operator float[](AnyTensor tensor) => Of(tensor).To<float[]>();

    /// <summary>Row after row.</summary>
    public static implicit operator Span<float>(AnyTensor tensor) => Of(tensor).To<float[]>();

    /// <summary>Row after row.</summary>
    public static implicit operator ReadOnlySpan<float>(AnyTensor tensor) => Of(tensor).To<float[]>();

    /// <summary>Rows and columns.</summary>
    public static implicit operator float[,](AnyTensor tensor) => Of(tensor).To<float[,]>();

    /// <summary>An array for each row.</summary>
    public static implicit operator float[][](AnyTensor tensor) => Of(tensor).To<float[][]>();

    /// <summary>A matrix of MathNet.</summary>
    public static implicit operator Matrix<float>(AnyTensor tensor) => Of(tensor).To<Matrix<float>>();

    /// <summary>A tensor of System.Numerics.Tensors.</summary>
    public static implicit operator Tensor<float>(AnyTensor tensor) => Of(tensor).To<Tensor<float>>();

    /// <summary>The address of its entries, row after row; good until the derivation has returned.</summary>
    public static unsafe implicit operator float*(AnyTensor tensor) => Of(tensor).To<Pinned<float>>().Address;

    /// <summary>One entry.</summary>
    public static implicit operator AnyTensor(float entry) => new(new[] { entry });

    /// <summary>Row after row.</summary>
    public static implicit operator AnyTensor(float[] entries) => new(entries);

    /// <summary>Row after row; copied.</summary>
    public static implicit operator AnyTensor(Span<float> entries) => new(entries.ToArray());

    /// <summary>Row after row; copied.</summary>
    public static implicit operator AnyTensor(ReadOnlySpan<float> entries) => new(entries.ToArray());

    /// <summary>Rows and columns.</summary>
    public static implicit operator AnyTensor(float[,] matrix) => new(matrix);

    /// <summary>An array for each row.</summary>
    public static implicit operator AnyTensor(float[][] rows) => new(rows);

    /// <summary>A matrix of MathNet.</summary>
    public static implicit operator AnyTensor(Matrix<float> matrix) => new(matrix);

    /// <summary>A tensor of System.Numerics.Tensors.</summary>
    public static implicit operator AnyTensor(Tensor<float> tensor) => new(tensor);

    /// <summary>A tensor of TorchSharp, of the element type of the case.</summary>
    public static implicit operator torch.Tensor(AnyTensor tensor) => Of(tensor).To<torch.Tensor>();

    /// <summary>A tensor of TorchSharp.</summary>
    public static implicit operator AnyTensor(torch.Tensor tensor) => new(tensor);

    /// <summary>Class indices: of every column the row of its largest entry, counted from 0.</summary>
    public static implicit operator int[](AnyTensor tensor) => Of(tensor).To<int[]>();

    private static AnyTensor Of(AnyTensor? tensor) => tensor ?? throw new ArgumentNullException(nameof(tensor));

    private static InvalidOperationException NoNumber(AnyTensor tensor) => new(
        tensor._held is { } held
            ? $"{held.Name} is {held.Sizes} and no number: take it as an array, a span or a matrix"
            : "a tensor of more than one entry is no number");
}
