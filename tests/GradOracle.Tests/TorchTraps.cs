using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace GradOracle.Tests;

/// <summary>x², whose backward steps into one trap.</summary>
internal abstract class Trap<T> : SingleTensorFunction<T>
    where T : Trap<T>, new()
{
    private static readonly Scalar s_two = 2.0;

    public override string Name => typeof(T).Name;

    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var x = (Tensor)vars[0];
        ctx.save_for_backward([x]);
        return x * x;
    }

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        var x = ctx.get_saved_variables()[0];
        return Step(x, (grad_output * x).mul(s_two));
    }

    /// <param name="x">The saved input.</param>
    /// <param name="right">The right gradient.</param>
    protected abstract List<Tensor> Step(Tensor x, Tensor right);
}

internal sealed class NoTrap : Trap<NoTrap>
{
    protected override List<Tensor> Step(Tensor x, Tensor right) => [right];
}

internal sealed class ThrowsInBackward : Trap<ThrowsInBackward>
{
    protected override List<Tensor> Step(Tensor x, Tensor right) => throw new InvalidOperationException("no idea.");
}

internal sealed class TooFew : Trap<TooFew>
{
    protected override List<Tensor> Step(Tensor x, Tensor right) => [];
}

internal sealed class TooMany : Trap<TooMany>
{
    protected override List<Tensor> Step(Tensor x, Tensor right) => [right, right];
}

internal sealed class NullList : Trap<NullList>
{
    protected override List<Tensor> Step(Tensor x, Tensor right) => null!;
}

internal sealed class NullGradient : Trap<NullGradient>
{
    protected override List<Tensor> Step(Tensor x, Tensor right) => [null!];
}

internal sealed class DisposedGradient : Trap<DisposedGradient>
{
    protected override List<Tensor> Step(Tensor x, Tensor right)
    {
        using var scope = NewDisposeScope();
        return [right.neg()];
    }
}

internal sealed class OtherShape : Trap<OtherShape>
{
    protected override List<Tensor> Step(Tensor x, Tensor right) => [right.t()];
}

internal sealed class OneAxisMore : Trap<OneAxisMore>
{
    protected override List<Tensor> Step(Tensor x, Tensor right) => [right.unsqueeze(0)];
}

internal sealed class OtherType : Trap<OtherType>
{
    protected override List<Tensor> Step(Tensor x, Tensor right) => [right.to(float32)];
}

internal sealed class NotANumber : Trap<NotANumber>
{
    private static readonly Scalar s_nan = double.NaN;

    protected override List<Tensor> Step(Tensor x, Tensor right) => [right.mul(s_nan)];
}

internal sealed class WrongView : Trap<WrongView>
{
    protected override List<Tensor> Step(Tensor x, Tensor right) => [right.view(5)];
}

internal sealed class ModifiesSaved : Trap<ModifiesSaved>
{
    private static readonly Scalar s_two = 2.0;

    protected override List<Tensor> Step(Tensor x, Tensor right)
    {
        using var none = no_grad();
        x.mul_(s_two);
        return [right];
    }
}

internal sealed class WrongProduct : Trap<WrongProduct>
{
    protected override List<Tensor> Step(Tensor x, Tensor right) => [x.matmul(right)];
}

internal sealed class UnusedInput : Trap<UnusedInput>
{
    protected override List<Tensor> Step(Tensor x, Tensor right)
    {
        using var enabled = enable_grad();
        var (a, unused) = (x.detach().requires_grad_(), ones(2, float64).requires_grad_());
        return [.. grad([(a * a).sum()], [unused])];
    }
}

internal sealed class NonScalarOutput : Trap<NonScalarOutput>
{
    protected override List<Tensor> Step(Tensor x, Tensor right)
    {
        using var enabled = enable_grad();
        var a = x.detach().requires_grad_();
        return [.. grad([a * a], [a])];
    }
}

internal sealed class SecondPass : Trap<SecondPass>
{
    protected override List<Tensor> Step(Tensor x, Tensor right)
    {
        using var enabled = enable_grad();
        var a = x.detach().requires_grad_();
        var y = (a * a).sum();
        _ = grad([y], [a]);
        return [.. grad([y], [a])];
    }
}

internal sealed class ThrowsInForward : SingleTensorFunction<ThrowsInForward>
{
    public override string Name => nameof(ThrowsInForward);

    public override Tensor forward(AutogradContext ctx, params object[] vars) =>
        throw new NotSupportedException("not today");

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [grad_output];
}

internal sealed class WrongProductInForward : SingleTensorFunction<WrongProductInForward>
{
    public override string Name => nameof(WrongProductInForward);

    public override Tensor forward(AutogradContext ctx, params object[] vars) =>
        ((Tensor)vars[0]).matmul((Tensor)vars[0]);

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [grad_output];
}

internal sealed class TrappedModule : nn.Module<Tensor, Tensor>
{
    private readonly TorchSharp.Modules.Linear _linear = nn.Linear(3, 2);
    private readonly TorchSharp.Modules.Parameter _scale = nn.Parameter(torch.tensor(new[] { 1.5f, -0.5f }));

    public TrappedModule()
        : base(nameof(TrappedModule)) => RegisterComponents();

    public double Factor { get; set; } = 1;

    public bool IsTrapped { get; set; } = true;

    public override Tensor forward(Tensor input)
    {
        using Scalar factor = Factor;
        var output = _linear.call(input).mul(_scale).mul(factor);
        return IsTrapped ? ThrowsInBackward.apply(output) : output;
    }
}
