using System.Numerics;
using GradOracle.Cases;
using GradOracle.Networks;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Oracles;

/// <summary>One entry of one tensor of one case.</summary>
internal readonly record struct EntryPlace(int Case, string Tensor, int Row, int Column);

/// <summary>An entry that can be changed before the loss is evaluated again.</summary>
internal sealed class Perturbed<T>(Matrix<T> matrix, int row, int column)
    where T : struct, INumberBase<T>
{
    public T Value
    {
        get => matrix[row, column];
        set => matrix[row, column] = value;
    }
}

/// <summary>Differentiates the MathNet statement of a network entry by entry.</summary>
internal static class Perturbation<T>
    where T : struct, INumberBase<T>
{
    public delegate double Derivative(EntryPlace place, Perturbed<T> entry, Func<T> loss);

    public static GradientBatch OfEveryEntry(CaseBatch batch, Derivative derivative)
    {
        var losses = new double[batch.Count];
        var result = new GradientBatch(batch) { Losses = losses };
        for (var s = 0; s < batch.Count; s++)
        {
            var tensors = batch.Tensors.ToDictionary(t => t.Name, t => t.ToMatrix<T>(s));
            var x = new MatrixCase<T>(batch, s, tensors);
            T Loss() => x.Loss(batch.Network.Forward(x));
            result.Output.Write(s, batch.Network.Forward(x).Map(Elementary.Real, Zeros.Include));
            losses[s] = Elementary.Real(Loss());
            foreach (var gradient in result.Gradients)
            {
                for (var j = 0; j < gradient.Length; j++)
                {
                    var place = new EntryPlace(s, gradient.Name, j / gradient.Columns, j % gradient.Columns);
                    gradient[s][j] = derivative(place, new Perturbed<T>(tensors[gradient.Name], place.Row, place.Column), Loss);
                }
            }
        }

        return result;
    }
}
