using System.Numerics;
using GradOracle.Bounds;
using GradOracle.Cases;
using GradOracle.Graphs;
using GradOracle.Numerics;
using GradOracle.Torch;
using NUnit.Framework;
using TorchSharp;

namespace GradOracle.Tests;

/// <summary>Every operation in every interpretation, held against the others. A new operation joins by a line in
/// <see cref="Statement"/>.</summary>
[Parallelizable]
public sealed class OperationTests
{
    private const int Cases = 3;
    private const double Smooth = 1e-9;

    private static IEnumerable<string> Statements() => Statement.Names;

    private static IEnumerable<string> StatementsThatFlow() =>
        Statement.Names.Where(name => !name.StartsWith("stopped", StringComparison.Ordinal));

    private static IEnumerable<string> StatementsWithTies() => Statement.NamesWithTies;

    [TestCaseSource(nameof(Statements))]
    public void The_value_in_CSharp_is_TorchSharps(string name)
    {
        var given = new Given(name, seed: 1);

        Assert.That(given.Evaluate(given.Result)[given.Result], Is.EqualTo(given.OnTorch().Value).Within(1e-13));
    }

    [TestCaseSource(nameof(Statements))]
    public void The_adjoint_is_the_gradient_of_autograd(string name)
    {
        var given = new Given(name, seed: 2);
        var gradients = given.Backward.Leaves.Select(given.Backward.GradientOf).ToList();
        var values = given.Evaluate([.. gradients]);

        Assert.That(gradients.SelectMany(g => values[g]), Is.EqualTo(given.OnTorch().Gradients).Within(1e-12));
    }

    [TestCaseSource(nameof(Statements))]
    public void Reverse_mode_of_reverse_mode_gives_the_second_derivatives_of_autograd(string name)
    {
        var given = new Given(name, seed: 3);
        var products = given.SecondProducts();
        var values = given.Evaluate([.. products]);

        Assert.That(products.SelectMany(p => values[p]), Is.EqualTo(given.OnTorch().HessianProducts).Within(1e-11));
    }

    [TestCaseSource(nameof(StatementsWithTies))]
    public void At_ties_and_zeros_value_gradient_and_second_derivatives_are_those_of_autograd(string name)
    {
        for (ulong seed = 20; seed < 24; seed++)
        {
            var given = new Given(name, seed, isTied: true);
            var gradients = given.Backward.Leaves.Select(given.Backward.GradientOf).ToList();
            var products = given.SecondProducts();
            var values = given.Evaluate([given.Result, .. gradients, .. products]);
            var (value, first, second) = given.OnTorch();

            Assert.That(values[given.Result], Is.EqualTo(value).Within(1e-13), $"value, seed {seed}");
            Assert.That(
                gradients.SelectMany(g => values[g]), Is.EqualTo(first).Within(1e-12), $"gradient, seed {seed}");
            Assert.That(
                products.SelectMany(p => values[p]),
                Is.EqualTo(second).Within(1e-11),
                $"second derivatives, seed {seed}");
        }
    }

    [TestCaseSource(nameof(StatementsThatFlow))]
    public void The_adjoint_is_what_differences_and_complex_steps_give(string name)
    {
        var given = new Given(name, seed: 4);
        var gradient = given.Backward.GradientOf(given.Backward.Leaves[0]);
        var values = given.Evaluate(gradient)[gradient];
        var isAnalytic = new Schedule([given.Result]).Nodes.All(n => n.Operation.WhyNot(NumberSystem.Complex) is null);
        for (var entry = 0; entry < gradient.Sizes.Length; entry++)
        {
            var difference = (given.Sum(entry, 1e-6) - given.Sum(entry, -1e-6)) / 2e-6;
            Assert.That(values[entry], Is.EqualTo(difference).Within(1e-7), $"entry {entry}");
            if (isAnalytic)
            {
                Assert.That(values[entry], Is.EqualTo(given.ComplexStep(entry)).Within(1e-12), $"entry {entry}");
            }
        }
    }

