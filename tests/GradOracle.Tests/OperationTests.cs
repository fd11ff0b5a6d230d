using System.Numerics;
using GradOracle.Cases;
using GradOracle.Graphs;
using GradOracle.Networks;
using GradOracle.Numerics;
using GradOracle.Torch;
using NUnit.Framework;
using TorchSharp;

namespace GradOracle.Tests;

/// <summary>Every operation in every interpretation, held against the others. A new operation joins by a line in <see cref="Statements"/>.</summary>
public sealed class OperationTests
{
    private const int Cases = 3;
    private const double Smooth = 1e-9;

    private delegate Node Statement(Node A, Node B, Node C);

    // A and B are 3×4, C is 4×2; entries are uniform in (−2, 2), away from nothing in particular.
    private static readonly Dictionary<string, Statement> s_statements = new()
    {
        ["product"] = (A, _, C) => A * C,
        ["sum"] = (A, B, _) => A + B,
        ["difference"] = (A, B, _) => A - B,
        ["entrywise product"] = (A, B, _) => A.Hadamard(B),
        ["square"] = (A, _, _) => A.Squared(),
        ["quotient"] = (A, B, _) => A / (B.Squared() + Constant.Of(B.Sizes, 1)),
        ["scaled"] = (A, _, _) => A.Scaled(-0.3),
        ["transposed"] = (A, B, _) => A.Transposed() * B,
        ["broadcast"] = (A, B, _) => A.AddBias(B.Slice(1, 1, 1)),
        ["number"] = (A, B, _) => A.Times(B.Slice(0, 1, 1).Slice(1, 2, 1)),
        ["sum over columns"] = (A, _, _) => A.SumOver(1),
        ["sum over all"] = (A, _, _) => A.SumOver(0, 1),
        ["only entry"] = (A, _, _) => OnlyEntry.As(new(1, 1), OnlyEntry.As(new(1), A.SumOver(0, 1))).Squared(),
        ["concatenated"] = (A, B, _) => A.Concat(B).Squared(),
        ["slice"] = (A, _, _) => A.Slice(1, 1, 2),
        ["taken"] = (A, _, _) => A.Take(0, [2, -1, 0]),
        ["use"] = (A, B, _) => new Node(new Use("twice"), A) + A.Hadamard(B),
        ["absolute value"] = (A, _, _) => A.Abs(),
        ["sign"] = (A, B, _) => A.Sign().Hadamard(B),
        ["rectifier"] = (A, _, _) => A.Relu(),
        ["step"] = (A, B, _) => A.Step().Hadamard(B),
        ["huber"] = (A, _, _) => A.Huber(),
        ["clamp"] = (A, _, _) => A.Clamped(),
        ["inside"] = (A, B, _) => A.Inside().Hadamard(B),
        ["tanh"] = (A, _, _) => A.Tanh(),
        ["logistic"] = (A, _, _) => A.Sigmoid(),
        ["exp"] = (A, _, _) => A.Exp(),
        ["log"] = (A, B, _) => (A.Squared() + B.Squared()).Log(),
        ["square root"] = (A, B, _) => (A.Squared() + B.Squared()).Sqrt(),
        ["constant"] = (A, _, _) => A.Hadamard(Constant.Of(A.Sizes, [.. Enumerable.Range(1, 12).Select(i => (double)i)])),
        ["log-softmax"] = (A, _, _) => A.LogSoftmaxOfColumns(),
    };

    private static Dictionary<string, Statement>.KeyCollection Statements() => s_statements.Keys;

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
        var along = given.Backward.Leaves.Select((leaf, i) => given.Backward.GradientOf(leaf).Hadamard(given.Directions[i]).SumOver(0, 1)).Aggregate((a, b) => a + b);
        var second = new BackwardGraph(along, Constant.Of(along.Sizes, 1), given.Backward.Leaves);
        var products = second.Leaves.Select(second.GradientOf).ToList();
        var values = given.Evaluate([.. products]);

