using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle;

/// <summary>What a derivation found for one case: the gradients by the names of parameters and inputs, each of the size
/// of what it belongs to, and the output.</summary>
public sealed class Gradients<T>
    where T : struct, INumberBase<T>
{
    private readonly Dictionary<string, Matrix<T>> _byName = [];

    /// <summary>Ŷ; where it is not set, it is what <see cref="MatrixCase{T}.OutputGradient"/> was asked
    /// about.</summary>
    public Matrix<T>? Output { get; set; }

    /// <summary>
    /// The gradient with respect to the named parameter or input; of a value that the network names on the way, too,
    /// where there is one: <c>["H1"]</c>.
    /// </summary>
    public Matrix<T> this[string name]
    {
        get => _byName.GetValueOrDefault(name)
            ?? throw new InvalidOperationException($"the gradient of {name} is not given yet");
        set => _byName[name] = value;
    }

    /// <summary>The same, rounded to another element type.</summary>
    internal Gradients<TOther> In<TOther>(Matrix<T>? output)
        where TOther : struct, INumberBase<TOther>
    {
        Matrix<TOther> Cast(Matrix<T> matrix) =>
            Matrix<TOther>.Build.Dense(
                matrix.RowCount, matrix.ColumnCount, (i, j) => TOther.CreateTruncating(matrix[i, j]));
        var gradients = new Gradients<TOther> { Output = (Output ?? output) is { } found ? Cast(found) : null };
        foreach (var (name, gradient) in _byName)
        {
            gradients[name] = Cast(gradient);
        }

        return gradients;
    }

    /// <summary>The names under which something was given.</summary>
    internal IEnumerable<string> Names => _byName.Keys;

    internal Matrix<T>? Find(string name) => _byName.GetValueOrDefault(name);
}