    [TestCaseSource(nameof(Statements))]
    public void No_float32_evaluation_is_further_from_the_exact_value_than_its_error(string name)
    {
        for (ulong seed = 0; seed < 40; seed++)
        {
            var given = new Given(name, seed, isSingle: true);
            Node[] results = [given.Result, .. given.Backward.Leaves.Select(given.Backward.GradientOf)];
            var schedule = new Schedule(results);
            var exact = schedule.Evaluate(Cases, given.ValuesOf);
            var single = schedule.Evaluate(
                Cases, node => given.ValuesOf(node) is { } values ? Array.ConvertAll(values, v => (float)v) : null);
            var errors = schedule.Errors(exact, Rounding.Of(ElementType.Float32));
            var termErrors = new TermErrors(schedule, exact, Rounding.Of(ElementType.Float32));
            foreach (var result in results)
            {
                for (var j = 0; j < exact[result].Length; j++)
                {
                    var allowed = (errors[schedule[result]]?[j] ?? 0) * (1 + Smooth);
                    Assert.That(
                        Math.Abs(single[result][j] - exact[result][j]),
                        Is.LessThanOrEqualTo(allowed),
                        $"{name} seed {seed} [{j}]");
                    Assert.That(
                        Math.Abs(single[result][j] - exact[result][j]),
                        Is.LessThanOrEqualTo(termErrors[result][j] * (1 + Smooth)),
                        $"{name} seed {seed} [{j}], whichever way sums are written");
                    Assert.That(
                        termErrors[result][j],
                        Is.LessThan(1e-2 * Math.Max(1, exact[result].Max(Math.Abs))),
                        $"{name} seed {seed} [{j}], the bound");
                }
            }
        }
    }

    [TestCaseSource(nameof(Statements))]
    public void The_error_is_of_the_size_of_what_rounding_does_and_not_a_thousand_times_larger(string name)
    {
        var given = new Given(name, seed: 5, isSingle: true);
        var schedule = new Schedule([given.Result]);
        var values = schedule.Evaluate(Cases, given.ValuesOf);
        var errors = schedule.Errors(values, Rounding.Of(ElementType.Float32))[^1];

        Assert.That(
            errors?.Max() ?? 0,
            Is.LessThanOrEqualTo(
                200 * ElementType.Float32.UnitRoundoff * values[given.Result].Append(1).Max(Math.Abs)));
    }

    [TestCaseSource(nameof(Statements))]
    public void On_small_integers_rational_arithmetic_gives_what_float64_gives_wherever_counts_say_it_is_exact(string name)
    {
        var given = new Given(name, seed: 6, isInteger: true);
        Node[] results = [given.Result, .. given.Backward.Leaves.Select(given.Backward.GradientOf)];
        var schedule = new Schedule(results);
        if (schedule.Nodes.Any(n => n.Operation.WhyNot(NumberSystem.Rational) is not null))
        {
            Assert.That(schedule.Nodes.Select(n => n.Operation.WhyNot(NumberSystem.Rational)), Has.Some.Not.Null);
            return;
        }

        var exact = schedule.Evaluate(
            Cases, node => given.ValuesOf(node) is { } values ? Array.ConvertAll(values, Rational.Of) : null);
        var computed = schedule.Evaluate(Cases, given.ValuesOf);
        var counts = schedule.Counts();
        foreach (var result in results)
        {
            var isOnLattice = counts[schedule[result]].FractionBits >= 0;
            Assert.That(
                computed[result],
                isOnLattice
                    ? Is.EqualTo(exact[result].Select(r => r.ToDouble()))
                    : Is.EqualTo(exact[result].Select(r => r.ToDouble())).Within(1e-12));
        }
    }

    [TestCaseSource(nameof(Statements))]
    public void The_majorant_of_equal_entries_bounds_the_value_and_its_one_number_is_the_largest_of_all_entries(string name)
    {
        var given = new Given(name, seed: 7, isInteger: true);
        if (new Schedule([given.Result]).Counts()[^1].FractionBits < 0)
        {
            return; // no integers stay exact: nobody asks for its majorant
        }

        var majorant = new MajorantGraph(given.Result, given.Result, given.Backward.Leaves, undamped: false);
        var largest = majorant.Largest(_ => 3);
        var filled = majorant.Of(
            1, node => node.Operation is Leaf ? [.. Enumerable.Repeat(3.0, node.Sizes.Length)] : null);

        Assert.That(largest, Is.EqualTo(majorant.Results.Select(r => filled[r].Max())));
        Node[] results = [given.Result, .. given.Backward.Leaves.Select(given.Backward.GradientOf)];
        var values = given.Evaluate(results);
        Assert.That(results.Select((r, i) => values[r].Max(Math.Abs) - largest[i]), Is.All.LessThanOrEqualTo(0));
    }

    [Test]
    public void Every_operation_of_the_library_is_in_a_statement()
    {
        // What runs TorchSharp code of a user has tests of its own.
        var known = typeof(Operation).Assembly.GetTypes()
            .Where(
                t => t.Namespace == typeof(Operation).Namespace
                    && t.IsSubclassOf(typeof(Operation))
                    && !t.IsAbstract).Select(t => t.Name);
        var stated = Statements().SelectMany(name => new Given(name, 1) is var given
            ? new Schedule([given.Result, .. given.Backward.Leaves.Select(given.Backward.GradientOf)]).Nodes.Select(
                n => n.Operation.GetType().Name)
            : []);

        // a second name alone; see the next test
        Assert.That(
            known.Except(stated),
            Is.EquivalentTo(new[] { nameof(Alias), nameof(LeftTransposedProduct), nameof(RightTransposedProduct), nameof(ScatterLast) }));
    }

