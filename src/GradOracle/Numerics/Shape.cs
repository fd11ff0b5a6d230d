using System.Collections.Immutable;
using System.Globalization;
using GradOracle.Messages;

namespace GradOracle;

/// <summary>The sizes of a case by the names of its dimensions, written <c>n=2 h=3 m=1 B=1</c>.</summary>
public sealed class Shape : IEquatable<Shape>
{
    /// <summary>The largest size a dimension may have.</summary>
    public const int MaxSize = 1024;

    private readonly ImmutableArray<(string Name, int Size)> _dimensions;

    /// <summary>A shape with the given dimensions, in the order given.</summary>
    /// <exception cref="BadInputException">A size is not within 1..<see cref="MaxSize"/>, or a name occurs
    /// twice.</exception>
    public Shape(IEnumerable<(string Name, int Size)> dimensions)
    {
        ArgumentNullException.ThrowIfNull(dimensions);
        _dimensions = [.. dimensions];
        foreach (var (name, size) in _dimensions)
        {
            if (size is < 1 or > MaxSize)
            {
                throw new BadInputException(string.Create(
                    CultureInfo.InvariantCulture, $"Size {name}={size} is out of range: a size is a whole number from 1 to {MaxSize}."));
            }

            if (name is null || !IsName(name))
            {
                throw new BadInputException(
                    $"\"{name}\" is no name of a dimension: write it with letters, digits and underscores, a digit not first.");
            }

            if (_dimensions.Count(d => d.Name == name) > 1)
            {
                throw new BadInputException($"Dimension {name} is given twice: name each dimension once.");
            }
        }
    }

    /// <inheritdoc cref="Shape(IEnumerable{ValueTuple{string, int}})"/>
    public Shape(params (string Name, int Size)[] dimensions)
        : this((IEnumerable<(string Name, int Size)>)dimensions)
    {
    }

    /// <summary>The dimensions in order.</summary>
    public IReadOnlyList<(string Name, int Size)> Dimensions => _dimensions;

    /// <summary>The size of the named dimension.</summary>
    /// <exception cref="BadInputException">The shape has no such dimension.</exception>
    public int this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            foreach (var dimension in _dimensions)
            {
                if (dimension.Name == name)
                {
                    return dimension.Size;
                }
            }

            var names = _dimensions.Select(d => d.Name).ToList();
            var hint = Nearest.To(name, names, ignoresCase: true) is { } nearest
                ? $": did you mean {nearest}? It"
                : ": it";
            throw new BadInputException(
                $"{PlainText.Quote(name)} is no dimension of this network{hint} has {string.Join(", ", names)}.");
        }
    }

    // What case names can say.
    private static bool IsName(string name)
    {
        var isName = name.Length > 0 && !char.IsAsciiDigit(name[0]);
        foreach (var letter in name)
        {
            isName &= char.IsAsciiLetterOrDigit(letter) || letter == '_';
        }

        return isName;
    }

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && _dimensions.SequenceEqual(other._dimensions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var dimension in _dimensions)
        {
            hash.Add(dimension);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(' ', _dimensions.Select(d => string.Create(CultureInfo.InvariantCulture, $"{d.Name}={d.Size}")));
}
