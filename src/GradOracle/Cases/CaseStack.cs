using System.Numerics;
using System.Numerics.Tensors;
using GradOracle.Cases;
using GradOracle.Networks;

namespace GradOracle;

/// <summary>Cases of one network, loss, shape and element type, stacked so that one pass serves them all.</summary>
public sealed record CaseStack
{
    /// <param name="scenario">The network with its loss at a shape.</param>
    /// <param name="kind">Exact or real: which agreement is owed.</param>
    /// <param name="type">The element type the cases are computed in.</param>
    /// <param name="tensors">Parameters, inputs and the target, in the network's order, the target last.</param>
    /// <param name="firstSeed">The seed of the first case; the next ones follow by one. Unused where a file is
    /// given.</param>
    internal CaseStack(
        Scenario scenario, CaseKind kind, ElementType type, IReadOnlyList<TensorStack> tensors, ulong firstSeed) =>
        (Scenario, Kind, Type, Tensors, FirstSeed) = (scenario, kind, type, tensors, firstSeed);

    /// <summary>The loss.</summary>
    public Loss Loss => Scenario.Loss;

    /// <summary>The network.</summary>
    public Network Network => Scenario.Network;

    /// <summary>The sizes all cases share.</summary>
    public Shape Shape => Scenario.Shape;

    /// <summary>Exact or real: which agreement is owed.</summary>
    public CaseKind Kind { get; internal init; }

    /// <summary>The element type the cases are computed in.</summary>
    public ElementType Type { get; internal init; }

    /// <summary>Parameters, inputs and the target, in the network's order, the target last.</summary>
    public IReadOnlyList<TensorStack> Tensors { get; internal init; }

    /// <summary>How many cases there are.</summary>
    public int Count => Tensors[0].Count;

    internal Scenario Scenario { get; init; }

    internal ulong FirstSeed { get; init; }

    /// <summary>The file the case was read from; null where it was generated.</summary>
    internal string? File { get; init; }

    /// <summary>k of exact cases, where it is not the largest of the shape.</summary>
    internal int? Magnitude { get; init; }

    /// <summary>How the entries of generated cases differ from plain ones; null where they do not.</summary>
    internal CaseValues? Values { get; init; }

    /// <summary>The named tensor of all cases.</summary>
    /// <exception cref="KeyNotFoundException">There is no such tensor.</exception>
    public TensorStack this[string name]
    {
        get
        {
            foreach (var tensor in Tensors)
            {
                if (tensor.Name == name)
                {
                    return tensor;
                }
            }

            throw new KeyNotFoundException($"{Network.Name}/{Loss.Name} has no tensor {name}; it has {string.Join(", ", Tensors.Select(t => t.Name))}.");
        }
    }

    /// <summary>The target of all cases.</summary>
    public TensorStack Target => this[Scenario.TargetSpec.Name];

    /// <summary>L of one case at an output, whatever the loss and the rank.</summary>
    /// <param name="index">The case.</param>
    /// <param name="output">Ŷ, row after row.</param>
    public T LossAt<T>(int index, ReadOnlySpan<T> output)
        where T : struct, INumberBase<T> => IsLossByHand
            ? Loss.Value(output, In<T>(Target, index), Scenario.Output.Sizes.Columns)
            : Scenario.LossPass.At(output.ToArray(), name => In<T>(this[name], index)).Loss;

    /// <summary>G = ∂L/∂Ŷ of one case at an output, whatever the loss and the rank.</summary>
    /// <param name="index">The case.</param>
    /// <param name="output">Ŷ, row after row.</param>
    /// <param name="gradient">Receives G, row after row.</param>
    public void OutputGradient<T>(int index, ReadOnlySpan<T> output, Span<T> gradient)
        where T : struct, INumberBase<T>
    {
        if (IsLossByHand)
        {
            Loss.Gradient(output, In<T>(Target, index), Scenario.Output.Sizes.Columns, gradient);
        }
        else
        {
            Scenario.LossPass.At(output.ToArray(), name => In<T>(this[name], index)).Gradient.CopyTo(gradient);
        }
    }

    private bool IsLossByHand => Loss.IsByHand(Scenario.Output.Sizes, Scenario.Inputs.ClassAxisOf(Scenario.Output));

    private static T[] In<T>(TensorStack stack, int index)
        where T : struct, INumberBase<T> => Array.ConvertAll(stack[index].ToArray(), T.CreateTruncating);

    /// <summary>The name of one case: from a generated one's it is rebuilt, entry for entry.</summary>
    public string NameOf(int index) => File is null
        ? new CaseId(Scenario, Kind, Type, FirstSeed + (ulong)index, Magnitude, Values).ToString()
        : $"{Network.Name}/{Loss.Name} {Shape} {CaseId.Word(Kind)} {Type} file={File}";

    /// <summary>Two batches are equal only where they are the same.</summary>
    public bool Equals(CaseStack? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    /// <summary>The values of a leaf of the scenario's graph; null of any other node.</summary>
    internal double[]? ValuesOf(Node node) => node.Operation is Graphs.Leaf ? this[node.Name!].Values : null;

    /// <summary>The largest absolute value of any entry.</summary>
    internal double LargestMagnitude() => Tensors.Max(t => Math.Abs(TensorPrimitives.MaxMagnitude(t.Values)));

    /// <summary>One case, in a stack of its own.</summary>
    internal CaseStack Alone(int index) => Count == 1 ? this : this with
    {
        Tensors = [.. Tensors.Select(t => t.Alone(index))],
        FirstSeed = FirstSeed + (ulong)index,
    };

    /// <summary>The batch with every entry changed alike.</summary>
    internal CaseStack Map(Func<double, double> change) =>
        this with { Tensors = [.. Tensors.Select(t => t.With(Array.ConvertAll(t.Values, v => change(v))))] };

    /// <summary>The batch with copies of its tensors, for foreign hands.</summary>
    internal CaseStack Copy() => this with { Tensors = [.. Tensors.Select(t => t.With([.. t.Values]))] };

    /// <summary>The cases in the opposite order; their names are those of the batch that it is made from.</summary>
    internal CaseStack Reversed() => this with { Tensors = [.. Tensors.Select(Reversed)] };

    /// <summary>These cases, and behind them others of the same scenario.</summary>
    internal CaseStack Followed(CaseStack others) => this with
    {
        Tensors = [.. Tensors.Zip(others.Tensors, (a, b) => new TensorStack(a.Name, a.Count + b.Count, a.Sizes, [.. a.Values, .. b.Values]))],
    };

    /// <summary>So many cases: these, and from the first on again.</summary>
    internal CaseStack Cycled(int count) => this with { Tensors = [.. Tensors.Select(t => Cycled(t, count))] };

    private static TensorStack Cycled(TensorStack stack, int count)
    {
        var cycled = new TensorStack(stack.Name, count, stack.Sizes);
        for (var s = 0; s < count; s++)
        {
            stack[s % stack.Count].CopyTo(cycled[s]);
        }

        return cycled;
    }

    private static TensorStack Reversed(TensorStack stack)
    {
        var reversed = new TensorStack(stack.Name, stack.Count, stack.Sizes);
        for (var s = 0; s < stack.Count; s++)
        {
            stack[s].CopyTo(reversed[stack.Count - 1 - s]);
        }

        return reversed;
    }
}
