using GradOracle.Cases;
using GradOracle.Networks;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Diagnoses;

/// <summary>Mistakes that everything behind them shares: a scaled adjoint, the gradient of another loss, a weight updated too early.</summary>
internal static class PassEdits
{
    public static IEnumerable<Edit> Of(BackwardPass pass) => [.. OtherLosses(pass), .. ScaledAdjoints(pass), .. ChangedAdjoints(pass)];

    private static IEnumerable<Edit> OtherLosses(BackwardPass pass) =>
        from loss in Registry.Losses.All
        where loss.Name != pass.Case.Loss.Name
        select new Edit(0, $"∂L/∂Ŷ is that of the loss {loss.Name}, not of {pass.Case.Loss.Name}", true, p => p.Run(OutputGradient(p, loss)));

    private static IEnumerable<Edit> ScaledAdjoints(BackwardPass pass) =>
        from step in NamedSteps(pass)
        from c in Coefficient.Known([.. pass.Case.Shape.Dimensions.Select(d => d.Name)])
        select new Edit(5, $"{pass.AdjointOf(step)} {c.Words}", c.Rounds, p => Changed(p, step, D => D * c.At(p.Case.Shape)));

    private static IEnumerable<Edit> ChangedAdjoints(BackwardPass pass) => NamedSteps(pass).SelectMany<int, Edit>(step =>
    [
        new(6, $"{pass.AdjointOf(step)} has lost its signs", false, p => Changed(p, step, D => D.PointwiseAbs())),
        new(8, $"only the first example counts in {pass.AdjointOf(step)}", false, p => Changed(p, step, D => FirstColumn(D))),
        new(7, $"{pass.AdjointOf(step)} is 0 where {pass.NameOf(step)} is not positive", false, p => Changed(p, step, D => Masked(D, p.Steps[step].Value))),
    ]);

    // In the order of the backward pass: of two that say the same, the first is said.
    private static IEnumerable<int> NamedSteps(BackwardPass pass) =>
        Enumerable.Range(0, pass.Steps.Count).Reverse().Where(i => !pass.Steps[i].IsLeaf && (pass.Steps[i].Name is not null || i == pass.Steps.Count - 1));

    private static IReadOnlyDictionary<string, Matrix<double>>? Changed(BackwardPass pass, int step, Func<Matrix<double>, Matrix<double>?> change) =>
        pass.Run((e, D) => e.Step != step ? Message.AsItShouldBe : Message.Of(change(D) is { } changed
            ? pass.Right(e, changed)
            : null));

    private static Matrix<double> FirstColumn(Matrix<double> matrix) =>
        Matrix<double>.Build.Dense(matrix.RowCount, matrix.ColumnCount, (i, j) => j == 0 ? matrix[i, j] : 0);

    private static Matrix<double>? Masked(Matrix<double> matrix, Matrix<double> by) =>
        BackwardPass.SameSize(matrix, by) ? matrix.PointwiseMultiply(by.Map(v => v > 0 ? 1.0 : 0)) : null;

    /// <summary>A parameter that had been updated, W − η ∂W, when the backward pass read it; η is found from what was received.</summary>
    public static IEnumerable<Edit> EarlyUpdates(BackwardPass pass, IReadOnlyDictionary<string, Matrix<double>?> received)
    {
        foreach (var spec in pass.Case.Network.Tensors(pass.Case.Shape).Where(s => s.Role == TensorRole.Parameter))
        {
            if (Updated(pass, spec.Name, 1) is not { } unit)
            {
                continue;
            }

            // Whatever multiplies the weight once is linear in η; what does not fit is refuted by the prediction itself.
            double along = 0, length = 0;
            foreach (var (tensor, right) in pass.Gradients)
            {
                if (received.GetValueOrDefault(tensor) is { } found && BackwardPass.SameSize(found, right))
                {
                    var direction = unit[tensor] - right;
                    along += (found - right).PointwiseMultiply(direction).ColumnSums().Sum();
                    length += direction.PointwiseMultiply(direction).ColumnSums().Sum();
                }
            }

            if (length > 0 && along / length is var rate && Math.Abs(rate) > 1e-9 && Math.Abs(rate) < 1e9)
            {
                var eta = Rounded(rate);
                yield return new(30, FormattableString.Invariant($"{spec.Name} is updated with the rate {eta:G6} before the backward pass reads it"), true, p => Updated(p, spec.Name, eta));
            }
        }
    }

    private static double Rounded(double rate)
    {
        var short_ = double.Parse(rate.ToString("G6", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
        return Math.Abs(short_ - rate) < 1e-9 * Math.Abs(rate) ? short_ : rate;
    }

    private static IReadOnlyDictionary<string, Matrix<double>>? Updated(BackwardPass pass, string parameter, double rate) =>
        pass.Run((e, D) => pass.Steps[e.Step].Operands.Count == 2 && pass.Steps[pass.Other(e)] is { IsLeaf: true } other && other.Name == parameter
            ? Message.Of(pass.Right(e, D, other.Value - rate * pass.Gradients[parameter]))
            : Message.AsItShouldBe);

    private static Matrix<double> OutputGradient(BackwardPass pass, Loss loss) =>
        new MatrixCase<double>(pass.Case with { Loss = loss, Tensors = [.. pass.Case.Tensors.SkipLast(1), Renamed(pass.Case.Tensors[^1], loss.TargetName)] }, 0)
            .OutputGradient(pass.Steps[^1].Value);

    private static TensorStack Renamed(TensorStack stack, string name) => new(name, stack.Count, stack.Rows, stack.Columns, stack.Values);
}
