using NUnit.Framework;
using TorchSharp;
using static TorchSharp.torch;

namespace GradOracle.Tests;

/// <summary>
/// What ends a process that uses TorchSharp, or passes without a word, ends as a finding here, and this process lives
/// on.
/// </summary>
public sealed class TorchTrapTests : WithinTorchScope
{
    private static readonly BackwardOptions s_here = new() { InThisProcess = true };

    private static Tensor Point() => torch.tensor(new[,] { { 0.5, -1.25, 2 }, { 1, 0.75, -0.5 } });

    private static void Found<T>(bool here, string words)
        where T : autograd.Function<T>, new()
    {
        var result = BackwardCheck.Of<T>(here ? s_here : new(), Point());

        Assert.That(result.Verdict, Is.EqualTo(Verdict.NotComparable), result.ToString());
        Assert.That(result.ToString(), Does.Contain(words));
    }

    [Test]
    public void A_function_without_a_trap_agrees_here_and_in_the_child()
    {
        var (here, child) = (BackwardCheck.Of<NoTrap>(s_here, Point()), BackwardCheck.Of<NoTrap>(Point()));

        Assert.That(here.Agrees, here.ToString());
        Assert.That(child.ToString(), Is.EqualTo(here.ToString()));
    }

    // What the guard catches needs no child.
    [Test]
    public void An_exception_in_backward_is_told_with_the_line_it_came_from([Values] bool here)
    {
        Found<ThrowsInBackward>(
            here, "backward threw: InvalidOperationException: no idea, in ThrowsInBackward.Step (TorchTraps.cs:");
        Found<ThrowsInForward>(
            here, "forward threw: NotSupportedException: not today, in ThrowsInForward.forward (TorchTraps.cs:");
        Found<WrongView>(
            here, "backward threw: libtorch: shape '[5]' is invalid for input of size 6, in WrongView.Step (TorchTraps.cs:");
    }

    [Test]
    public void A_wrong_number_of_gradients_is_told([Values] bool here)
    {
        Found<TooFew>(here, "backward returned 0 gradients for 1 arguments");
        Found<TooMany>(here, "backward returned 2 gradients for 1 arguments");
        Found<NullList>(here, "backward returned null: return one gradient for each argument");
    }

    [Test]
    public void A_missing_gradient_is_told([Values] bool here)
    {
        Found<NullGradient>(here, "backward returned null for the gradient of input 0, which is needed.");
        Found<DisposedGradient>(here, "backward returned a disposed gradient for input 0: move it out of its scope");
    }

    [Test]
    public void A_gradient_of_another_shape_or_type_or_not_finite_is_told([Values] bool here)
    {
        Found<OtherShape>(
            here, "backward returned a gradient of shape [3, 2] for input 0, which has the shape [2, 3].");
        Found<OneAxisMore>(here, "backward returned a gradient of shape [1, 2, 3] for input 0");
        Found<OtherType>(here, "backward returned a Float32 gradient for input 0, which is Float64");
        Found<NotANumber>(here, "the gradient of input 0 [0, 0] is NaN.");
    }

    [Test]
    public void A_saved_tensor_that_backward_modifies_is_told([Values] bool here)
    {
        var result = BackwardCheck.Of<ModifiesSaved>(here ? s_here : new(), Point());

        Assert.That(result.Agrees, Is.False);
        Assert.That(
            result.ToString(), Does.Contain(
                "modified by an inplace operation").Or.Contain("modifies input 0 in place"));
    }

    [Test]
    public void What_ends_the_process_ends_the_child_and_is_told()
    {
        Found<WrongProduct>(here: false, "backward ended its process (exit code 134), which no catch prevents: "
            + "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3); a child process died in place of this one.");
        Found<UnusedInput>(here: false, "appears to not have been used in the graph");
        Found<NonScalarOutput>(here: false, "grad can be implicitly created only for scalar outputs");
        Found<SecondPass>(here: false, "Trying to backward through the graph a second time");
        Found<WrongProductInForward>(
            here: false, "forward ended its process (exit code 134), which no catch prevents: mat1 and mat2 shapes cannot be multiplied");
        Assert.That(BackwardCheck.Of<NoTrap>(Point()).Agrees, "the next check has a child of its own");
    }

    [Test]
    public void A_lambda_that_captures_nothing_has_the_child_too()
    {
        var unguarded = BackwardCheck.Of(x => ThrowsInBackward.apply(x), Point());
        var right = BackwardCheck.Of(x => [x[0].mul(x[1])], [Point(), Point()]);

        Assert.That(
            unguarded.ToString(), Does.Contain("backward ended its process (exit code 134), which no catch prevents: System.InvalidOperationException: no idea (at "));
        Assert.That(right.Agrees, right.ToString());
    }

    [Test]
    public void A_lambda_that_captures_tensors_and_numbers_has_the_child_too()
    {
        var (weights, factor, deeper) = (Point(), 3.0, new[] { Point().t() });

        var right = BackwardCheck.Of(x => { using Scalar held = factor; return x.mul(weights).mul(held); }, Point());
        var fatal = BackwardCheck.Of(x => ThrowsInBackward.apply(x.mul(weights)), Point());
        var product = BackwardCheck.Of(x => [x[0].mul(weights).matmul(deeper[0])], [Point()]);
        var wrong = BackwardCheck.Of(x => [x[0].mul(weights).matmul(deeper[0].t())], [Point()]);

        Assert.That(right.Agrees, right.ToString());
        Assert.That(product.Agrees, product.ToString());
        Assert.That(fatal.ToString(), Does.Contain("a child process died in place of this one"));
        Assert.That(wrong.ToString(), Does.Contain("forward ended its process").And.Contain("cannot be multiplied"));
    }

    [Test]
    public void A_module_that_its_class_makes_without_arguments_has_the_child_too()
    {
        var module = (TrappedModule)new TrappedModule().to(float64);
        module.Factor = 2;

        var fatal = BackwardCheck.Of(module, Point());
        module.IsTrapped = false;
        var right = BackwardCheck.Of(module, Point());

        Assert.That(
            fatal.ToString(),
            Does.StartWith("✗ TrappedModule in training mode").And.Contain(
                "a child process died in place of this one"));
        Assert.That(right.Agrees, right.ToString());
        Assert.That(
            right.ToString(),
            Is.EqualTo(BackwardCheck.Of(module, Point(), s_here).ToString()),
            "the child has its numbers");
    }

    [Test]
    public void A_lambda_that_writes_what_it_captures_runs_here()
    {
        var here = Environment.ProcessId;
        var seen = 0;

        var result = BackwardCheck.Of(x => { seen = Environment.ProcessId; return x.exp(); }, Point());

        Assert.That((result.Agrees, seen), Is.EqualTo((true, here)), result.ToString());
    }

    [Test]
    public void Arguments_reach_the_child_as_they_are()
    {
        var result = BackwardCheck.Of<RightSquareAndMultiple>(Point(), 0.1);

        Assert.That(result.Agrees, result.ToString());
        Assert.That(
            BackwardCheck.Of<ForgetsSecondOutput>(Point(), 0.1).ToString(), Is.EqualTo(
                BackwardCheck.Of<ForgetsSecondOutput>(s_here, Point(), 0.1).ToString()));
    }
}