        Assert.That(products.SelectMany(p => values[p]), Is.EqualTo(given.OnTorch().HessianProducts).Within(1e-11));
    }

    [TestCaseSource(nameof(Statements))]
    public void The_adjoint_is_what_differences_and_complex_steps_give(string name)
    {
        var given = new Given(name, seed: 4);
        var gradient = given.Backward.GradientOf(given.Backward.Leaves[0]);
        var values = given.Evaluate(gradient)[gradient];
        var isAnalytic = new Schedule([given.Result]).Nodes.All(n => n.Operation.WhyNot(NumberSystem.Complex) is null);
        for (var entry = 0; entry < 12; entry++)
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
            var single = schedule.Evaluate(Cases, node => given.ValuesOf(node) is { } values ? Array.ConvertAll(values, v => (float)v) : null);
            var errors = schedule.Errors(exact, Rounding.Of(ElementType.Float32));
            foreach (var result in results)
            {
                for (var j = 0; j < exact[result].Length; j++)
                {
                    var allowed = (errors[schedule[result]]?[j] ?? 0) * (1 + Smooth);
                    Assert.That(Math.Abs(single[result][j] - exact[result][j]), Is.LessThanOrEqualTo(allowed), $"{name} seed {seed} [{j}]");
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

        Assert.That(errors?.Max() ?? 0, Is.LessThanOrEqualTo(200 * ElementType.Float32.UnitRoundoff * values[given.Result].Append(1).Max(Math.Abs)));
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

        var exact = schedule.Evaluate(Cases, node => given.ValuesOf(node) is { } values ? Array.ConvertAll(values, Rational.Of) : null);
        var computed = schedule.Evaluate(Cases, given.ValuesOf);
        var counts = schedule.Counts();
        foreach (var result in results)
        {
            var isOnLattice = counts[schedule[result]].FractionBits >= 0;
            Assert.That(computed[result], isOnLattice ? Is.EqualTo(exact[result].Select(r => r.ToDouble())) : Is.EqualTo(exact[result].Select(r => r.ToDouble())).Within(1e-12));
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
        var filled = majorant.Of(1, node => node.Operation is Leaf ? [.. Enumerable.Repeat(3.0, node.Sizes.Length)] : null);

        Assert.That(largest, Is.EqualTo(majorant.Results.Select(r => filled[r].Max())));
        Assert.That(given.Evaluate(given.Result)[given.Result].Max(Math.Abs), Is.LessThanOrEqualTo(largest[0]));
    }

    [Test]
    public void Every_operation_of_the_library_is_in_a_statement()
    {
        var known = typeof(Operation).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Operation)) && !t.IsAbstract).Select(t => t.Name);
        var stated = Statements().SelectMany(name => new Given(name, 1) is var given
            ? new Schedule([given.Result, .. given.Backward.Leaves.Select(given.Backward.GradientOf)]).Nodes.Select(n => n.Operation.GetType().Name)
            : []);

        Assert.That(known.Except(stated), Is.EquivalentTo(new[] { nameof(Alias), nameof(LeftTransposedProduct), nameof(RightTransposedProduct) })); // a second name alone; see the next test
    }

    [Test]
    public void A_value_may_have_two_names_and_a_leaf_keeps_its_own()
    {
        var leaf = Node.Leaf("X", new Sizes(2, 2));
        var named = leaf.Named("H", 3);

        Assert.That((leaf.Name, named.Name, named.Place, named.Operation.IsAlias), Is.EqualTo(("X", "H3", ((string, int)?)("H", 3), true)));
    }

    [Test]
    public void What_does_not_fit_is_told_in_a_sentence_when_the_node_is_made()
    {
        var (A, C) = (Node.Leaf("A", new Sizes(3, 4)), Node.Leaf("C", new Sizes(2, 2)));

        Assert.That(() => A * C, Throws.InvalidOperationException.With.Message.EqualTo("3×4 times 2×2 cannot be multiplied."));
        Assert.That(() => A + C, Throws.InvalidOperationException.With.Message.EqualTo("3×4 and 2×2 cannot be combined entry by entry."));
        Assert.That(() => A.AddBias(C), Throws.InvalidOperationException.With.Message.EqualTo("2×2 cannot be added to every column of 3×4."));
        Assert.That(() => A.Concat(C), Throws.InvalidOperationException.With.Message.EqualTo("3×4 and 2×2 cannot stand beside each other."));
        Assert.That(() => A.Slice(1, 3, 2), Throws.InvalidOperationException.With.Message.EqualTo("3×4 has no entries 3 to 4 along axis 1."));
        Assert.That(() => A.SumOver(2), Throws.InvalidOperationException.With.Message.EqualTo("3×4 has no axis 2: axes are counted from 0."));
    }

    /// <summary>A statement with its leaves and their values in some cases.</summary>
    private sealed class Given
    {
        private readonly Dictionary<Node, double[]> _values = [];

        public Given(string name, ulong seed, bool isSingle = false, bool isInteger = false)
        {
            Node[] leaves = [Node.Leaf("A", new Sizes(3, 4)), Node.Leaf("B", new Sizes(3, 4)), Node.Leaf("C", new Sizes(4, 2))];
            Directions = [.. leaves.Select((leaf, i) => Node.Leaf($"D{i}", leaf.Sizes))];
            foreach (var (leaf, i) in leaves.Concat(Directions).Select((leaf, i) => (leaf, i)))
            {
                var values = new double[Cases * leaf.Sizes.Length];
                CounterRng.FillReals(values, CounterRng.Key(seed, (ulong)i), 2);
                _values[leaf] = Array.ConvertAll(values, v => isInteger ? Math.Round(1.5 * v) : isSingle ? (float)v : v);
            }

            Result = s_statements[name](leaves[0], leaves[1], leaves[2]);
            Backward = new BackwardGraph(Result, Constant.Of(Result.Sizes, 1), leaves);
        }

        public Node Result { get; }

        public BackwardGraph Backward { get; }

        public Node[] Directions { get; }

        public double[]? ValuesOf(Node node) => _values.GetValueOrDefault(node);

        public Values<double> Evaluate(params Node[] results) => new Schedule(results).Evaluate(Cases, ValuesOf);

        /// <summary>The sum of the result of the first case, entry by entry of A moved.</summary>
        public double Sum(int entry, double shift) => Evaluate(v => v, entry, v => v + shift).Sum();

        public double ComplexStep(int entry) =>
            Evaluate<Complex>(v => v, entry, v => v + new Complex(0, 1e-100)).Aggregate(Complex.Zero, (a, b) => a + b).Imaginary / 1e-100;

        public (double[] Value, IEnumerable<double> Gradients, IEnumerable<double> HessianProducts) OnTorch()
        {
            TorchRuntime.EnsureLoaded();
            var tensors = _values.ToDictionary(v => v.Key, v => torch.tensor(v.Value, v.Key.Sizes.Batched(Cases), requires_grad: true));
            var schedule = Schedule.OnTorch(Result);
            var result = schedule.EvaluateOnTorch(node => tensors.GetValueOrDefault(node))[schedule[Result]];
            var leaves = Backward.Leaves.Select(leaf => tensors[leaf]).ToList();

            // Everything depends on every leaf, so that nothing is unused.
            var sum = result.sum() + leaves.Select(t => (t * torch.zeros_like(t) * t).sum()).Aggregate((a, b) => a + b);
            var gradients = torch.autograd.grad([sum], leaves, retain_graph: true, create_graph: true);
            var along = gradients.Zip(Directions, (g, d) => (g * tensors[d].detach()).sum()).Aggregate((a, b) => a + b)
                + leaves.Select(t => (t * torch.zeros_like(t) * t).sum()).Aggregate((a, b) => a + b);
            var second = torch.autograd.grad([along], leaves);
            static IEnumerable<double> Read(IEnumerable<torch.Tensor> all) => [.. all.SelectMany(t => t.detach().contiguous().data<double>().ToArray())];
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
