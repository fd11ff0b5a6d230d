using GradOracle.TorchFunctions;
using NUnit.Framework;
using TorchSharp;
using static TorchSharp.torch;

namespace GradOracle.Tests;

/// <summary>What a check of TorchSharp code says beside its verdict: the worst first, the right entry, the right
/// hint.</summary>
[Category("Quick")]
public sealed class TorchDetailTests : WithinTorchScope
{
    private static readonly BackwardOptions s_full = new() { Fast = false, InThisProcess = true };
    private static readonly BackwardOptions s_fast = new() { Fast = true, InThisProcess = true };

    // The value of f with its gradient times c.
    private static Tensor Off(Tensor f, double c)
    {
        using Scalar factor = c;
        return f.detach() + (f - f.detach()).mul(factor);
    }

    [Test]
    public void An_output_that_is_not_finite_is_told_and_where_it_must_be_is_said() => Assert.That(
        BackwardCheck.Of(x => x.log(), torch.tensor([1.0, 0]), s_full).ToString(),
        Does.Contain("output 0 is not finite at this point: give inputs where it is."));

    [Test]
    public void A_gradient_that_is_not_needed_may_have_any_shape()
    {
        var fixedInput = Numbers(2);

        Assert.That(
            BackwardCheck.Of<OddWhereNotNeeded>(s_full, Numbers(2).requires_grad_(true), fixedInput).ToString(),
            Does.StartWith("✓"));
    }

