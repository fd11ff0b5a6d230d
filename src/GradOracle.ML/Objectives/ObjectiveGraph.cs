using GradOracle.Graphs;
using GradOracle.Torch;
using TorchSharp;

namespace GradOracle.ML.Objectives;

/// <summary>An objective as a graph: its gradient by reverse mode and by autograd, and what float arithmetic may do to
/// it.</summary>
internal sealed class ObjectiveGraph
{
    private readonly Objective _objective;
    private readonly Node _weights;
    private readonly Node _biases;
    private readonly Node _value;
    private readonly Node[] _gradients;
    private readonly Schedule _schedule;

    public ObjectiveGraph(Objective objective)
    {
        _objective = objective;
        var (k, n, N) = (objective.Outputs, objective.Width, objective.Count);
        _weights = Node.Leaf("W", new(k, n));
        _biases = Node.Leaf("b", new(k, 1));
        var X = Constant.Of(new(n, N), Transposed(objective.Features));
        var T = Constant.Of(new(k, N), OneRowEach(objective));
        var Z = (_weights * X).AddBias(_biases);
        var chosen = T.Hadamard(Z).SumOver(0);
        var losses = objective.Kind switch
        {
            ObjectiveKind.Logistic => Z.Softplus() - chosen,
            ObjectiveKind.Softmax => Z.LogSumExp(0, keepDims: true) - chosen,
            _ => Z.Exp() - chosen,
        };
        var penalty = (objective.L2 / 2) * _weights.Squared().SumOver(0, 1);
        _value = (losses.SumOver(0, 1) + penalty) / N;
        var backward = new BackwardGraph(_value, Constant.Of(_value.Sizes, 1), [_biases, _weights]);
        _gradients = [backward.GradientOf(_biases), backward.GradientOf(_weights)];
        _schedule = new([_value, .. _gradients]);
    }

    /// <summary>The gradient by reverse mode in double.</summary>
    public double[] GradientAt(double[] parameters)
    {
        var values = ValuesAt(parameters);
        return [.. _gradients.SelectMany(gradient => values[gradient])];
    }

    /// <summary>By how much a gradient in this arithmetic may be off: the running error analysis of these steps, sums
    /// in any order.</summary>
    public double[] BoundsAt(double[] parameters, ElementType type)
    {
        var errors = _schedule.Errors(ValuesAt(parameters), Rounding.Of(type));
        return [.. _gradients.SelectMany(gradient => errors[_schedule[gradient]] ?? new double[gradient.Sizes.Length])];
    }

    /// <summary>The sizes of the terms that each entry of the gradient is the sum of.</summary>
    public double[] TermsAt(double[] parameters)
    {
        var values = ValuesAt(parameters);
        var sizes = new double[_schedule.Nodes.Length][];
        for (var i = 0; i < sizes.Length; i++)
        {
            var (node, operands) = (_schedule.Nodes[i], _schedule.Operands[i]);
            var isAlias = operands.Length > 0 && node.Operation.IsAlias;
            sizes[i] = isAlias ? sizes[operands[0]] : Array.ConvertAll(values.At(i), Math.Abs);
            if (operands.Length > 0 && !node.Operation.StartsTerms && !isAlias)
            {
                node.Operation.Magnitude(node, Schedule.Of(operands, sizes), sizes[i], 1);
            }
        }

        return [.. _gradients.SelectMany(gradient => sizes[_schedule[gradient]])];
    }

    /// <summary>The gradient by TorchSharp's autograd in double.</summary>
    public double[] AutogradAt(double[] parameters)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = torch.NewDisposeScope();
        torch.Tensor[] leaves = [LeafOf(_biases), LeafOf(_weights)];
        var schedule = Schedule.OnTorch(_value);
        var values = schedule.EvaluateOnTorch(
            node => node == _biases ? leaves[0] : node == _weights ? leaves[1] : null);
        values[schedule[_value]].sum().backward();
        var gradients = leaves.Select(leaf =>
        {
            var entries = new double[leaf.numel()];
            TorchMemory.Read(leaf.grad!, entries);
            return entries;
        });
        return [.. gradients.SelectMany(entries => entries)];

        torch.Tensor LeafOf(Node leaf) =>
            TorchMemory.Of(Entries(parameters, leaf), leaf.Sizes.Batched(1), ElementType.Float64).requires_grad_(true);
    }

    private Values<double> ValuesAt(double[] parameters) =>
        _schedule.Evaluate<double>(1, node => node == _biases || node == _weights ? Entries(parameters, node) : null);

    private double[] Entries(double[] parameters, Node leaf) =>
        leaf == _biases ? parameters[.._objective.Outputs] : parameters[_objective.Outputs..];

    private static double[] Transposed(float[][] rows) =>
        [.. Enumerable.Range(0, rows[0].Length).SelectMany(j => rows.Select(row => (double)row[j]))];

    // A class is a column with a single 1; a number stands for itself.
    private static double[] OneRowEach(Objective objective) => objective.Kind != ObjectiveKind.Softmax
        ? objective.Targets
        : [.. Enumerable.Range(0, objective.Outputs).SelectMany(c => objective.Targets.Select(t => t == c ? 1.0 : 0))];
}
