using GradOracle.Graphs;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Values, adjoints and errors of operations where two of them would easily be taken for one another.</summary>
[Category("Quick")]
public sealed class GraphDetailTests
{
    [TestCase("((a + b) c)", "(a + b) c")]
    [TestCase("(f[a + b] c)", "f[a + b] c")]
    [TestCase("(a + b)", "(a + b)")]
    [TestCase("((a) − (b))", "((a) − (b))")]
    [TestCase("(a) (b)", "(a) (b)")]
    public void Parentheses_are_needless_around_what_is_no_sum(string text, string without) =>
        Assert.That(Formula.WithoutNeedless(text), Is.EqualTo(without));

    private static Node Leaf(string name, params int[] sizes) => Node.Leaf(name, new(sizes));

    private static double[] Value(Node node, params double[][] leaves)
    {
        var given = 0;
        var schedule = new Schedule([node]);
        var values = schedule.Nodes.Where(n => n.Operation is Leaf).ToDictionary(n => n, _ => leaves[given++]);
        return schedule.Evaluate<double>(1, n => values.GetValueOrDefault(n))[node];
    }

    private static double[] Gradient(Node node, Node leaf, params double[] at)
    {
        var gradient = new BackwardGraph(node, Constant.Of(node.Sizes, 1), [leaf]).GradientOf(leaf);
        return new Schedule([gradient]).Evaluate<double>(1, n => n == leaf ? at : null)[gradient];
    }

    private static double[]? Errors(Node node, Node leaf, double[] at, double[] errors)
    {
        var schedule = new Schedule([node]);
        var values = schedule.Evaluate<double>(1, n => n == leaf ? at : null);
        var result = new double[node.Sizes.Length];
        var isAny = node.Operation.Error(
            node,
            Rounding.Of(ElementType.Float64) with { Unit = 0 },
            [.. node.Operands.Select(o => values[o])],
            [.. node.Operands.Select(o => o == leaf ? errors : null)],
            values[node],
            result,
            1);
        return isAny ? result : null;
    }

    // σ(−709) is 1.2e-308, and e⁷⁰⁹ and what is added to it may overflow before it is inverted.
    [Test]
    public void A_logistic_function_may_lose_all_that_is_no_normal_number()
    {
        var a = Leaf("a", 1);

        Assert.That(Errors(a.Sigmoid(), a, [-709], [0])![0], Is.EqualTo(Math.ScaleB(1, -1022)));
        Assert.That(Errors(a.Tanh(), a, [-709], [0])![0], Is.LessThan(Math.ScaleB(1, -1070)));
    }

    // Two to the power of sixty letters, written out.
    [Test]
    public void A_formula_that_is_longer_than_asked_for_is_not_written_out()
    {
        var node = Node.Leaf("X", new Sizes([2]));
        for (var i = 0; i < 60; i++)
        {
            node = node.Hadamard(node);
        }

        Assert.That(Formula.Expanded(node, 60), Is.Null);
        Assert.That(Formula.Expanded(node.Operands[0].Named("Y").Squared(), 60), Is.EqualTo("Y ∘ Y"));
    }

    [Test]
    public void Uses_of_a_leaf_add_up_and_a_leaf_without_a_use_has_the_gradient_0()
    {
        var (x, y) = (Leaf("x", 2), Leaf("y", 2));

        Assert.That(Gradient(x.Hadamard(x) + x, x, 1, 3), Is.EqualTo(new double[] { 3, 7 }));
        Assert.That(
            new Schedule([new BackwardGraph(x, Constant.Of(x.Sizes, 1), [y]).GradientOf(y)]).Nodes[^1].Operation,
            Is.TypeOf<Constant>());
        Assert.That(Gradient(y, x, 1, 3), Is.EqualTo(new double[] { 0, 0 }));
    }

    [Test]
    public void Parts_of_different_lengths_get_their_own_part_of_an_adjoint()
    {
        var x = Leaf("x", 3);
        var all = Node.Concat(0, x.Slice(0, 0, 1), x.Slice(0, 1, 2), x.Slice(0, 0, 1));

        Assert.That(
            Gradient(all.Hadamard(Constant.Of(all.Sizes, [1, 10, 100, 1000])), x, 0, 0, 0),
            Is.EqualTo(new double[] { 1001, 10, 100 }));
    }