    [Test]
    public void The_worst_finding_gives_the_verdict_and_stands_first()
    {
        // A kink at the first entry, inconclusive; twice the gradient at the others, wrong.
        var result = BackwardCheck.Of(x => x.abs() + Off(x * x, 2), torch.tensor([0.0, 0.5, 0.25]), s_full);
        // Forward writes into its input, which is wrong, and has a kink, which is inconclusive.
        var both = BackwardCheck.Of(
            x =>
            {
                using (no_grad())
                {
                    x.neg_();
                }

                return x.relu();
            },
            torch.tensor([0.0, 0.5]),
            s_full);

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Disagrees), result.ToString());
        Assert.That(result.Findings[0], Does.Contain("by input 0 [1]: backward gives 3"), "the largest error");
        Assert.That(both.Verdict, Is.EqualTo(Verdict.Disagrees), both.ToString());
        Assert.That(both.Findings[0], Does.Contain("modifies input 0 in place"));
    }

    [Test]
    public void An_example_whose_gradient_is_from_another_input_is_found_wherever_it_stands()
    {
        // The last example alone sees its neighbour.
        Tensor Leaking(Tensor x)
        {
            using Scalar tenth = 0.1;
            var leak = x.narrow(0, 0, 1).detach().mul(tenth) + x.narrow(0, x.shape[0] - 1, 1);
            return x.shape[0] == 1 ? x : torch.cat([x.narrow(0, 0, x.shape[0] - 1), leak], 0);
        }

        Assert.That(
            BackwardCheck.Of(x => [Leaking(x[0])], [Numbers(3, 2)], s_full with { Batch = [0] }).ToString(),
            Does.Contain("example 2 depends on its neighbours in the batch: output 0 [0, 0] is "));
    }

    [Test]
    public void An_entry_is_named_by_its_row_and_its_column()
    {
        Assert.That(Entries.Index([2, 3], 4), Is.EqualTo(" [1, 1]"));
        Assert.That(Entries.Index([2, 3, 4], 23), Is.EqualTo(" [1, 2, 3]"));
        Assert.That(Entries.Index([], 0), Is.Empty);
    }

    [Test]
    public void A_gradient_of_zeros_and_one_that_is_too_small_are_said_to_be_so()
    {
        var zero = BackwardCheck.Of(x => Off(x.exp(), 0), Numbers(3), s_full);
        var less = BackwardCheck.Of(x => Off(x.exp(), 0.999), Numbers(3), s_full);
        var more = BackwardCheck.Of(x => Off(x.exp(), 1.001), Numbers(3), s_full);

        Assert.That(zero.ToString(), Does.Contain("every entry of the gradient of input 0 is 0."));
        Assert.That(less.ToString(), Does.Contain("is 1 − 0.001 times what it should be."));
        Assert.That(more.ToString(), Does.Contain("is 1 + 0.001 times what it should be."));
    }

    [Test]
    public void Entries_in_the_places_of_the_transpose_are_told_as_such() => Assert.That(
        Hint.Of("W", [2, 3], [[1, 4, 2, 5, 3, 6]], [[1, 2, 3, 4, 5, 6]]),
        Is.EqualTo("the gradient of W holds the entries of its transpose.").Or.Null);

    [Test]
    public void What_is_worse_comes_first_NaN_before_any_number()
    {
        var slope = new Slope(1, 1e-9, 1e-12, 1, 1, IsKink: false);
        var found = new Comparisons();
        found.Add(() => "small", 1.5, slope, 1);
        found.Add(() => "large", 4, slope, 1);
        found.Add(() => "wide", 1, slope with { Tolerance = double.NaN }, 1);

        Assert.That((found.Worst!.Where, found.Verdict, found.Wrong), Is.EqualTo(("large", Verdict.Disagrees, 2)));
        found.Add(() => "none", double.NaN, slope, 1);
        Assert.That(found.Worst!.Where, Is.EqualTo("none"));
    }

    [TestCase(1.0, 1e-9, Verdict.Agrees)]
    [TestCase(1.1, 1e-9, Verdict.Disagrees)]
    [TestCase(1.1, 1e-2, Verdict.Inconclusive, TestName = "differences that do not settle tell no error")]
    [TestCase(1.0, 1e-2, Verdict.Inconclusive, TestName = "a tolerance of a hundredth shows nothing")]
    public void A_slope_is_judged_by_its_tolerance(double given, double tolerance, Verdict verdict) => Assert.That(
        Mismatch.Judge(given, new(1, tolerance, 1e-12, 1, 1, IsKink: false), 1), Is.EqualTo(verdict));

    [TestCase(0.5, Verdict.Inconclusive)]
    [TestCase(-1.5, Verdict.Disagrees)]
    [TestCase(1.5, Verdict.Disagrees)]
    public void At_a_kink_what_lies_between_its_sides_cannot_be_told_and_what_does_not_is_wrong(
        double given, Verdict verdict) =>
        Assert.That(Mismatch.Judge(given, new(0, 1e-9, 1e-12, -1, 1, IsKink: true), 1), Is.EqualTo(verdict));

    [Test]
    public void The_noise_of_a_rough_function_is_measured_and_widens_its_tolerance()
    {
        for (var phase = 0; phase < 50; phase++)
        {
            double[] Rough(double t) => [1 + t + 1e-7 * Math.Sin(1e11 * t + phase)];
            var slope = new DifferenceTable(Rough, Rough(0), [1]).Careful()[0];

            Assert.That(Math.Abs(slope.Value - 1), Is.LessThanOrEqualTo(slope.Tolerance), $"{slope}");
        }
    }

    [Test]
    public void A_gradient_where_nothing_comes_from_above_is_told() => Assert.That(
        BackwardCheck.Of<OneWhereNothingComes>(s_full, Numbers(1)).ToString(),
        Does.Contain("a zero upstream gradient gives input 0 [0] the gradient 1"));

    [Test]
    public void An_input_that_is_marked_is_differentiated_and_the_others_are_not()
    {
        Tensor[] Call(Tensor[] x) => [x[0] * Off(x[1], 2)];

        Assert.That(BackwardCheck.Of(Call, [Numbers(2).requires_grad_(true), Numbers(2)], s_full).Agrees);
        Assert.That(BackwardCheck.Of(Call, [Numbers(2), Numbers(2)], s_full).Verdict, Is.EqualTo(Verdict.Disagrees));
    }

    [Test]
    public void A_parameter_that_is_frozen_is_not_differentiated()
    {
        var module = nn.Linear(3, 2).to(float64);
        module.bias!.requires_grad_(false);

        var result = BackwardCheck.Of(module, Numbers(2, 3), s_full);

        Assert.That(result.Agrees, result.ToString());
        Assert.That(result.Summary, Does.StartWith("48 of 48 entries"), "2×2 outputs by six inputs and six weights");
    }

    [Test]
    public void Buffers_are_as_they_were_at_every_evaluation()
    {
        var result = BackwardCheck.Of(new Counting(), Numbers(2), s_full);

        Assert.That(result.Agrees, result.ToString());
    }

    [Test]
    public void A_second_projection_goes_along_other_directions()
    {
        List<double> seen = [];
        _ = BackwardCheck.Of(
            x =>
            {
                seen.Add(x[0].item<double>());
                return x.tanh();
            },
            Numbers(2),
            s_fast with { Projections = 2 });

        Assert.That(seen.Distinct().Count(), Is.EqualTo(13), "the point, and six others along each of two directions");
    }

    /// <summary>x c, and for c, whose gradient is not needed, one of another shape.</summary>
    private sealed class OddWhereNotNeeded : autograd.MultiTensorFunction<OddWhereNotNeeded>
    {
        public override string Name => nameof(OddWhereNotNeeded);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_for_backward([(Tensor)vars[1]]);
            return [(Tensor)vars[0] * (Tensor)vars[1]];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs) =>
            [grad_outputs[0] * ctx.get_saved_variables()[0], torch.ones(7, float64)];
    }

    /// <summary>x, with a gradient of 1 where the upstream gradient is 0.</summary>
    private sealed class OneWhereNothingComes : autograd.SingleTensorFunction<OneWhereNothingComes>
    {
        public override string Name => nameof(OneWhereNothingComes);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => ((Tensor)vars[0]).clone();

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
            [grad_output.item<double>() == 0 ? torch.ones_like(grad_output) : grad_output];
    }

    /// <summary>Its output grows with each call by a buffer that counts them.</summary>
    private sealed class Counting : nn.Module<Tensor, Tensor>
    {
        private readonly Tensor _calls = torch.zeros(1, float64);

        public Counting()
            : base(nameof(Counting))
        {
            register_buffer("calls", _calls);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using Scalar one = 1.0;
            using (no_grad())
            {
                _calls.add_(one);
            }

            return input * input + _calls;
        }
    }
}
