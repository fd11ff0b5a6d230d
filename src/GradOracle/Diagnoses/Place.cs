using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>What a place in a backward pass is.</summary>
internal enum PlaceKind
{
    /// <summary>The gradient of a parameter or input.</summary>
    Gradient,

    /// <summary>What one use of a parameter or input contributes to its gradient.</summary>
    Contribution,

    /// <summary>The adjoint of a value on the way.</summary>
    Adjoint,
}

/// <summary>A place in a backward pass, by a key that means the same at every shape.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The tensor's name, or the value's.</param>
/// <param name="Use">Which use of the tensor; empty where it is no contribution.</param>
internal sealed record Place(PlaceKind Kind, string Name, string Use = "")
{
    public static Place Gradient(string tensor) => new(PlaceKind.Gradient, tensor);

    /// <summary>The adjoint of a value. What only flows into a sum has the adjoint of the sum.</summary>
    public static Place Adjoint(BackwardGraph backward, Node node) =>
        new(PlaceKind.Adjoint, Formula.Of(PlaceNames.Bearer(backward, node)));

    /// <summary>What a message is part of: a contribution, a gradient, or the adjoint of a value on the way.</summary>
    public static Place Of(BackwardGraph backward, Edge edge)
    {
        var (receiver, sender) = (edge.Receiver, edge.Node);
        while (receiver is { Name: null, Operands: [var only] }
            && (IsLaidOut(receiver) || (receiver.Operation is Broadcast && sender.Operation.IsProduct))
            && backward.Consumers(receiver).Count == 1)
        {
            (receiver, sender) = (only, receiver);
        }

        var (leaf, use) = receiver.Operation is Use labelled
            ? (receiver.Operands[0], labelled.Label)
            : (receiver, null);
        use ??= (sender.Operation as Use)?.Label;
        return leaf.Operands.Count > 0 ? Adjoint(backward, leaf)
            : backward.Edges.Count(e => e.Receiver == leaf) == 1 ? Gradient(leaf.Name!)
            : new(PlaceKind.Contribution, leaf.Name!, use ?? $"in {Formula.Of(Used(backward, edge.Node))}");
    }

    // What is repeated first is used by what it is repeated for.
    private static Node Used(BackwardGraph backward, Node node) =>
        node.Operation is Broadcast && backward.Consumers(node) is [var only] ? only : node;

    // The same entries in another order or shape, or as windows.
    private static bool IsLaidOut(Node node) => node.Operation is Transpose or Reshape or Permute or Windows;

    /// <summary>As a sentence speaks of it.</summary>
    public override string ToString() => Kind switch
    {
        PlaceKind.Gradient => $"the gradient of {Name}",
        PlaceKind.Contribution => $"the contribution of {Name} {Use}",
        _ => $"∂L/∂{Formula.Factor(Formula.Shortened(Name))}",
    };
}
