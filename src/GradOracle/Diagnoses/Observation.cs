using GradOracle.Cases;
using GradOracle.Derivations;
using GradOracle.Oracles;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Diagnoses;

/// <summary>What a derivation made of one case, beside the backward pass that is right.</summary>
internal sealed class Observation
{
    // Beyond the lattice two roundings of one value may differ; a factor of 1/3 or a real case.
    private const double RoundingTolerance = 1e-12;

    private readonly Dictionary<string, double> _allowed = [];

    private Observation(BackwardPass pass, IReadOnlyDictionary<string, Matrix<double>?> received)
    {
        (Pass, Received) = (pass, received);
        if (pass.Case.Kind == CaseKind.Real)
        {
            var errors = new OracleErrors(pass.Case);
            foreach (var tensor in pass.Gradients.Keys)
            {
                _allowed[tensor] = 4 * errors.OfRoundings(0, tensor).Max();
            }
        }
    }

    public BackwardPass Pass { get; }

    /// <summary>The derivation's gradients; null where it gave none, because it failed or because they are not finite.</summary>
    public IReadOnlyDictionary<string, Matrix<double>?> Received { get; }

    /// <summary>Whether the derivation gave nothing at all: something in it could not be multiplied.</summary>
    public bool Failed => Received.Values.All(r => r is null);

    public static Observation Of(IDerivation derivation, CaseBatch batch)
    {
        var result = Trial.Run(derivation, batch);
        return new(new BackwardPass(batch), result.Gradients.ToDictionary(g => g.Name, g => Finite(result.FaultOf(0, g.Name) is null ? g.ToMatrix<double>(0) : result.MisshapenOf(0, g.Name))));
    }

    /// <summary>Whether the right gradients are finite: where they overflow there is nothing to diagnose.</summary>
    public bool IsFinite => Pass.Gradients.Values.All(g => g.ForAll(double.IsFinite));

    /// <summary>Whether the backward pass gives autograd's gradients: without that nothing can be diagnosed.</summary>
    public bool PassIsRight()
    {
        var autograd = Autograd.Differentiate(Pass.Case);
        return autograd.Gradients.All(g => Residual(g.Name, g.ToMatrix<double>(0), Pass.Gradients[g.Name], rounds: true) is not null);
    }

    public bool Differs(string tensor) => Received[tensor] is not { } received || Residual(tensor, received, Pass.Gradients[tensor], rounds: false) is null;

    /// <summary>How far a prediction is from what was received, relative to its largest entry; null where it is not what was received.</summary>
    public double? Residual(string tensor, IReadOnlyDictionary<string, Matrix<double>>? predicted, bool rounds) =>
        (Received[tensor], predicted) switch
        {
            (null, null) => 0,                        // both say that it cannot be multiplied
            (null, _) when Failed => null,
            ({ } received, { } matrices) => Residual(tensor, received, matrices[tensor], rounds),
            _ => null,
        };

    private double? Residual(string tensor, Matrix<double> received, Matrix<double> predicted, bool rounds)
    {
        if (!BackwardPass.SameSize(received, predicted))
        {
            return null;
        }

        double difference = 0, largest = 0;
        for (var i = 0; i < received.RowCount; i++)
        {
            for (var j = 0; j < received.ColumnCount; j++)
            {
                difference = Math.Max(difference, Math.Abs(received[i, j] - predicted[i, j]));
                largest = Math.Max(largest, Math.Max(Math.Abs(received[i, j]), Math.Abs(predicted[i, j])));
            }
        }

        // On a real case what rounding explains is no difference, however small the gradient.
        var allowed = rounds || Pass.Case.Kind == CaseKind.Real ? Math.Max(RoundingTolerance * largest, _allowed.GetValueOrDefault(tensor)) : 0;
        return difference <= allowed ? difference == 0 ? 0 : difference / largest : null;
    }

    private static Matrix<double>? Finite(Matrix<double>? matrix) => matrix is not null && matrix.ForAll(double.IsFinite) ? matrix : null;
}
