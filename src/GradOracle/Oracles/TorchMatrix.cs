using System.Collections.Concurrent;
using TorchSharp;

namespace GradOracle.Oracles;

/// <summary>One matrix of every case of a batch, on the tape: what a network's TorchSharp statement is written with.</summary>
/// <remarks>
/// Each operation is one TorchSharp call that serves a single case and a batch alike, and notes beside it how many roundings
/// a term has passed, its degree and its lattice; so a network states its forward and the harness knows its error bound.
/// A contraction over length d costs a term d roundings (one product and d − 1 additions), whatever the order of summation:
/// Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., §3.1.
/// </remarks>
public sealed class TorchMatrix
{
    // A temporary scalar may be collected while native code still reads it; these live as long as the process. Adding two
    // tensors takes one as well (the factor of the second), and TorchSharp makes a temporary where none is given.
    private static readonly ConcurrentDictionary<double, Scalar> s_scalars = new();
    private static readonly Scalar s_one = 1;
    private static readonly Scalar s_minusOne = -1;

    private readonly Tape _tape;

    internal TorchMatrix(Tape tape, torch.Tensor tensor, int degree)
        : this(tape, Operation.Leaf, tensor, degree, default)
    {
    }

    private TorchMatrix(Tape tape, Operation operation, torch.Tensor tensor, int degree, StepCount forward, params (TorchMatrix Operand, StepCount Added)[] operands)
    {
        (_tape, Operation, Tensor, Degree, Forward, Operands) = (tape, operation, tensor, degree, forward, operands);
        var shape = tensor.shape;
        (Rows, Columns) = ((int)shape[^2], (int)shape[^1]);
        tape.Record(this);
    }

    /// <summary>Rows of each matrix.</summary>
    public int Rows { get; }

    /// <summary>Columns of each matrix.</summary>
    public int Columns { get; }

    internal torch.Tensor Tensor { get; }

    internal Operation Operation { get; }

    /// <summary>The name of the leaf, or the one the network gave the step; null where it gave none.</summary>
    internal string? Name { get; set; }

    /// <summary>The function of an elementwise step.</summary>
    internal ElementwiseFunction? Function { get; private init; }

    /// <summary>Which use of a leaf this is, where the network says so.</summary>
    internal string? Use { get; init; }

    /// <summary>The constant of <see cref="Scaled"/>.</summary>
    internal double Factor { get; private init; } = 1;

    /// <summary>The degree of the entries as polynomials in the entries of all leaves.</summary>
    internal int Degree { get; }

    /// <summary>The count of the value.</summary>
    internal StepCount Forward { get; }

    /// <summary>The count of the adjoint, once it has been carried back.</summary>
    internal StepCount? Adjoint { get; set; }

    /// <summary>The operands, and what a term of this adjoint passes on its way into each of theirs.</summary>
    internal IReadOnlyList<(TorchMatrix Operand, StepCount Added)> Operands { get; }

    /// <summary>The matrix product: r×d times d×c.</summary>
    /// <exception cref="InvalidOperationException">The inner sizes differ.</exception>
    public static TorchMatrix operator *(TorchMatrix left, TorchMatrix right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Columns != right.Rows)
        {
            throw new InvalidOperationException($"{left.Size} times {right.Size} cannot be multiplied.");
        }

