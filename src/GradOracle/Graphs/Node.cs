using GradOracle.Graphs;

namespace GradOracle;

/// <summary>A value of a network: an operation on other values. A network's forward is written with these, as on
/// paper.</summary>
/// <remarks>
/// Nothing is computed when a node is made: its sizes are checked, and that is all. Each operation adds its own method
/// here, in its own file. A node never changes, but for the name that it may be given once.
/// </remarks>
public sealed partial class Node
{
    private static long s_made;

    internal Node(Operation operation, params Node[] operands)
    {
        (Operation, Operands, Number) = (operation, operands, Interlocked.Increment(ref s_made));
        Sizes = operation.SizesOf(operands);
    }

    /// <summary>The sizes of one case's tensor.</summary>
    public Sizes Sizes { get; }

    /// <summary>The name: of a parameter or an input, or the one given by <see cref="Named(string)"/>; null where there
    /// is none.</summary>
    public string? Name { get; private set; }

    internal Operation Operation { get; }

    internal IReadOnlyList<Node> Operands { get; } // an array, and nobody's but the node's

    /// <summary>Larger than that of anything made before: operands come before what is computed from them, in the order
    /// of the statement.</summary>
    internal long Number { get; }

    /// <summary>The letters of a name given with a number, and the number: the values of a sequence differ in
    /// it.</summary>
    internal (string Series, int Index)? Place { get; private set; }

    /// <summary>Gives the value the name by which reports and diagnoses speak of it: <c>H1</c>.</summary>
    public Node Named(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var node = Name is null ? this : new Node(new Alias(), this); // a value may have two names, each its own
        node.Name = name;
        return node;
    }

    /// <summary>Gives the value its name in a sequence: <c>Named("H", 3)</c> is H3, the value of step 3.</summary>
    public Node Named(string series, int index)
    {
        var node = Named(FormattableString.Invariant($"{series}{index}"));
        node.Place = (series, index);
        return node;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Formula.Of(this)} [{Sizes}]";

    /// <summary>A parameter, input or target of a case.</summary>
    internal static Node Leaf(string name, Sizes sizes, int? step = null, bool isRounded = true) =>
        new(new Leaf(name, sizes, isRounded))
        {
            Name = name,
            Place = step is { } index
            ? (name[..^index.ToString(System.Globalization.CultureInfo.InvariantCulture).Length], index)
            : null,
        };

    /// <summary>The same operation on other operands, under the same name.</summary>
    internal Node On(IReadOnlyList<Node> operands) => new(Operation, [.. operands]) { Name = Name, Place = Place };
}
