using GradOracle.ML.Cli;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GradOracle.ML.Tests;

/// <summary>Examples for ML.NET: random features, and labels of every kind.</summary>
internal sealed class Rows
{
    public Rows(int seed, int count = 64, int features = 5)
    {
        var random = new Random(seed);
        float Draw() => (float)(random.NextDouble() * 2 - 1);
        X = Many(count, () => Many(features, Draw));
        var truth = Many(features, () => 2 * Draw());
        var scores = X.Select(x => x.Zip(truth, (a, b) => a * b).Sum() + 0.3f).ToArray();
        Numbers = [.. scores.Select(s => s + 0.2f * Draw())];
        Flags = [.. scores.Select(s => s + 0.9f * Draw() > 0)];
        Classes = [.. X.Select(x => x[0] + 0.5f * Draw() > 0.2f ? 0u : x[1] + 0.5f * Draw() > 0 ? 1u : 2u)];
        Counts = [.. scores.Select(s => MathF.Round(MathF.Exp(s / 2) + Math.Abs(Draw())))];
    }

    public float[][] X { get; init; }

    public float[] Numbers { get; init; }

    public bool[] Flags { get; init; }

    public uint[] Classes { get; init; }

    public float[] Counts { get; init; }

    public IDataView OfNumbers(MLContext ml) =>
        View(ml, X.Zip(Numbers, (x, y) => new NumberRow { Features = x, Label = y }));

    public IDataView OfFlags(MLContext ml) =>
        View(ml, X.Zip(Flags, (x, y) => new FlagRow { Features = x, Label = y }));

    public IDataView OfCounts(MLContext ml) =>
        View(ml, X.Zip(Counts, (x, y) => new NumberRow { Features = x, Label = y }));

    // In one's own class a key counts from 0.
    public IDataView OfClasses(MLContext ml, ulong classes = 3) => View(
        ml,
        X.Zip(Classes, (x, y) => new ClassRow { Features = x, Label = y }),
        new KeyDataViewType(typeof(uint), classes));

    private IDataView View<T>(MLContext ml, IEnumerable<T> rows, DataViewType? label = null)
        where T : class =>
        DataRows.View(ml, rows, X.Length == 0 ? 1 : X[0].Length, label);

    private static T[] Many<T>(int count, Func<T> one) => [.. Enumerable.Range(0, count).Select(_ => one())];
}
