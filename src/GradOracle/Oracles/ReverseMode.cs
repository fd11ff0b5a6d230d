using System.Numerics;
using GradOracle.Bounds;
using GradOracle.Graphs;
using GradOracle.Networks;

namespace GradOracle.Oracles;

/// <summary>The backward graph evaluated in C#, in the element type of the case: it shares no code with TorchSharp, and
/// the statement of the network only.</summary>
internal sealed class ReverseMode : IOracle
{
    public string Name => "reverse";

    public string Summary => "reverse mode from graph to graph, evaluated in C#: shares nothing with TorchSharp";

    public string? NotApplicable(CaseStack batch) => batch.Network.HasGraph ? null : TorchStatement.NoGraph;

    public OracleAnswer Answer(CaseStack batch)
    {
        return new(Differentiate(batch), RoundingErrors.Of(batch).Of);
    }

    /// <summary>The outputs, losses and gradients of every case of the batch.</summary>
    public static GradientStack Differentiate(CaseStack batch) => batch.Type == ElementType.Float32
        ? Differentiate(batch, v => (float)v, v => v)
        : Differentiate(batch, v => v, v => v);

    /// <summary>The gradients with respect to a value on the way, of every case.</summary>
    public static double[] OfNamed(CaseStack batch, string name)
    {
        var node = batch.Scenario.ResultOf(name);
        return new Schedule([node]).Evaluate(batch.Count, batch.ValuesOf)[node];
    }

    /// <summary>The same over any numbers.</summary>
    public static GradientStack Differentiate<T>(CaseStack batch, Converter<double, T> into, Converter<T, double> from)
        where T : struct, INumberBase<T>
    {
        var scenario = batch.Scenario;
        var values = scenario.Gradients.Evaluate(
            batch.Count,
            node => batch.ValuesOf(node) is not { } given ? null : given as T[] ?? Array.ConvertAll(given, into));
        var result = new GradientStack(batch);
        foreach (var stack in result.All)
        {
            Array.ConvertAll(values[scenario.ResultOf(stack.Name)], from).CopyTo(stack.Values, 0);
        }

        var (entries, length) = (values[scenario.Entries], scenario.Entries.Sizes.Length);
        var losses = new double[batch.Count];
        for (var s = 0; s < losses.Length; s++)
        {
            var sum = T.Zero;
            foreach (var entry in entries.AsSpan(s * length, length))
            {
                sum += entry;
            }

            losses[s] = from(sum);
        }

        result.Losses = losses;
        return result;
    }
}