    [Test]
    public void A_value_may_have_two_names_and_a_leaf_keeps_its_own()
    {
        var leaf = Node.Leaf("X", new Sizes(2, 2));
        var named = leaf.Named("H", 3);

        Assert.That(
            (leaf.Name, named.Name, named.Place, named.Operation.IsAlias),
            Is.EqualTo(("X", "H3", ((string, int)?)("H", 3), true)));
    }

    [Test]
    public void What_does_not_fit_is_told_in_a_sentence_when_the_node_is_made()
    {
        var (A, C) = (Node.Leaf("A", new Sizes(3, 4)), Node.Leaf("C", new Sizes(2, 2)));

        var X = Node.Leaf("X", new Sizes(2, 3, 5));
        var kernel = Node.Leaf("K", new Sizes(4, 3, 7));
        (string Message, Func<object> Made)[] misfits =
        [
            ("A [3×4] times C [2×2] cannot be multiplied.", () => A * C),
            ("X [2×3×5] times A [3×4] cannot be multiplied.", () => X * A),
            ("A [3×4] and C [2×2] cannot be combined entry by entry.", () => A + C),
            ("A [3×4] and X [2×3×5] cannot be combined entry by entry.", () => A / X),
            ("C [2×2] cannot be added to every column of A [3×4].", () => A.AddBias(C)),
            ("A [3×4] cannot be broadcast to 3×5.", () => A.Broadcast(new Sizes(3, 5))),
            ("A [3×4] and C [2×2] cannot stand beside each other.", () => A.Concat(C)),
            ("A [3×4] and C [2×2] cannot be stacked.", () => Node.Stack(0, A, C)),
            ("A [3×4] has no entries 3 to 4 along axis 1.", () => A.Slice(1, 3, 2)),
            ("A [3×4] has no axis 2: axes are counted from 0, or from −1 at the end.", () => A.Sum(2)),
            ("A [3×4] has no axis -3: axes are counted from 0, or from −1 at the end.", () => A.Softmax(-3)),
            ("A [3×4] is asked for an axis twice: 1, -1.", () => A.Mean([1, -1])),
            ("A [3×4] cannot be reshaped to 5×-1.", () => A.Reshape(5, -1)),
            ("X [2×3×5] cannot be permuted by 0, 1, 1: each of its axes must be there once.", () => X.Permute(0, 1, 1)),
            ("A [3×4] cannot be clamped to 1 … 0.", () => A.Clamp(1, 0)),
            ("A [3×4] cannot be one-hot among 0 classes.", () => A.OneHot(0)),
            ("A window of 7 does not fit into X [2×3×5].", () => X.Conv1d(kernel)),
            ("A window of 2, stride 0 does not fit into X [2×3×5].", () => X.Conv1d(X.Slice(2, 0, 2), stride: 0)),
            ("A window of 2, padding -1 does not fit into X [2×3×5].", () => X.Conv1d(X.Slice(2, 0, 2), padding: -1)),
            ("A window of 2, dilation 0 does not fit into X [2×3×5].", () => X.Conv1d(X.Slice(2, 0, 2), dilation: 0)),
            ("A window of 2, dilation 5 does not fit into X [2×3×5].", () => X.Conv1d(X.Slice(2, 0, 2), dilation: 5)),
            ("X [2×3×5] cannot be convolved with the kernel K [4×3×7] in 2 groups.", () => X.Conv1d(kernel, groups: 2)),
            ("A window of 4×4, stride 4 does not fit into A [3×4].", () => A.MaxPool2d(4)),
            ("A [3×4] cannot be padded by -1 and 0: use Slice to shorten it.", () => A.Pad(0, -1, 0)),
        ];
        foreach (var (message, made) in misfits)
        {
            Assert.That(() => made(), Throws.InvalidOperationException.With.Message.EqualTo(message));
        }
    }

    [TestCase(3.0, "I [2] has the entry 3: an index of A [3×4] is an integer from 0 to 2")]
    [TestCase(0.5, "I [2] has the entry 0.5: an index of A [3×4] is an integer from 0 to 2")]
    [TestCase(-1.0, "I [2] has the entry -1: an index of A [3×4] is an integer from 0 to 2")]
    public void An_index_past_the_table_is_told_when_it_is_met(double index, string message)
    {
        var (A, I) = (Node.Leaf("A", new Sizes(3, 4)), Node.Leaf("I", new Sizes(2), isRounded: false));
        double[] Values(Node node) => node == A ? new double[12] : [0, index];

        Assert.That(
            () => new Schedule([A.Rows(I)]).Evaluate(1, Values),
            Throws.InvalidOperationException.With.Message.EqualTo(message));
        Assert.That(
            () => new Schedule([I.OneHot(3)]).Evaluate(1, Values),
            Throws.InvalidOperationException.With.Message.EqualTo(
                message.Replace("A [3×4]", "3 classes", StringComparison.Ordinal)));
    }

