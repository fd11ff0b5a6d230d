using GradOracle.Cases;

namespace GradOracle.Oracles;

/// <summary>A running error analysis of the forward and backward pass: the bound where a network or loss is not a polynomial.</summary>
/// <remarks>
/// Beside every computed value goes a bound on its distance from the exact one, step by step (Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., §3.3): a product
/// adds <c>γ_d |A||B|</c> and the errors of its factors; a function φ passes on at most its Lipschitz constant times the error and adds the units in the last place of its library;
/// its slope in the backward pass is off by at most the Lipschitz constant of φ′ times the error, and by the whole jump where the error reaches across a kink. Second-order terms are kept,
/// so the bound holds for every evaluation that takes the same steps, in any order of summation.
/// </remarks>
internal static class RunningError
{
    /// <summary>How far two evaluations may be apart: for every output and gradient, twice the bound of one.</summary>
    public static GradientBatch Of(CaseBatch batch)
    {
        var losses = new double[batch.Count];
        var result = new GradientBatch(batch) { Losses = losses };
        Autograd.Inspect(batch, (tape, output, entries) =>
        {
            var numbers = tape.Steps.Select((s, i) => (s, i)).ToDictionary(p => p.s, p => p.i);
            for (var s = 0; s < batch.Count; s++)
            {
                var values = Forward(tape, numbers, s, batch.Type.UnitRoundoff);
                var adjoints = Backward(tape, numbers, values, numbers[entries], batch.Type.UnitRoundoff);
                losses[s] = 2 * Sum(values[numbers[entries]], batch.Type.UnitRoundoff);
                Write(result.Output, s, values[numbers[output]]);
                foreach (var gradient in result.Gradients)
                {
                    Write(gradient, s, tape.UsedLeaf(gradient.Name) is { } leaf ? adjoints[numbers[leaf]] : null);
                }
            }
        });
        return result;
    }

    private static double Sum(Interval entries, double u)
    {
        var gamma = entries.Values.Length * u / (1 - entries.Values.Length * u);
        return entries.Errors.Sum() + gamma * entries.Values.Select((v, j) => Math.Abs(v) + 2 * entries.Errors[j]).Sum();
    }

    private static void Write(TensorStack stack, int index, Interval? interval)
    {
        for (var j = 0; j < stack.Length; j++)
        {
            stack[index][j] = interval is null ? 0 : 2 * interval.Errors[j];
        }
    }

    private static Interval[] Forward(Tape tape, Dictionary<TorchMatrix, int> numbers, int index, double u)
    {
        var values = new Interval[tape.Steps.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var step = tape.Steps[i];
            Interval Operand(int p) => values[numbers[step.Operands[p].Operand]];
            var errors = step.Operation switch
            {
                Operation.Leaf => null,
                Operation.Product => Operand(0).Times(Operand(1), u),
                Operation.Sum => Operand(0).Plus(Operand(1), 1, u),
                Operation.Difference => Operand(0).Plus(Operand(1), -1, u),
                Operation.PlusColumn => Operand(0).Plus(Repeated(Operand(1), step.Columns), 1, u),
                Operation.Hadamard => Operand(0).Hadamard(Operand(1), u),
                Operation.Multiple => Operand(0).Hadamard(Spread(Operand(1), step), u),
                Operation.Scaled => Operand(0).Scaled(step.Factor, u),
                Operation.Transposed => Operand(0).Transposed(),
                Operation.Beside => Beside(Operand(0), Operand(1)),
                Operation.LogSoftmax => LogSoftmax.Forward(Operand(0), u),
                _ => null,
            };
            var computed = Computed(step, index);
            values[i] = step.Function is { } function
                ? new(step.Rows, step.Columns, computed, [.. Operand(0).Errors.Select((e, j) => function.ErrorOf(Operand(0).Values[j], e) + function.Ulps * u * (Math.Abs(computed[j]) + 2 * function.Lipschitz * e))])
                : errors is null ? Interval.Exact(step.Rows, step.Columns, computed) : errors with { Values = computed };
        }

        return values;
    }

    private static Interval?[] Backward(Tape tape, Dictionary<TorchMatrix, int> numbers, Interval[] values, int root, double u)
    {
        var adjoints = new Interval?[values.Length];
        adjoints[root] = Interval.Exact(values[root].Rows, values[root].Columns, [.. Enumerable.Repeat(1.0, values[root].Values.Length)]);
        for (var i = root; i >= 0; i--)
        {
            if (adjoints[i] is not { } adjoint)
            {
                continue;
            }

            var step = tape.Steps[i];
            for (var p = 0; p < step.Operands.Count; p++)
            {
                var receiver = numbers[step.Operands[p].Operand];
                var other = values[numbers[step.Operands[step.Operands.Count == 2 ? 1 - p : 0].Operand]];
                var message = Message(step, p == 0, adjoint, other, u);
                adjoints[receiver] = adjoints[receiver] is { } earlier ? earlier.Plus(message, 1, u) : message;
            }
        }

        return adjoints;
    }

    private static Interval Message(TorchMatrix step, bool first, Interval adjoint, Interval other, double u) => step.Operation switch
    {
        Operation.Product => first ? adjoint.Times(other.Transposed(), u) : other.Transposed().Times(adjoint, u),
        Operation.Hadamard => adjoint.Hadamard(other, u),
        Operation.Multiple => first ? adjoint.Hadamard(Spread(other, step), u) : adjoint.Hadamard(other, u).RowSums(u).Transposed().RowSums(u),
        Operation.Difference when !first => adjoint.Scaled(-1, 0),
        Operation.Scaled => adjoint.Scaled(step.Factor, u),
        Operation.Transposed => adjoint.Transposed(),
        Operation.PlusColumn when !first => adjoint.RowSums(u),
        Operation.Beside => first ? adjoint.ColumnsFrom(0, step.Columns - other.Columns) : adjoint.ColumnsFrom(other.Columns, step.Columns - other.Columns),
        Operation.Elementwise => adjoint.Hadamard(Slopes(step.Function!, other, u), u),
        Operation.LogSoftmax => LogSoftmax.Backward(adjoint, other, u),
        _ => adjoint,
    };

    private static Interval Slopes(ElementwiseFunction function, Interval at, double u) => at.Map((a, error) =>
    {
        var jump = error > 0 && Math.Abs(a) <= 2 * error ? function.Jump : 0;
        return (function.Slope(a), 2 * function.SlopeLipschitz * error + function.Ulps * u + jump);
    });

    private static Interval Repeated(Interval column, int columns) => column.Times(Interval.Exact(1, columns, [.. Enumerable.Repeat(1.0, columns)]), 0);

    private static Interval Spread(Interval number, TorchMatrix step) => Repeated(Interval.Exact(step.Rows, 1, [.. Enumerable.Repeat(1.0, step.Rows)]).Times(number, 0), step.Columns);

    private static Interval Beside(Interval left, Interval right)
    {
        double[] Join(double[] a, double[] b) => [.. a.Chunk(left.Columns).Zip(b.Chunk(right.Columns), (x, y) => (double[])[.. x, .. y]).SelectMany(row => row)];
        return new(left.Rows, left.Columns + right.Columns, Join(left.Values, right.Values), Join(left.Errors, right.Errors));
    }

    private static double[] Computed(TorchMatrix step, int index)
    {
        var stack = new TensorStack("", (int)step.Tensor.shape[0], step.Rows, step.Columns);
        TorchMemory.Read(step.Tensor, stack.Values);
        return stack[index].ToArray();
    }
}
