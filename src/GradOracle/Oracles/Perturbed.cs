using System.Numerics;
using GradOracle.Graphs;

namespace GradOracle.Oracles;

/// <summary>The loss of one case as a function of any one of its entries, over any numbers.</summary>
internal sealed class Perturbed<T>
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
        var loss = Sum(Evaluate()[_batch.Scenario.Entries]);
        value = kept;
        return loss;
    }

    /// <summary>Writes the output of the case as it is.</summary>
    /// <returns>Its loss.</returns>
    public double Describe(GradientStack result, Converter<T, double> from)
    {
        var values = Evaluate();
        Array.ConvertAll(values[_batch.Scenario.Output], from).CopyTo(result.Output[_index]);
        return from(Sum(values[_batch.Scenario.Entries]));
    }

    private Values<T> Evaluate() => _program.Evaluate(1, node => node.Operation is Leaf ? _tensors[node.Name!] : null);

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
