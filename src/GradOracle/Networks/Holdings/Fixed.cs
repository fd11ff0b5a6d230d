using GradOracle.Messages;

namespace GradOracle.Networks;

/// <summary>The same numbers in every case.</summary>
internal sealed class Fixed : Holds
{
    private readonly IReadOnlyList<double>? _values;
    private readonly Func<IReadOnlyList<int>, double>? _entry;

    public Fixed(IReadOnlyList<double> values) => _values = values;

    public Fixed(Func<IReadOnlyList<int>, double> entry) => _entry = entry;

    internal override bool IsDifferentiated => false;

    // What is no integer is on no lattice.
    internal override double Largest(int k, Sizes sizes, Shape shape)
    {
        var values = Of(sizes);
        return Array.TrueForAll(values, double.IsInteger) ? values.Max(Math.Abs) : double.PositiveInfinity;
    }

    internal override void Draw(Span<double> entries, Drawing drawing) => Of(drawing.Sizes).CopyTo(entries);

    internal override string? WhyNot(ReadOnlySpan<double> entries, Sizes sizes, Shape shape)
    {
        var values = Of(sizes);
        for (var j = 0; j < values.Length; j++)
        {
            if (entries[j] != values[j] && entries[j] != (float)values[j])
            {
                return FormattableString.Invariant(
                    $"{sizes.PlaceOf(j)} is {entries[j]}: the network fixes it at {values[j]}; leave the tensor out");
            }
        }

        return null;
    }

    /// <summary>The entries, row after row.</summary>
    /// <exception cref="BadInputException">There are more or fewer than the tensor has.</exception>
    private double[] Of(Sizes sizes)
    {
        var values = Given(sizes);
        return Array.FindIndex(values, double.IsNaN) is >= 0 and var at
            ? throw new BadInputException(
                $"The fixed entry {sizes.PlaceOf(at)} of a tensor of {sizes} is NaN: say what it is.")
            : values;
    }

    private double[] Given(Sizes sizes)
    {
        if (_values is null)
        {
            return [.. Enumerable.Range(0, sizes.Length).Select(j => Entry(sizes.IndexOf(j)))];
        }

        return _values.Count == 1 ? [.. Enumerable.Repeat(_values[0], sizes.Length)]
            : _values.Count == sizes.Length ? [.. _values]
            : throw new BadInputException(FormattableString.Invariant(
                $"{_values.Count} numbers are fixed for a tensor of {sizes}, which has {sizes.Length} entries."));
    }

#pragma warning disable CA1031 // whatever the code throws
    private double Entry(IReadOnlyList<int> at)
    {
        try
        {
            return _entry!(at);
        }
        catch (Exception thrown) when (thrown is not BadInputException)
        {
            throw new BadInputException(
                $"The fixed entry [{string.Join(',', at)}] fails: {ForeignError.Sentence(thrown)}.");
        }
    }
#pragma warning restore CA1031
}
