using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace GradOracle.Tests;

/// <summary>tanh(x W), m×n = m×k k×n, right, and wrong in each way that has a name.</summary>
internal abstract class TanhProduct<T> : SingleTensorFunction<T>
    where T : TanhProduct<T>, new()
{
    protected static readonly Scalar s_one = 1.0;

    public override string Name => typeof(T).Name;

    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var (x, W) = ((Tensor)vars[0], (Tensor)vars[1]);
        var y = x.mm(W).tanh();
        ctx.save_for_backward([x, W, y]);
        return y;
    }

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        return Gradients(grad_output, saved[0], saved[1], saved[2]);
    }

    protected static Tensor Inner(Tensor G, Tensor y) => G * (torch.ones_like(y) - y * y);

    protected virtual List<Tensor> Gradients(Tensor G, Tensor x, Tensor W, Tensor y)
    {
        var D = Inner(G, y);
        return [D.mm(W.t()), x.t().mm(D)];
    }
}

internal sealed class RightTanhProduct : TanhProduct<RightTanhProduct>;

internal sealed class WrongSign : TanhProduct<WrongSign>
{
    protected override List<Tensor> Gradients(Tensor G, Tensor x, Tensor W, Tensor y) =>
        [Inner(G, y).mm(W.t()), -x.t().mm(Inner(G, y))];
}

internal sealed class WrongFactor : TanhProduct<WrongFactor>
{
    private static readonly Scalar s_two = 2.0;

    protected override List<Tensor> Gradients(Tensor G, Tensor x, Tensor W, Tensor y) =>
        [Inner(G, y).mm(W.t()).mul(s_two), x.t().mm(Inner(G, y))];
}

internal sealed class MissingTerm : TanhProduct<MissingTerm>
{
    protected override List<Tensor> Gradients(Tensor G, Tensor x, Tensor W, Tensor y) =>
        [G.mm(W.t()), x.t().mm(Inner(G, y))];
}

internal sealed class ForgottenUpstream : TanhProduct<ForgottenUpstream>
{
    protected override List<Tensor> Gradients(Tensor G, Tensor x, Tensor W, Tensor y)
    {
        var D = Inner(torch.ones_like(y), y);
        return [D.mm(W.t()), x.t().mm(D)];
    }
}

internal sealed class SlightlyOff : TanhProduct<SlightlyOff>
{
    private static readonly Scalar s_jitter = 1 + 1e-6;

    protected override List<Tensor> Gradients(Tensor G, Tensor x, Tensor W, Tensor y) =>
        [Inner(G, y).mm(W.t()).mul(s_jitter), x.t().mm(Inner(G, y))];
}

internal sealed class Jittering : TanhProduct<Jittering>
{
    private static readonly Scalar s_little = 1e-6;

    protected override List<Tensor> Gradients(Tensor G, Tensor x, Tensor W, Tensor y)
    {
        var gradient = Inner(G, y).mm(W.t());
        return [gradient.add(torch.rand_like(gradient), s_little), x.t().mm(Inner(G, y))];
    }
}

internal sealed class CutSecondOrder : TanhProduct<CutSecondOrder>
{
    protected override List<Tensor> Gradients(Tensor G, Tensor x, Tensor W, Tensor y) =>
        base.Gradients(G, x, W, y.detach());
}

/// <summary>y = A x for a square A that is a constant: the gradient is Aᵀ G, and the wrong one A G.</summary>
internal abstract class Turning<T> : SingleTensorFunction<T>
    where T : Turning<T>, new()
{
    public override string Name => typeof(T).Name;

    protected static Tensor A() => torch.tensor(new[,] { { 1.0, 2, 3 }, { 4, 5, 6 }, { 7, 8, 10 } });

    public override Tensor forward(AutogradContext ctx, params object[] vars) => A().mv((Tensor)vars[0]);
}

internal sealed class RightTurning : Turning<RightTurning>
{
    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [A().t().mv(grad_output)];
}

internal sealed class TransposedJacobian : Turning<TransposedJacobian>
{
    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [A().mv(grad_output)];
}

/// <summary>Two outputs, x² and c x, for a number c that is no tensor.</summary>
internal abstract class SquareAndMultiple<T> : MultiTensorFunction<T>
    where T : SquareAndMultiple<T>, new()
{
    public override string Name => typeof(T).Name;

    public override List<Tensor> forward(AutogradContext ctx, params object[] vars)
    {
        var (x, c) = ((Tensor)vars[0], (double)vars[1]);
        ctx.save_for_backward([x]);
        ctx.save_data("c", c);
        using Scalar factor = c;
        return [x * x, x.mul(factor)];
    }

    public override List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs)
    {
        using Scalar factor = (double)ctx.get_data("c");
        using Scalar two = 2.0;
        return Gradients(ctx.get_saved_variables()[0].mul(two), grad_outputs, factor);
    }

    protected abstract List<Tensor> Gradients(Tensor twice, List<Tensor> G, Scalar factor);
}

internal sealed class RightSquareAndMultiple : SquareAndMultiple<RightSquareAndMultiple>
{
    protected override List<Tensor> Gradients(Tensor twice, List<Tensor> G, Scalar factor) =>
        [G[0] * twice + G[1].mul(factor), null!];
}

internal sealed class ForgetsSecondOutput : SquareAndMultiple<ForgetsSecondOutput>
{
    protected override List<Tensor> Gradients(Tensor twice, List<Tensor> G, Scalar factor) => [G[0] * twice, null!];
}
