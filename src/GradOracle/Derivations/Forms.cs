using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GradOracle.Torch;
using MathNet.Numerics.LinearAlgebra;
using TorchSharp;

namespace GradOracle.Derivations;

/// <summary>The forms in which foreign code holds a tensor: each is made from entries row after row, and read
/// back.</summary>
internal static class Forms
{
    private static readonly Dictionary<Type, Func<Held, object>> s_makers = new()
    {
        [typeof(torch.Tensor)] = OnTorch,
        [typeof(int[])] = Labels,
    };

    private static readonly HashSet<Type> s_single = [];

    static Forms()
    {
        Add<double>();
        Add<float>();
        s_single.UnionWith(s_makers.Keys.Where(IsOfFloats));
    }

    /// <summary>Whether a form holds floats, and not doubles.</summary>
    public static bool IsSingle(Type form) => s_single.Contains(form);

    /// <summary>Whether what was given holds floats, and not doubles.</summary>
    public static bool IsSingle(object form) =>
        form is torch.Tensor { IsInvalid: false } tensor ? tensor.dtype == torch.ScalarType.Float32
        : form is Matrix<float> || IsSingle(form.GetType());

    /// <summary>A tensor in the form asked for, in memory of its own.</summary>
    /// <exception cref="InvalidOperationException">A tensor of its sizes has no such form.</exception>
    public static object Make(Type form, Held held) => s_makers[form](held);

    /// <summary>The entries of a form, row after row, and its sizes; no sizes where it says only how many it
    /// has.</summary>
    /// <exception cref="InvalidOperationException">It cannot be read: rows of unequal length, a tensor that was
    /// disposed, elements that are no reals.</exception>
    public static (double[] Entries, int[]? Sizes) Read(object form) => form switch
    {
        torch.Tensor tensor => Read(tensor),
        int[] labels => (Array.ConvertAll(labels, l => (double)l), null),
        _ => Read<double>(form) ?? Read<float>(form)
            ?? throw new InvalidOperationException($"a {form.GetType().Name} is no tensor"),
    };

    /// <summary>The memory that a form lies in, so that two in one are found: arrays, or the address of a torch
    /// tensor.</summary>
    public static IEnumerable<object> MemoryOf(object form) => form switch
    {
        torch.Tensor { IsInvalid: true } => [],
        torch.Tensor tensor when tensor.is_sparse || tensor.device_type == DeviceType.META => [],
        torch.Tensor tensor => tensor.is_contiguous() ? [AddressOf(tensor)] : [],
        Matrix<double> matrix => [matrix.AsColumnMajorArray() ?? (object)matrix],
        Matrix<float> matrix => [matrix.AsColumnMajorArray() ?? (object)matrix],
        double[][] rows => rows.OfType<object>(),
        float[][] rows => rows.OfType<object>(),
        _ => [form],
    };

    private static void Add<T>()
        where T : unmanaged, INumberBase<T>
    {
        s_makers[typeof(T[])] = held => held.Of<T>();
        s_makers[typeof(Pinned<T>)] = held => new Pinned<T>(held.Of<T>());
        s_makers[typeof(Tensor<T>)] = held => Tensor.Create(held.Of<T>(), [.. held.Sizes.Select(size => (nint)size)]);
        s_makers[typeof(Matrix<T>)] = held =>
        {
            var (rows, columns) = held.Matrix;
            return Matrix<T>.Build.DenseOfRowMajor(rows, columns, held.Of<T>());
        };
        s_makers[typeof(T[][])] = held => held.Of<T>().Chunk(held.Matrix.Columns).ToArray();
        s_makers[typeof(T[,])] = held =>
        {
            var grid = new T[held.Matrix.Rows, held.Matrix.Columns];
            held.Of<T>().CopyTo(EntriesOf<T>(grid));
            return grid;
        };
    }

    private static bool IsOfFloats(Type form) =>
        form.IsArray ? IsOfFloats(form.GetElementType()!)
        : form == typeof(float) || (form.IsGenericType && form.GetGenericArguments()[0] == typeof(float));

    private static (double[] Entries, int[]? Sizes)? Read<T>(object form)
        where T : unmanaged, INumberBase<T> => form switch
        {
            T[] entries => (Doubles<T>(entries), null),
            Pinned<T> pinned => (Doubles<T>(pinned.Entries), null),
            T[,] grid => (Doubles<T>(EntriesOf<T>(grid)), [grid.GetLength(0), grid.GetLength(1)]),
            T[][] rows => (Doubles<T>(Joined(rows)), [rows.Length, rows.FirstOrDefault()?.Length ?? 0]),
            Matrix<T> matrix => (Doubles<T>(matrix.ToRowMajorArray()), [matrix.RowCount, matrix.ColumnCount]),
            Tensor<T> tensor => (Doubles<T>(Flattened(tensor)), [.. tensor.Lengths.ToArray().Select(n => (int)n)]),
            _ => null,
        };

    private static (double[] Entries, int[]? Sizes) Read(torch.Tensor tensor)
    {
        if (tensor.IsInvalid)
        {
            throw new InvalidOperationException("the tensor has been disposed");
        }

        if (tensor.dtype is not (torch.ScalarType.Float32 or torch.ScalarType.Float64))
        {
            throw new InvalidOperationException($"its elements are {tensor.dtype}, neither Float32 nor Float64");
        }

        if (tensor.device_type == DeviceType.META)
        {
            throw new InvalidOperationException("it is on the device meta, where tensors have sizes and no entries");
        }

        if (tensor.is_sparse)
        {
            throw new InvalidOperationException("it is sparse: give to_dense()");
        }

        var entries = new double[tensor.numel()];
        TorchMemory.Read(tensor.cpu(), entries);
        return (entries, [.. tensor.shape.Select(size => (int)size)]);
    }

    private static torch.Tensor OnTorch(Held held) =>
        TorchMemory.Of(held.Entries, [.. held.Sizes.Select(size => (long)size)], held.Type);

    // Of every column the row of its largest entry: the class where a column is one-hot.
    private static int[] Labels(Held held)
    {
        var (rows, columns) = held.Matrix;
        var labels = new int[columns];
        for (var i = 1; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                labels[j] = held.Entries[i * columns + j] > held.Entries[labels[j] * columns + j] ? i : labels[j];
            }
        }

        return labels;
    }

    private static T[] Joined<T>(T[][] rows) => Array.Exists(rows, row => row is null)
        ? throw new InvalidOperationException("one of its rows is null")
        : Array.TrueForAll(rows, row => row.Length == rows[0].Length)
        ? [.. rows.SelectMany(row => row)]
        : throw new InvalidOperationException("its rows have different lengths");

    private static T[] Flattened<T>(Tensor<T> tensor)
    {
        var entries = new T[tensor.FlattenedLength];
        tensor.FlattenTo(entries);
        return entries;
    }

    private static double[] Doubles<T>(ReadOnlySpan<T> entries)
        where T : struct, INumberBase<T>
    {
        var doubles = new double[entries.Length];
        for (var j = 0; j < entries.Length; j++)
        {
            doubles[j] = double.CreateTruncating(entries[j]);
        }

        return doubles;
    }

    private static Span<T> EntriesOf<T>(T[,] grid) =>
        MemoryMarshal.CreateSpan(
            ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference((Array)grid)), grid.Length);

    private static unsafe nint AddressOf(torch.Tensor tensor) =>
        (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
