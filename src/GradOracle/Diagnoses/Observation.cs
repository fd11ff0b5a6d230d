using GradOracle.Bounds;
using GradOracle.Derivations;
using GradOracle.Oracles;
using GradOracle.Verdicts;

namespace GradOracle.Diagnoses;

/// <summary>What a derivation made of one case, beside the backward pass that is right.</summary>
internal sealed class Observation
{
    // Beyond the lattice two roundings of one value may differ; a factor of 1/3 or a real case.
    private const double RoundingTolerance = 1e-12;

    private readonly Dictionary<string, double> _allowed = [];

    private Observation(BackwardPass pass, IReadOnlyDictionary<string, TensorStack?> received)
    {
        (Pass, Received) = (pass, received);
        if (pass.Case.Kind == CaseKind.Real)
        {
            var errors = RoundingErrors.Of(pass.Case);
            var estimate = new Lazy<RoundingEstimate>(() => RoundingEstimate.Of(pass.Case));
            foreach (var tensor in pass.Gradients.Keys)
            {
                var proven = 4 * errors.Of(0, tensor).Max();
                var largest = pass.Gradients[tensor].Values.Max(Math.Abs);
                var tells = proven <= TensorFinding.Telling(pass.Case.Type) * largest;
                _allowed[tensor] = tells ? proven : Math.Min(proven, estimate.Value[tensor]);
            }
        }
    }

    public BackwardPass Pass { get; }

    /// <summary>The derivation's gradients; null where it gave none, because it failed or because they are not
    /// finite.</summary>
    public IReadOnlyDictionary<string, TensorStack?> Received { get; }

    /// <summary>Whether the derivation gave nothing at all: something in it could not be multiplied.</summary>
    public bool Failed => Received.Values.All(r => r is null);

    /// <summary>Whether the right gradients are finite: where they overflow there is nothing to diagnose.</summary>
    public bool IsFinite => Pass.Gradients.Values.All(g => Array.TrueForAll(g.Values, double.IsFinite));

    public static Observation Of(Derivation derivation, CaseStack batch)
    {
        var result = IsolatedRun.Of(derivation, batch);
        return new(
            new BackwardPass(batch),
            result.Gradients.ToDictionary(
                g => g.Name, g => Finite(result.FaultOf(0, g.Name) is null ? g : result.MisshapenOf(0, g.Name))));
    }

    /// <summary>Whether the backward pass gives autograd's gradients: without that nothing can be diagnosed.</summary>
    public bool PassIsRight()
    {
        var autograd = Autograd.Differentiate(Pass.Case);
        return autograd.Gradients.All(g => Residual(g.Name, g, Pass.Gradients[g.Name], rounds: true) is not null);
    }

    /// <summary>Whether the loss's gradient by hand, which derivations start from, is that of its graph.</summary>
    public bool LossIsRight()
    {
        var scenario = Pass.Scenario;
        var (output, G) = (Pass.ValueOf(scenario.Output), Pass.ValueOf(Pass.AdjointOf(scenario.Output)));
        var byHand = new double[output.Length];
        Pass.Case.OutputGradient<double>(0, output.Values, byHand);
        return byHand.Zip(G.Values).All(g => Math.Abs(g.First - g.Second) <= 1e-9 * Math.Max(1, Math.Abs(g.Second)));
    }

    /// <summary>Whether a gradient was received, and is not the right one.</summary>
    public bool IsWrong(string tensor) => Received[tensor] is not null && Differs(tensor);

    public bool Differs(string tensor) => Received[tensor] is not { } received
        || Residual(tensor, received, Pass.Gradients[tensor], rounds: false) is null;

    /// <summary>By how much what was received differs from what is right; 0 where it cannot be compared.</summary>
    public double Difference(string tensor) => Distance(tensor, Pass.Gradients[tensor]);

    /// <summary>By how much what was received differs from a prediction; 0 where it cannot be compared.</summary>
    public double Distance(string tensor, TensorStack predicted) =>
        Received[tensor] is { } received && received.Sizes.Equals(predicted.Sizes)
        ? received.Values.Zip(predicted.Values, (a, b) => Math.Abs(a - b)).Max()
        : 0;

    /// <summary>How far a prediction is from what was received, relative to its largest entry; null where it is not
    /// what was received.</summary>
    public double? Residual(string tensor, IReadOnlyDictionary<string, TensorStack>? predicted, bool rounds) =>
        (Received[tensor], predicted) switch
        {
            (null, null) => 0,                        // both say that it cannot be multiplied
            (null, _) when Failed => null,
            (null, { } gradients) => Array.TrueForAll(gradients[tensor].Values, double.IsFinite) ? null : 0,
            ({ } received, { } gradients) => Residual(tensor, received, gradients[tensor], rounds),
            _ => null,
        };

    private double? Residual(string tensor, TensorStack received, TensorStack predicted, bool rounds)
    {
        if (!received.Sizes.Equals(predicted.Sizes))
        {
            return null;
        }

        double difference = 0, largest = 0;
        for (var j = 0; j < received.Length; j++)
        {
            difference = Math.Max(difference, Math.Abs(received.Values[j] - predicted.Values[j]));
            largest = Math.Max(largest, Math.Max(Math.Abs(received.Values[j]), Math.Abs(predicted.Values[j])));
        }

        // On a real case what rounding explains is no difference, however small the gradient.
        var allowed = rounds || Pass.Case.Kind == CaseKind.Real
            ? Math.Max(RoundingTolerance * largest, _allowed.GetValueOrDefault(tensor))
            : 0;
        return difference <= allowed ? difference == 0 ? 0 : difference / largest : null;
    }

    private static TensorStack? Finite(TensorStack? stack) =>
        stack is not null && Array.TrueForAll(stack.Values, double.IsFinite) ? stack : null;
}
