using System.Numerics;
using GradOracle.Graphs;

namespace GradOracle.Oracles;

/// <summary>The loss of one case as a function of any one of its entries, over any numbers.</summary>
internal class Perturbed<T>
    where T : struct, INumberBase<T>
{
    private readonly CaseStack _batch;
    private readonly int _index;
    private readonly Dictionary<string, T[]> _tensors;
    private readonly Schedule _program;

    public Perturbed(CaseStack batch, int index, Converter<double, T> into)
    {
        (_batch, _index) = (batch, index);
        _tensors = batch.Tensors.ToDictionary(t => t.Name, t => Array.ConvertAll(t[index].ToArray(), into));
        _program = new Schedule([batch.Scenario.Output, batch.Scenario.Entries]);
    }

    /// <summary>The loss with one entry changed.</summary>
    public T At(string tensor, int entry, Func<T, T> change)
    {
        ref var value = ref _tensors[tensor][entry];
        var kept = value;
        value = change(kept);
        var loss = Sum(Evaluate(_tensors).Entries);
        value = kept;
        return loss;
    }

    /// <summary>Writes the output of the case as it is.</summary>
    /// <returns>Its loss.</returns>
    public double Describe(GradientStack result, Converter<T, double> from)
    {
        var (output, entries) = Evaluate(_tensors);
        Array.ConvertAll(output, from).CopyTo(result.Output[_index]);
        return from(Sum(entries));
    }

    /// <summary>The forward pass of the case: here that of the graph, in C#.</summary>
    /// <param name="tensors">The values of all tensors.</param>
    /// <returns>Ŷ, and the entries whose sum is the loss.</returns>
    protected virtual (T[] Output, T[] Entries) Evaluate(IReadOnlyDictionary<string, T[]> tensors)
    {
        var values = _program.Evaluate(1, node => node.Operation is Leaf ? tensors[node.Name!] : null);
        return (values[_batch.Scenario.Output], values[_batch.Scenario.Entries]);
    }

    private static T Sum(T[] entries)
    {
        var sum = T.Zero;
        foreach (var entry in entries)
        {
            sum += entry;
        }

        return sum;
    }
}
