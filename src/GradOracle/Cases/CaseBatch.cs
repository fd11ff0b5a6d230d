using System.Numerics.Tensors;
using GradOracle.Networks;

namespace GradOracle.Cases;

/// <summary>Cases of one network, loss, shape and element type, stacked so that one pass serves them all.</summary>
/// <param name="Network">The network.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Shape">The sizes all cases share.</param>
/// <param name="Kind">Exact or real: which agreement is owed.</param>
/// <param name="Type">The element type the cases are computed in.</param>
/// <param name="Tensors">Parameters, inputs and the target, in the network's order, the target last.</param>
/// <param name="FirstSeed">The seed of the first case; the next ones follow by one. Unused where <paramref name="File"/> is given.</param>
/// <param name="File">The file the case was read from, or null where it was generated.</param>
/// <param name="Magnitude">k of exact cases, where it is not the largest of the shape.</param>
public sealed record CaseBatch(
    Network Network,
    Loss Loss,
    Shape Shape,
    CaseKind Kind,
    ElementType Type,
    IReadOnlyList<TensorStack> Tensors,
    ulong FirstSeed,
    string? File = null,
    int? Magnitude = null)
{
    /// <summary>How many cases there are.</summary>
    public int Count => Tensors[0].Count;

    /// <summary>The named tensor of all cases.</summary>
    /// <exception cref="KeyNotFoundException">There is no such tensor.</exception>
    public TensorStack this[string name] =>
        Tensors.FirstOrDefault(t => t.Name == name)
        ?? throw new KeyNotFoundException($"{Network.Name}/{Loss.Name} has no tensor {name}; it has {string.Join(", ", Tensors.Select(t => t.Name))}.");

    /// <summary>The name of one case.</summary>
    public string NameOf(int index) => File is null
        ? new CaseName(Network, Loss, Shape, Kind, Type, FirstSeed + (ulong)index, Magnitude).ToString()
        : $"{Network.Name}/{Loss.Name} {Shape} {CaseName.Word(Kind)} {Type} file={File}";

    /// <summary>The arguments of <c>gradoracle check</c> that check one case again.</summary>
    public string ReplayOf(int index) => File is null ? $"--case \"{NameOf(index)}\"" : $"--case-file {Quoted(File)}";

    // As a POSIX shell reads it.
    private static string Quoted(string text) =>
        text.AsSpan().ContainsAny("\"$`\\!") ? $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'" : $"\"{text}\"";

    /// <summary>The largest absolute value of any entry.</summary>
    public double LargestMagnitude() => Tensors.Max(t => Math.Abs(TensorPrimitives.MaxMagnitude(t.Values)));

    /// <summary>The batch with every entry changed alike.</summary>
    public CaseBatch Map(Func<double, double> change) => this with
    {
        Tensors = [.. Tensors.Select(t => new TensorStack(t.Name, t.Count, t.Rows, t.Columns, Array.ConvertAll(t.Values, v => change(v))))],
    };

    /// <summary>Parameters, inputs and target of a network with this loss at a shape, in order, the target last.</summary>
    public static IReadOnlyList<TensorSpec> SpecsOf(Network network, Loss loss, Shape shape)
    {
        var (rows, columns) = network.Output(shape);
        return [.. network.Tensors(shape), new TensorSpec(loss.TargetName, TensorRole.Target, rows, columns)];
    }
}
