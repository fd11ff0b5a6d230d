using System.Collections.Concurrent;

namespace GradOracle.Networks;

/// <summary>A network that is TorchSharp code: its graph is one operation.</summary>
/// <param name="name">The name in case names.</param>
/// <param name="dimensions">The names of the dimensions.</param>
/// <param name="formAt">The code at a shape.</param>
/// <param name="smallest">The smallest sizes that are drawn, where 1 says nothing.</param>
/// <param name="losses">Losses of its own.</param>
internal sealed class TorchNetwork(
    string name,
    IReadOnlyList<string> dimensions,
    Func<Shape, TorchForm> formAt,
    IReadOnlyList<(string Dimension, int Size)> smallest,
    IReadOnlyList<Loss> losses) : Network
{
    private readonly ConcurrentDictionary<Shape, Lazy<TorchStatement>> _statements = new();

    public override string Name => name;

    public override string Summary
    {
        get
        {
            var shape = new Shape(dimensions.Select((d, i) => (d, Math.Max(i + 2, SmallestDrawn(d)))));
            var form = formAt(shape);
            var mode = form.Module is { } module
                ? $", a module in {(module.training ? "training" : "evaluation")} mode"
                : "";
            return $"Ŷ = {name}({string.Join(", ", Tensors(shape).Select(t => t.Name))}) on TorchSharp{mode}";
        }
    }

    public override IReadOnlyList<string> Dimensions => dimensions;

    public override bool RowsAreExamples => true;

    public override IReadOnlyList<Loss> Losses => losses;

    internal override bool HasGraph => false;

    public override int SmallestDrawn(string dimension) =>
        smallest.Where(s => s.Dimension == dimension).Select(s => s.Size).DefaultIfEmpty(1).Max();

    public override IReadOnlyList<TensorSpec> Tensors(Shape shape) => At(shape).Specs;

    public override Node Forward(Inputs x)
    {
        var code = At(x.Shape);
        return new(new TorchForward(code), [.. code.Specs.Select(spec => x[spec.Name])]);
    }

    // Once for a shape: a module may be made for it.
    private TorchStatement At(Shape shape) => _statements.GetOrAdd(shape, s => new(() => new(formAt(s), s))).Value;
}
