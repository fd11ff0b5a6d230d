namespace GradOracle.Tests;

/// <summary>The shared-weight network, for tests that change one thing about it.</summary>
internal abstract class Renamed : Network
{
    private readonly Network _right = Samples.SharedWeight;

    public override string Name => _right.Name;

    public override string Summary => "for a test";

    public override IReadOnlyList<string> Dimensions => _right.Dimensions;

    public override IReadOnlyList<TensorSpec> Tensors(Shape shape) => _right.Tensors(shape);

    public override Node Forward(Inputs x) => _right.Forward(x);
}