    [Test]
    public void The_adjoint_of_a_running_sum_runs_the_other_way_and_its_errors_run_with_it()
    {
        var x = Leaf("x", 3);
        var sum = x.CumulativeSum(0);

        Assert.That(Gradient(sum, x, 1, 2, 3), Is.EqualTo(new double[] { 3, 2, 1 }));
        Assert.That(Errors(sum, x, [1, 2, 3], [1, 10, 100]), Is.EqualTo(new double[] { 1, 11, 111 }));
    }

    [Test]
    public void At_a_tie_the_larger_of_two_gets_half_each_and_NaN_is_larger_than_all()
    {
        var (x, zero) = (Leaf("x", 3), Constant.Of(new(3), 0));

        Assert.That(Gradient(x.Maximum(zero), x, -1, 0, 1), Is.EqualTo(new[] { 0, 0.5, 1 }));
        Assert.That(Value(x.Maximum(zero), [1, double.NaN, -1]), Is.EqualTo(new[] { 1, double.NaN, 0 }));
        Assert.That(Value(zero.Maximum(x), [1, double.NaN, -1]), Is.EqualTo(new[] { 1, double.NaN, 0 }));
        Assert.That(Errors(zero.Maximum(x), x, [1, 2, 3], [4, 5, 6]), Is.EqualTo(new double[] { 4, 5, 6 }));
        Assert.That(Errors(x.Maximum(zero), x, [1, 2, 3], [4, 5, 6]), Is.EqualTo(new double[] { 4, 5, 6 }));
    }

    [Test]
    public void Of_equal_entries_the_first_is_the_largest_and_its_error_is_the_largest_of_all()
    {
        var x = Leaf("x", 3);
        var largest = x.Max(0, keepDims: true);

        Assert.That(Gradient(largest, x, 2, 5, 5), Is.EqualTo(new double[] { 0, 1, 0 }));
        Assert.That(Errors(largest, x, [2, 5, 5], [7, 1, 3]), Is.EqualTo(new double[] { 7 }));
    }

    [Test]
    public void Where_an_error_can_change_which_entry_is_the_largest_both_are_in_doubt()
    {
        var x = Leaf("x", 3);
        var which = new Node(new FirstLargest(0), x);

        Assert.That(Errors(which, x, [1, 5, 5.5], [0.1, 0.2, 0.2]), Is.EqualTo(new double[] { 0, 1, 1 }));
        Assert.That(Errors(which, x, [1, 5, 9], [0.1, 0.2, 0.2]), Is.EqualTo(new double[] { 0, 0, 0 }));
        Assert.That(Errors(which, x, [5, 5, 1], [0, 0, 0]), Is.EqualTo(new double[] { 0, 0, 0 }), "exact: the first");
    }

    [Test]
    public void Powers_keep_their_sign_and_their_exponent()
    {
        var x = Leaf("x", 1);

        Assert.That(Value(x.Pow(-3), [-2]), Is.EqualTo(new[] { -0.125 }));
        Assert.That(Value(x.Pow(17), [-2])[0], Is.EqualTo(-131072).Within(1e-6));
        Assert.That(Value(x.Pow(18), [-2])[0], Is.EqualTo(262144).Within(1e-6));
        Assert.That(Value(x.Pow(0), [3]), Is.EqualTo(new double[] { 1 }));
        Assert.That(Gradient(x.Pow(2.5), x, 4)[0], Is.EqualTo(20).Within(1e-12));
        Assert.That(Gradient(x.Pow(17), x, 1.5)[0], Is.EqualTo(17 * Math.Pow(1.5, 16)).Within(1e-9));
        Assert.That(Errors(x.Pow(-3), x, [-2], [0.5])![0], Is.InRange(3 / 16.0 * 0.5, 20), "finite below zero");
    }

    [Test]
    public void An_entry_taken_twice_and_a_step_of_0_are_refused()
    {
        var x = Leaf("x", 3);

        Assert.Throws<InvalidOperationException>(() => x.Take(0, 1, 1));
        Assert.Throws<InvalidOperationException>(() => x.Slice(0, 1, 1, step: 0));
        Assert.Throws<InvalidOperationException>(() => x.Slice(0, 2, 2));
    }

    [Test]
    public void Kernels_that_do_not_part_into_their_groups_are_refused() => Assert.That(
        () => Leaf("x", 4, 5).Conv1d(Leaf("k", 3, 2, 2), groups: 2),
        Throws.TypeOf<InvalidOperationException>().With.Message.Contains("in 2 groups"));
}
