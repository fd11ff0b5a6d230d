using GradOracle.Messages;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.ML.Objectives;

/// <summary>How near a point is to where a gradient by hand vanishes.</summary>
/// <remarks>
/// The Newton step is the distance to the optimum of the objective that the gradient by hand belongs to, if the point
/// is near it: −H⁻¹ g, H the differences of the gradient. Directions in which the gradient does not change (the biases
/// of all classes together) are left out of the step, and the gradient must vanish along them as it is.
/// </remarks>
internal sealed class Stationarity
{
    /// <summary>The largest step, beside the largest parameter, that a trainer may have left.</summary>
    public const double Allowed = 1e-3;

    private const double Flat = 1e-9;

    /// <summary>The norm of the gradient over that at zero.</summary>
    public double Residual { get; private init; }

    /// <summary>The largest entry of the Newton step over the largest parameter.</summary>
    public double Step { get; private init; }

    /// <summary>The largest part of the gradient along a flat direction, over its norm at zero.</summary>
    public double AlongFlat { get; private init; }

    /// <summary>Whether the gradient falls where it should rise.</summary>
    public bool IsTurned { get; private init; }

    /// <summary>Whether the gradient at zero vanishes too, so that nothing is shown.</summary>
    public bool IsEmpty { get; private init; }

    public bool IsOptimum => !IsTurned && !IsEmpty && Step <= Allowed && AlongFlat <= Allowed;

    public static Stationarity Of(double[] parameters, Func<double[], double[]> byHand)
    {
        var g = At(parameters);
        var start = At(new double[parameters.Length]).L2Norm();
        var evd = Hessian(parameters, At).Evd(Symmetricity.Symmetric);
        var curvatures = evd.EigenValues.Real();
        var largest = curvatures.AbsoluteMaximum();
        var (step, flat, isTurned) = (Vector<double>.Build.Dense(parameters.Length), 0.0, false);
        for (var i = 0; i < parameters.Length; i++)
        {
            var direction = evd.EigenVectors.Column(i);
            var along = direction * g;
            isTurned |= curvatures[i] < -1e-6 * largest;
            if (Math.Abs(curvatures[i]) > Flat * largest)
            {
                step -= along / curvatures[i] * direction;
            }
            else
            {
                flat = Math.Max(flat, Math.Abs(along));
            }
        }

        return new()
        {
            Residual = g.L2Norm() / start,
            Step = step.AbsoluteMaximum() / parameters.Max(Math.Abs),
            AlongFlat = flat / start,
            IsTurned = isTurned,
            IsEmpty = !(start > 0) || !parameters.Any(p => p != 0),
        };

        Vector<double> At(double[] point)
        {
            var gradient = byHand([.. point]);
            return gradient?.Length == point.Length && gradient.All(double.IsFinite)
                ? Vector<double>.Build.Dense(gradient)
                : throw new BadInputException(
                    $"The gradient by hand must be {point.Length} finite numbers, one for each parameter; "
                        + $"it is {gradient?.Length ?? 0}, or one is not finite.");
        }
    }

    private static Matrix<double> Hessian(double[] parameters, Func<double[], Vector<double>> at)
    {
        var H = Matrix<double>.Build.Dense(parameters.Length, parameters.Length);
        for (var j = 0; j < parameters.Length; j++)
        {
            var h = Math.ScaleB(1, -14 + Math.Max(0, Math.ILogB(Math.Max(Math.Abs(parameters[j]), 1))));
            double[] forward = [.. parameters], back = [.. parameters];
            forward[j] += h;
            back[j] -= h;
            H.SetColumn(j, (at(forward) - at(back)) / (2 * h));
        }

        return (H + H.Transpose()) / 2;
    }

    public MLResult Result()
    {
        var verdict = IsEmpty ? Verdict.Inconclusive : IsOptimum ? Verdict.Agrees : Verdict.Disagrees;
        var summary = IsEmpty ? "the model or its gradient at zero is zero: nothing was shown."
            : string.Concat(
                $"the gradient by hand is {NumberFormat.Short(Residual)} of what it is at zero; ",
                $"its Newton step is {NumberFormat.Short(Step)} of the largest parameter, and up to "
                    + $"{NumberFormat.Short(Allowed)} is left to the trainer. ",
                "This tells 1/N, a factor of 2 and a sign, not an objective that is off by 0.1 %.");
        return new("The optimum", verdict, summary, [.. Findings(verdict)], []);
    }

    private IEnumerable<string> Findings(Verdict verdict)
    {
        if (verdict == Verdict.Disagrees)
        {
            yield return IsTurned ? "The gradient by hand falls where that of an objective rises: a sign "
                + "is turned, or it is none of an objective that was minimised."
                : !(Step <= Allowed) ? "The trainer's optimum is not that of the gradient by hand: its "
                    + "objective is another (1/N, the factor of the penalty, the bias), or it was not "
                    + "trained to the end."
                : "The gradient by hand does not vanish along a direction in which it does not change.";
        }
    }
}
