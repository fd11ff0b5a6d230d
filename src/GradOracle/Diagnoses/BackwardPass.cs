using GradOracle.Cases;
using GradOracle.Oracles;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Diagnoses;

/// <summary>A place in a backward pass: the message that a step sends to one of its operands.</summary>
internal readonly record struct Edge(int Step, int Operand);

/// <summary>The backward pass of one case, step by step, as a derivation would write it: so that it can be run again with a mistake in it.</summary>
/// <remarks>
/// Every step sends its adjoint D to its operands: a product L R sends <c>D Rᵀ</c> to L and <c>Lᵀ D</c> to R. The messages that reach a leaf are
/// the contributions of its uses.
/// </remarks>
internal sealed class BackwardPass
{
    private readonly List<int>[] _consumers;
    private readonly HashSet<string> _constants;

    public BackwardPass(CaseBatch batch)
    {
        Case = batch;
        Steps = Autograd.Trace(batch);
        _constants = [.. batch.Network.Tensors(batch.Shape).Where(t => t.Role == TensorRole.Constant).Select(t => t.Name)];
        _consumers = [.. Steps.Select(_ => new List<int>())];
        for (var i = 0; i < Steps.Count; i++)
        {
            foreach (var operand in Steps[i].Operands)
            {
                _consumers[operand].Add(i);
            }
        }

        OutputGradient = new Networks.MatrixCase<double>(batch, 0).OutputGradient(Steps[^1].Value);
        Adjoints = new Matrix<double>?[Steps.Count];
        Gradients = Run(OutputGradient, null, Adjoints)!;
    }

    public CaseBatch Case { get; }

    /// <summary>The steps to the output, which is the last.</summary>
    public IReadOnlyList<TraceStep> Steps { get; }

    /// <summary>G = ∂L/∂Ŷ.</summary>
    public Matrix<double> OutputGradient { get; }

    /// <summary>∂L/∂step of every step, without any mistake; null where the output does not depend on it.</summary>
    public Matrix<double>?[] Adjoints { get; }

    /// <summary>The gradients, without any mistake.</summary>
    public IReadOnlyDictionary<string, Matrix<double>> Gradients { get; }

    /// <summary>All messages that products and their like send.</summary>
    public IEnumerable<Edge> Edges =>
        from step in Enumerable.Range(0, Steps.Count)
        from operand in Enumerable.Range(0, Steps[step].Operands.Count)
        select new Edge(step, operand);

    /// <summary>The step that a message goes to.</summary>
    public int Receiver(Edge edge) => Steps[edge.Step].Operands[edge.Operand];

    /// <summary>The other operand of a step of two.</summary>
    public int Other(Edge edge) => Steps[edge.Step].Operands[1 - edge.Operand];

    /// <summary>The steps that use a step's value.</summary>
    public IReadOnlyList<int> Consumers(int step) => _consumers[step];

    /// <summary>The gradients with some messages changed; null where something cannot be multiplied or added.</summary>
    /// <param name="change">The changed message, given the adjoint of the sending step; null leaves the message as it is.</param>
    public IReadOnlyDictionary<string, Matrix<double>>? Run(Func<Edge, Matrix<double>, Message>? change) => Run(OutputGradient, change);

    /// <summary>The gradients with another ∂L/∂Ŷ, and with some messages changed.</summary>
    public IReadOnlyDictionary<string, Matrix<double>>? Run(Matrix<double> outputGradient, Func<Edge, Matrix<double>, Message>? change = null) =>
        Run(outputGradient, change, new Matrix<double>?[Steps.Count]);

    /// <summary>The message of an edge, given the adjoint of the sending step; null where it cannot be multiplied.</summary>
    public Matrix<double>? Right(Edge edge, Matrix<double> adjoint) =>
        Right(edge, adjoint, Steps[edge.Step].Operands.Count == 2 ? Steps[Other(edge)].Value : Steps[Receiver(edge)].Value);