    /// <summary>A statement with its leaves and their values in some cases.</summary>
    private sealed class Given
    {
        private readonly Dictionary<Node, double[]> _values = [];

        public Given(string name, ulong seed, bool isSingle = false, bool isInteger = false, bool isTied = false)
        {
            var statement = Statement.Named(name);
            Node[] leaves = [Node.Leaf("A", statement.Sizes[0]), Node.Leaf("B", statement.Sizes[1]), Node.Leaf("C", statement.Sizes[2])];
            Directions = [.. leaves.Select((leaf, i) => Node.Leaf($"D{i}", leaf.Sizes))];
            foreach (var (leaf, i) in leaves.Concat(Directions).Select((leaf, i) => (leaf, i)))
            {
                var values = new double[Cases * leaf.Sizes.Length];
                CounterRng.FillReals(values, CounterRng.Key(seed, (ulong)i), 2);
                _values[leaf] = Array.ConvertAll(
                    values,
                    v => isTied ? Math.Round(0.7 * v) : isInteger ? Math.Round(1.5 * v) : isSingle ? (float)v : v);
            }

            Result = statement.Of(leaves[0], leaves[1], leaves[2]);
            Backward = new BackwardGraph(Result, Constant.Of(Result.Sizes, 1), leaves);
        }

        public Node Result { get; }

        public BackwardGraph Backward { get; }

        public Node[] Directions { get; }

        /// <summary>The second derivatives in the directions, by reverse mode of reverse mode.</summary>
        public List<Node> SecondProducts()
        {
            var along = Backward.Leaves.Select(
                (leaf, i) => Backward.GradientOf(leaf).Hadamard(Directions[i]).Reshape(-1).SumOver(0))
                .Aggregate((a, b) => a + b);
            var second = new BackwardGraph(along, Constant.Of(along.Sizes, 1), Backward.Leaves);
            return [.. second.Leaves.Select(second.GradientOf)];
        }

        public double[]? ValuesOf(Node node) => _values.GetValueOrDefault(node);

        public Values<double> Evaluate(params Node[] results) => new Schedule(results).Evaluate(Cases, ValuesOf);

        /// <summary>The sum of the result of the first case, entry by entry of A moved.</summary>
        public double Sum(int entry, double shift) => Evaluate(v => v, entry, v => v + shift).Sum();

        public double ComplexStep(int entry) =>
            Evaluate<Complex>(v => v, entry, v => v + new Complex(0, 1e-100))
                .Aggregate(Complex.Zero, (a, b) => a + b).Imaginary / 1e-100;

        public (double[] Value, IEnumerable<double> Gradients, IEnumerable<double> HessianProducts) OnTorch()
        {
            TorchRuntime.EnsureLoaded();
            using var scope = torch.NewDisposeScope(); // keeps alive what the garbage collector would take during a call
            var tensors = _values.ToDictionary(
                v => v.Key, v => torch.tensor(v.Value, v.Key.Sizes.Batched(Cases), requires_grad: true));
            var schedule = Schedule.OnTorch(Result);
            var result = schedule.EvaluateOnTorch(node => tensors.GetValueOrDefault(node))[schedule[Result]];
            var leaves = Backward.Leaves.Select(leaf => tensors[leaf]).ToList();

            // Everything depends on every leaf, so that nothing is unused.
            var sum = result.sum() + leaves.Select(t => (t * torch.zeros_like(t) * t).sum()).Aggregate((a, b) => a + b);
            var gradients = torch.autograd.grad([sum], leaves, retain_graph: true, create_graph: true);
            var along = gradients.Zip(Directions, (g, d) => (g * tensors[d].detach()).sum()).Aggregate((a, b) => a + b)
                + leaves.Select(t => (t * torch.zeros_like(t) * t).sum()).Aggregate((a, b) => a + b);
            var second = torch.autograd.grad([along], leaves);
            static IEnumerable<double> Read(IEnumerable<torch.Tensor> all) =>
                [.. all.SelectMany(t => t.detach().contiguous().data<double>().ToArray())];
            return ([.. Read([result])], Read(gradients), Read(second));
        }

        private T[] Evaluate<T>(Converter<double, T> into, int entry, Func<T, T> change)
            where T : struct, INumberBase<T> => new Schedule([Result]).Evaluate(1, node =>
        {
            if (!_values.TryGetValue(node, out var values))
            {
                return null;
            }

            var alone = Array.ConvertAll(values[..node.Sizes.Length], into);
            if (node == Backward.Leaves[0])
            {
                alone[entry] = change(alone[entry]);
            }

            return alone;
        })[Result];
    }
}
