using System.Numerics;
using GradOracle.Graphs;

namespace GradOracle.Networks;

/// <summary>
/// A loss and its gradient at an output that is given, by the loss's graph: what a derivation asks of a loss that
/// nobody wrote by hand.
/// </summary>
internal sealed class LossPass
{
    private readonly Node _output;
    private readonly Node _entries;
    private readonly Node _gradient;
    private readonly Schedule _schedule;

    public LossPass(Scenario scenario)
    {
        _output = Node.Leaf(Scenario.OutputName, scenario.Output.Sizes);
        _entries = scenario.Loss.Entries(_output, scenario.Target, scenario.Inputs);
        _gradient = new BackwardGraph(_entries, Constant.Of(_entries.Sizes, 1), [_output]).GradientOf(_output);
        _schedule = new([_entries, _gradient]);
    }

    /// <summary>L and ∂L/∂Ŷ of one case.</summary>
    /// <param name="output">Ŷ, row after row.</param>
    /// <param name="valuesOf">The values of the other leaves: the target, and what a penalty is on.</param>
    public (T Loss, T[] Gradient) At<T>(T[] output, Func<string, T[]> valuesOf)
        where T : struct, INumberBase<T>
    {
        var values = _schedule.Evaluate(
            1, node => node == _output ? output : node.Operation is Leaf ? valuesOf(node.Name!) : null);
        var sum = T.Zero;
        foreach (var entry in values[_entries])
        {
            sum += entry;
        }

        return (sum, values[_gradient]);
    }
}
