using GradOracle.Cases;
using GradOracle.Derivations;

namespace GradOracle.Diagnoses;

/// <summary>A derivation on a case made to find something out, beside what is right there: coarser than a verdict, and
/// quicker.</summary>
internal sealed class QuickRun
{
    private const double Tolerance = 1e-7;
    private const long MostEntries = 1 << 15;
    private const long MostOperations = 1 << 21;

    private readonly GradientStack _received;

    private QuickRun(BackwardPass pass, GradientStack received) => (Pass, _received) = (pass, received);

    public BackwardPass Pass { get; }

    /// <summary>Runs it; null where what is right is not finite.</summary>
    public static QuickRun? Of(Derivation derivation, CaseStack batch)
    {
        var pass = new BackwardPass(batch);
        return pass.Gradients.Values.All(g => Array.TrueForAll(g.Values, double.IsFinite))
            ? new(pass, IsolatedRun.Of(derivation, batch))
            : null;
    }

    /// <summary>The same at a shape, on plain reals; null where there is no such case, or it is too large to be tried
    /// by the dozen.</summary>
    public static QuickRun? Of(Derivation derivation, CaseStack like, Shape shape, ulong seed)
    {
        try
        {
            var scenario = new Networks.Scenario(like.Network, like.Loss, shape);
            var isSmall = scenario.Tensors.Sum(t => (long)t.Length) <= MostEntries
                && scenario.Operations <= MostOperations;
            return isSmall
                ? Of(derivation, CaseGenerator.Generate(new(scenario, CaseKind.Real, ElementType.Float64, seed)))
                : null;
        }
        catch (BadInputException)
        {
            return null;
        }
    }

    /// <summary>The gradient received; null where it is missing or not finite.</summary>
    public TensorStack? Received(string tensor) =>
        _received.FaultOf(0, tensor) is null
            && _received[tensor] is var found
            && Array.TrueForAll(found.Values, double.IsFinite)
            ? found
            : null;

    /// <summary>Whether a gradient has an entry that is NaN or infinite, or the derivation fails: exact arithmetic has
    /// no 0/0. One of another size is neither.</summary>
    public bool IsNotFinite(string tensor) => Pass.Gradients.ContainsKey(tensor)
        && _received.MisshapenOf(0, tensor) is null
        && _received[tensor].Values.Any(v => !double.IsFinite(v));

    /// <summary>The output received; null where there is none.</summary>
    public TensorStack? Output => _received.FaultOf(0, Networks.Scenario.OutputName) is null ? _received.Output : null;

    public bool IsWrong(string tensor) =>
        Pass.Gradients.TryGetValue(tensor, out var right) && !IsNear(Received(tensor), right);

    public bool IsOutputWrong => !IsNear(Output, Pass.ValueOf(Pass.Scenario.Output));

    /// <summary>Whether a tensor that was received is what is predicted, but for rounding.</summary>
    public static bool IsNear(TensorStack? received, TensorStack predicted, double tolerance = Tolerance)
    {
        // Beside infinity everything would be near.
        if (received is null
            || !received.Sizes.Equals(predicted.Sizes)
            || !Array.TrueForAll(predicted.Values, double.IsFinite))
        {
            return false;
        }

        var largest = 0.0;
        foreach (var value in predicted.Values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        var allowed = Math.Max(tolerance * largest, 8 * double.Epsilon);
        for (var j = 0; j < received.Length; j++)
        {
            if (!(Math.Abs(received.Values[j] - predicted.Values[j]) <= allowed))
            {
                return false;
            }
        }

        return true;
    }
}