        return new(
            left._tape,
            Operation.Product,
            left.Tensor.matmul(right.Tensor),
            left.Degree + right.Degree,
            left.Forward.Then(right.Forward).Plus(left.Columns),
            (left, right.Forward.Plus(right.Columns)),
            (right, left.Forward.Plus(left.Rows)));
    }

    /// <summary>The sum of two matrices of one size.</summary>
    /// <exception cref="InvalidOperationException">The sizes differ.</exception>
    public static TorchMatrix operator +(TorchMatrix left, TorchMatrix right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return left.Sum(right, subtract: false);
    }

    /// <summary>The difference of two matrices of one size; their sum while the majorant is evaluated.</summary>
    /// <exception cref="InvalidOperationException">The sizes differ.</exception>
    public static TorchMatrix operator -(TorchMatrix left, TorchMatrix right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return left.Sum(right, subtract: !left._tape.IsMajorant);
    }

    /// <summary>The product entry by entry, of two matrices of one size.</summary>
    /// <exception cref="InvalidOperationException">The sizes differ.</exception>
    public TorchMatrix Hadamard(TorchMatrix other)
    {
        ArgumentNullException.ThrowIfNull(other);
        RequireSameSize(other);
        return new(
            _tape,
            Operation.Hadamard,
            Tensor.mul(other.Tensor),
            Degree + other.Degree,
            Forward.Then(other.Forward).Plus(1),
            (this, other.Forward.Plus(1)),
            (other, Forward.Plus(1)));
    }

    /// <summary>The square of every entry.</summary>
    public TorchMatrix Squared() => Hadamard(this);

    /// <summary>Every entry times a constant; its absolute value while the majorant is evaluated.</summary>
    public TorchMatrix Scaled(double factor)
    {
        var scalar = s_scalars.GetOrAdd(
            _tape.Mode switch { TapeMode.Majorant => Math.Abs(factor), TapeMode.Raised => Math.Max(1, Math.Abs(factor)), _ => factor },
            f => (Scalar)f);
        // A factor that is neither an integer nor a power of two is itself rounded, and takes exact cases off the lattice.
        var exponent = Math.ILogB(factor);
        var added = double.IsInteger(factor) || Math.ScaleB(1, exponent) == Math.Abs(factor) ? new StepCount(1, Math.Max(0, -exponent)) : new StepCount(2, -1);
        return new(_tape, Operation.Scaled, Tensor.mul(scalar), Degree, Forward.Then(added), (this, added)) { Factor = factor };
    }

    /// <summary>Every entry times a number that is a tensor of the case, 1×1.</summary>
    /// <exception cref="InvalidOperationException">It is not 1×1.</exception>
    public TorchMatrix Times(TorchMatrix number)
    {
        ArgumentNullException.ThrowIfNull(number);
        return number is { Rows: 1, Columns: 1 }
            ? new(
                _tape,
                Operation.Multiple,
                Tensor.mul(number.Tensor),
                Degree + number.Degree,
                Forward.Then(number.Forward).Plus(1),
                (this, number.Forward.Plus(1)),
                (number, Forward.Plus(Rows * Columns)))
            : throw new InvalidOperationException($"{Size} cannot be multiplied entry by entry by {number.Size}: a number is 1×1.");
    }

    /// <summary>The absolute value of every entry; its derivative at 0 is 0.</summary>
    public TorchMatrix Absolute() => Elementwise(ElementwiseFunction.Absolute);

    /// <summary>max(a, 0) of every entry; its derivative at 0 is 0.</summary>
    public TorchMatrix Rectified() => Elementwise(ElementwiseFunction.Rectifier);

    /// <summary>The hyperbolic tangent of every entry.</summary>
    public TorchMatrix HyperbolicTangent() => Elementwise(ElementwiseFunction.HyperbolicTangent);

    /// <summary>1/(1 + e⁻ᵃ) of every entry.</summary>
    public TorchMatrix Logistic() => Elementwise(ElementwiseFunction.Logistic);

    /// <summary>Huber's function of every entry, with δ = 1: ½a² up to |a| = 1, |a| − ½ beyond.</summary>
    public TorchMatrix Huber() => Elementwise(ElementwiseFunction.Huber);

    /// <summary>The logarithm of the softmax of every column: <c>a_i − ln Σ_j exp a_j</c>.</summary>
    public TorchMatrix LogSoftmaxOfColumns()
    {
        _tape.BreakPolynomial();
        var added = new StepCount(Rows + ElementwiseFunction.LibraryUlps, -1);
        return new(_tape, Operation.LogSoftmax, _tape.IsMajorant ? Tensor.mul(s_one) : Tensor.log_softmax(-2), Degree, Forward.Then(added), (this, added));
    }

    /// <summary>A column added to every column: a bias.</summary>
    /// <exception cref="InvalidOperationException">The column has another number of rows, or is no column.</exception>
    public TorchMatrix PlusColumn(TorchMatrix column)
    {
        ArgumentNullException.ThrowIfNull(column);
        if (column.Rows != Rows || column.Columns != 1)
        {
            throw new InvalidOperationException($"{column.Size} cannot be added to every column of {Size}.");
        }

        return new(
            _tape,
            Operation.PlusColumn,
            Tensor.add(column.Tensor, s_one),
            Math.Max(Degree, column.Degree),
            Forward.Or(column.Forward).Plus(1),
            (this, default),
            (column, new StepCount(Columns, 0)));
    }

    /// <summary>These columns and then those of another matrix with as many rows.</summary>
    /// <exception cref="InvalidOperationException">The numbers of rows differ.</exception>
    public TorchMatrix Beside(TorchMatrix right)
    {
        ArgumentNullException.ThrowIfNull(right);
        if (right.Rows != Rows)
        {
            throw new InvalidOperationException($"{Size} and {right.Size} cannot stand beside each other.");
        }

        return new(
            _tape,
            Operation.Beside,
            torch.cat([Tensor, right.Tensor], -1),
            Math.Max(Degree, right.Degree),
            Forward.Or(right.Forward),
            (this, default),
            (right, default));
    }

    /// <summary>Gives the step the name by which diagnoses speak of it: <c>H1</c>.</summary>
    public TorchMatrix Named(string name)
    {
        Name = name;
        return this;
    }

    /// <summary>The transpose of each matrix.</summary>
    public TorchMatrix Transposed() =>
        new(_tape, Operation.Transposed, Tensor.transpose(-2, -1), Degree, Forward, (this, default));

    // What bends has no degree; what is no polynomial in pieces has no exact cases either.
    private TorchMatrix Elementwise(ElementwiseFunction function)
    {
        _tape.BreakPolynomial();
        var added = !function.IsPiecewisePolynomial ? new StepCount(function.Ulps, -1) : default;
        return new(_tape, Operation.Elementwise, _tape.IsMajorant ? Tensor.mul(s_one) : function.Apply(Tensor), Degree, Forward.Then(added), (this, function.SlopeTakesEntry ? added.Then(Forward).Plus(1) : added)) { Function = function };
    }

    internal void Accumulate(StepCount adjoint) =>
        Adjoint = Adjoint is { } earlier ? earlier.Or(adjoint).Plus(1) : adjoint;

    private string Size => $"{Rows}×{Columns}";

    private TorchMatrix Sum(TorchMatrix other, bool subtract)
    {
        RequireSameSize(other);
        return new(
            _tape,
            subtract ? Operation.Difference : Operation.Sum,
            Tensor.add(other.Tensor, subtract ? s_minusOne : s_one), // the factor is exact
            Math.Max(Degree, other.Degree),
            Forward.Or(other.Forward).Plus(1),
            (this, default),
            (other, default));
    }

    private void RequireSameSize(TorchMatrix other)
    {
        if (Rows != other.Rows || Columns != other.Columns)
        {
            throw new InvalidOperationException($"{Size} and {other.Size} cannot be combined entry by entry.");
        }
    }
}
