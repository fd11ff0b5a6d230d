using System.Collections;
using System.Globalization;

namespace GradOracle;

/// <summary>The sizes of a tensor along its axes, written <c>3×2</c>; two are equal where all of them are.</summary>
/// <remarks>
/// A tensor of more axes is a row of panels, each a matrix of its last two; one of a single axis is a row, and a number
/// is 1×1.
/// </remarks>
public sealed class Sizes : IReadOnlyList<int>, IEquatable<Sizes>
{
    private readonly int[] _sizes;

    /// <summary>Sizes, the first axis first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is below 1, or there are 2³¹ entries or more.</exception>
    public Sizes(params ReadOnlySpan<int> sizes)
    {
        _sizes = sizes.ToArray();
        var length = 1L;
        foreach (var size in _sizes)
        {
            length = size < 1 || length > int.MaxValue ? long.MaxValue : length * size;
        }

        Length = length <= int.MaxValue
            ? (int)length
            : throw new ArgumentOutOfRangeException(nameof(sizes), $"A tensor cannot be {this}: every size is from 1 up, and its entries are below 2³¹ in all.");
    }

    /// <summary>How many axes there are.</summary>
    public int Count => _sizes.Length;

    /// <summary>How many entries there are.</summary>
    public int Length { get; }

    /// <summary>Rows of a matrix: the size of the last axis but one.</summary>
    public int Rows => _sizes.Length > 1 ? _sizes[^2] : 1;

    /// <summary>Columns of a matrix: the size of the last axis.</summary>
    public int Columns => _sizes.Length > 0 ? _sizes[^1] : 1;

    /// <summary>Rows of all panels.</summary>
    internal int AllRows => Length / Columns;

    /// <summary>The size along an axis.</summary>
    public int this[int axis] => _sizes[axis];

    /// <summary>The size along an axis, counted from the last where it is <c>^1</c>.</summary>
    public int this[Index axis] => _sizes[axis];

    /// <summary>These sizes, one of them changed.</summary>
    public Sizes With(int axis, int size)
    {
        int[] changed = [.. _sizes];
        changed[axis] = size;
        return new(changed);
    }

    /// <summary>The index along every axis of an entry that is counted row after row.</summary>
    internal int[] IndexOf(int entry)
    {
        var index = new int[_sizes.Length];
        for (var axis = index.Length - 1; axis >= 0; axis--)
        {
            (entry, index[axis]) = Math.DivRem(entry, _sizes[axis]);
        }

        return index;
    }

    /// <summary>Where an entry stands, along every axis: <c>[1,0,2]</c>.</summary>
    internal string PlaceOf(int entry) =>
        $"[{string.Join(',', IndexOf(entry).Select(i => i.ToString(CultureInfo.InvariantCulture)))}]";

    /// <summary>
    /// Where a panel stands among those of a tensor of more than two axes, <c>[1,:,:]</c>; empty where there is one.
    /// </summary>
    internal string PanelOf(int panel) =>
        Count <= 2 ? "" : $"{string.Join(',', PlaceOf(panel * Rows * Columns).Split(',')[..^2])},:,:]";

    /// <summary>The product of the sizes before an axis.</summary>
    internal int Before(int axis) => Product(0, axis);

    /// <summary>The product of the sizes behind an axis.</summary>
    internal int Behind(int axis) => Product(axis + 1, _sizes.Length);

    /// <summary>As TorchSharp has them: the cases of a batch first.</summary>
    internal long[] Batched(int count) => [count, .. Array.ConvertAll(_sizes, size => (long)size)];

    /// <inheritdoc/>
    public bool Equals(Sizes? other) => other is not null && _sizes.AsSpan().SequenceEqual(other._sizes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Sizes);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var size in _sizes)
        {
            hash.Add(size);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Count == 0 ? "scalar" : string.Join('×', _sizes.Select(size => size.ToString(CultureInfo.InvariantCulture)));

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)_sizes).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int Product(int from, int to)
    {
        var product = 1;
        for (var axis = from; axis < to; axis++)
        {
            product *= _sizes[axis];
        }

        return product;
    }
}
