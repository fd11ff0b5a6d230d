using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle.Networks;

/// <summary>An operation that is TorchSharp code: a value, and nothing that could be proven of it.</summary>
internal abstract class TorchCall : Operation
{
    // What a few roundings make of the largest entry, and what is lost where they underflow: no bound, but about right.
    private const double Roundings = 64;

    public override bool StartsTerms => true;

    public override void Value<T>(Node node, T[][] x, T[] y, int count)
    {
        var type = typeof(T) == typeof(double) ? ElementType.Float64
            : typeof(T) == typeof(float) ? ElementType.Float32
            : throw new InvalidOperationException($"{typeof(T).Name} is no element type: {TorchStatement.NoGraph}.");
        var values = Array.ConvertAll(x, of => of as double[] ?? Array.ConvertAll(of, v => double.CreateTruncating(v)));
        var result = Value(values, type, count);
        for (var j = 0; j < y.Length; j++)
        {
            y[j] = T.CreateTruncating(result[j]);
        }
    }

    /// <summary>The value of every case.</summary>
    protected abstract double[] Value(double[][] x, ElementType type, int count);

    // Autograd calls the code itself, case by case.
    public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) =>
        throw new InvalidOperationException($"{TorchStatement.NoGraph}.");

    public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => TermCount.Smooth(1);

    public override string? WhyNot(NumberSystem numbers) => "TorchSharp code";

    /// <summary>Whether an operand is off at all.</summary>
    private protected static bool IsOff(double[]? errors) => errors is not null && errors.AsSpan().ContainsAnyExcept(0);

    /// <summary>Errors that are the same all over a case.</summary>
    private protected static void Fill(Rounding rounding, double[] y, double carried, double[] result, int count)
    {
        var length = y.Length / count;
        for (var s = 0; s < count; s++)
        {
            var rounded = rounding.Unit * Largest(y.AsSpan(s * length, length)) + rounding.Underflow;
            result.AsSpan(s * length, length).Fill(carried + Roundings * rounded);
        }
    }

    /// <summary>The largest magnitude; NaN where one is.</summary>
    private protected static double Largest(ReadOnlySpan<double> values)
    {
        var largest = 0.0;
        foreach (var value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }
}
