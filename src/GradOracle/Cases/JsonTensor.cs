using System.Text.Json;

namespace GradOracle.Cases;

/// <summary>
/// Numbers in lists, nested as deep as a tensor has axes: a matrix is a list of rows, a number stands alone.
/// </summary>
internal sealed class JsonTensor(JsonInput input, TensorStack into, Shape shape, ElementType type)
{
    private Sizes Sizes => into.Sizes;

    /// <summary>Reads all of it.</summary>
    /// <exception cref="BadInputException">A list is none or has another length, or an entry is no finite
    /// number.</exception>
    public void Read(JsonElement value) => Read(value, 0, 0);

    private void Read(JsonElement value, int axis, int block)
    {
        if (axis == Sizes.Count)
        {
            into.Values[block] = input.ReadNumber(value, into.Name + Sizes.PlaceOf(block), type);
            return;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != Sizes[axis])
        {
            throw input.Wrong($"{into.Name} must be {Sizes} at {shape}, {Lists}; {Found(value, axis, block)}");
        }

        var at = block * Sizes[axis];
        foreach (var item in value.EnumerateArray())
        {
            Read(item, axis + 1, at++);
        }
    }

    private string Lists => Sizes.Count switch
    {
        1 => FormattableString.Invariant($"a list of {Sizes[0]} numbers"),
        2 => FormattableString.Invariant($"a list of {Sizes[0]} rows of {Sizes[1]} numbers"),
        _ => FormattableString.Invariant(
            $"lists in lists, {Sizes.Count} deep, the innermost of {Sizes.Columns} numbers"),
    };

    private string Found(JsonElement value, int axis, int block)
    {
        var isRow = axis == Sizes.Count - 1;
        var where = axis == 0
            ? "it"
            : Sizes.Count == 2
            ? FormattableString.Invariant($"row {block}")
            : into.Name + Outer(axis, block);
        return value.ValueKind == JsonValueKind.Array
            ? FormattableString.Invariant(
                $"{where} has {value.GetArrayLength()} {(isRow ? "numbers" : Sizes.Count == 2 ? "rows" : "lists")}")
            : $"{where} is not a list";
    }

    // The indices of a list that is no entry yet: those of its first one, as far as they are known.
    private string Outer(int axis, int block) =>
        $"[{string.Join(',', Sizes.IndexOf(block * Sizes.Behind(axis - 1)).Take(axis))}]";
}
