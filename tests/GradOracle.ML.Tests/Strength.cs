using GradOracle.ML.Objectives;
using Microsoft.ML;
using NUnit.Framework;

namespace GradOracle.ML.Tests;

/// <summary>What the check at the optimum finds, counted over many data sets; run by hand, its numbers stand in the
/// page.</summary>
[Explicit("a minute: the counts of the page")]
public sealed class Strength
{
    private const int DataSets = 200;

    [Test]
    public void Counted()
    {
        var steps = new SortedDictionary<string, List<double>>(StringComparer.Ordinal);
        for (var run = 0; run < DataSets; run++)
        {
            var rows = new Rows(run, count: 32 << run % 5, features: 2 + run % 7);
            var (N, l2) = (rows.X.Length, new[] { 0.1f, 1, 10 }[run % 3]);
            if (rows.Flags.Distinct().Count() < 2)
            {
                continue;
            }

            var ml = new MLContext(seed: 1);
            var at = ObjectiveCheck.ParametersOf(ml.Logistic(l2).Fit(rows.OfFlags(ml)).Model.SubModel);
            var (right, data) = (ByHand.Logistic(rows, l2), ByHand.Logistic(rows, 0));
            double[] Mixed(double[] w, double ofData, double ofPenalty, double ofBias = 0) =>
                [.. data(w).Select((d, i) => ofData * d + (i == 0 ? ofBias : ofPenalty) * l2 * w[i] / N)];
            Add("right", right);
            Add("1/N of the data only", w => Mixed(w, 1.0 / N, 1));
            Add("l2 twice", w => Mixed(w, 1, 2));
            Add("l2 half", w => Mixed(w, 1, 0.5));
            Add("no l2", w => Mixed(w, 1, 0));
            Add("l2 of the wrong sign", w => Mixed(w, 1, -1));
            Add("bias penalised", w => Mixed(w, 1, 1, 1));
            Add("data 1 % off", w => Mixed(w, 1.01, 1));
            Add("data 0.1 % off", w => Mixed(w, 1.001, 1));
            Add("the whole turned", w => Mixed(w, -1, -1));

            void Add(string name, Func<double[], double[]> gradient)
            {
                var found = Stationarity.Of(at, gradient);
                (steps.TryGetValue(name, out var all) ? all : steps[name] = []).Add(
                    found.IsTurned ? double.PositiveInfinity : found.Step);
            }
        }

        foreach (var (name, all) in steps)
        {
            all.Sort();
            TestContext.Out.WriteLine(
                $"{name}: {all.Count} data sets, least {all[0]:E1}, median {all[all.Count / 2]:E1}, 99 % "
                    + $"{all[(int)(all.Count * 0.99)]:E1}, most {all[^1]:E1}, "
                + $"let pass {all.Count(s => s <= Stationarity.Allowed)}");
        }
    }
}