    /// <summary>The message of an edge with another value in place of the other operand's.</summary>
    public Matrix<double>? Right(Edge edge, Matrix<double> adjoint, Matrix<double> other)
    {
        var (step, first) = (Steps[edge.Step], edge.Operand == 0);
        return step.Operation switch
        {
            Operation.Product => first ? Product(adjoint, other.Transpose()) : Product(other.Transpose(), adjoint),
            Operation.Hadamard => SameSize(adjoint, other) ? adjoint.PointwiseMultiply(other) : null,
            Operation.Multiple when first => adjoint * other[0, 0],
            Operation.Multiple => SameSize(adjoint, other) ? Matrix<double>.Build.Dense(1, 1, adjoint.PointwiseMultiply(other).ColumnSums().Sum()) : null,
            Operation.Elementwise => SameSize(adjoint, other) ? adjoint.PointwiseMultiply(other.Map(step.Slope, Zeros.Include)) : null,
            Operation.Difference when !first => -adjoint,
            Operation.Scaled => adjoint * step.Factor,
            Operation.Transposed => adjoint.Transpose(),
            Operation.PlusColumn when !first => adjoint.RowSums().ToColumnMatrix(),
            Operation.Beside when adjoint.ColumnCount != step.Value.ColumnCount => null,
            Operation.Beside => adjoint.SubMatrix(0, adjoint.RowCount, first ? 0 : other.ColumnCount, adjoint.ColumnCount - other.ColumnCount),
            _ => adjoint,
        };
    }

    /// <summary>The product, or null where the inner sizes differ.</summary>
    public static Matrix<double>? Product(Matrix<double>? left, Matrix<double>? right) =>
        left is not null && right is not null && left.ColumnCount == right.RowCount ? left * right : null;

    public static bool SameSize(Matrix<double> a, Matrix<double> b) => a.RowCount == b.RowCount && a.ColumnCount == b.ColumnCount;

    private Dictionary<string, Matrix<double>>? Run(Matrix<double> outputGradient, Func<Edge, Matrix<double>, Message>? change, Matrix<double>?[] adjoints)
    {
        adjoints[^1] = outputGradient;
        for (var i = Steps.Count - 1; i >= 0; i--)
        {
            if (adjoints[i] is not { } adjoint)
            {
                continue;
            }

            for (var p = 0; p < Steps[i].Operands.Count; p++)
            {
                var edge = new Edge(i, p);
                var message = change?.Invoke(edge, adjoint) is { IsChanged: true } changed ? changed.Value : Right(edge, adjoint);
                ref var receiver = ref adjoints[Receiver(edge)];
                if (message is null || (receiver is not null && !SameSize(receiver, message)))
                {
                    return null;
                }

                receiver = receiver is null ? message : receiver + message;
            }
        }

        return Collect(adjoints);
    }

    private Dictionary<string, Matrix<double>>? Collect(Matrix<double>?[] adjoints)
    {
        var gradients = new Dictionary<string, Matrix<double>>();
        for (var i = 0; i < Steps.Count; i++)
        {
            if (!Steps[i].IsLeaf || _constants.Contains(Steps[i].Name!) || adjoints[i] is not { } gradient)
            {
                continue;
            }

            if (!gradients.TryGetValue(Steps[i].Name!, out var sum))
            {
                gradients.Add(Steps[i].Name!, gradient);
            }
            else if (SameSize(sum, gradient))
            {
                gradients[Steps[i].Name!] = sum + gradient;
            }
            else
            {
                return null;
            }
        }

        // What the output does not depend on has gradient 0.
        foreach (var unused in Case.Network.Differentiated(Case.Shape).Where(t => !gradients.ContainsKey(t.Name)))
        {
            gradients.Add(unused.Name, Matrix<double>.Build.Dense(unused.Rows, unused.Columns));
        }

        return gradients;
    }
}

/// <summary>What a changed message is: another matrix, none because it cannot be multiplied, or no change at all.</summary>
internal readonly record struct Message(bool IsChanged, Matrix<double>? Value)
{
    public static Message AsItShouldBe => default;

    public static Message Of(Matrix<double>? value) => new(true, value);
}
