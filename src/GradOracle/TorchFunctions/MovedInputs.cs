using GradOracle.Torch;
using TorchSharp;

namespace GradOracle.TorchFunctions;

/// <summary>Runs the forward pass at points near the given one.</summary>
/// <param name="subject">The code on trial.</param>
/// <param name="selected">The outputs that are compared.</param>
internal sealed class MovedInputs(TorchSubject subject, IReadOnlyList<int> selected)
{
    /// <summary>The entries of the compared outputs, one after the other, at what the leaves hold now.</summary>
    public double[] Outputs()
    {
        using var scope = torch.NewDisposeScope();
        using var none = torch.no_grad();
        var outputs = AnalyticPass.Forward(subject);
        return selected.Count == 1
            ? TorchMemory.Read(outputs[selected[0]])
            : [.. selected.SelectMany(k => TorchMemory.Read(outputs[k]))];
    }

    /// <summary>The entries of the outputs with one entry of one leaf moved.</summary>
    public double[] Moved(Variable leaf, int entry, double by)
    {
        var values = (double[])leaf.Values.Clone();
        values[entry] += by;
        return At([(leaf, values)]);
    }

    /// <summary>The entries of the outputs with leaves moved along directions.</summary>
    public double[] Moved(IReadOnlyList<(Variable Variable, double[] Direction)> moves, double by)
    {
        var places = new List<(Variable, double[])>(moves.Count);
        foreach (var (leaf, direction) in moves)
        {
            var values = new double[direction.Length];
            for (var e = 0; e < values.Length; e++)
            {
                values[e] = leaf.Values[e] + by * leaf.Scale * direction[e];
            }

            places.Add((leaf, values));
        }

        return At(places);
    }

    private double[] At(IReadOnlyList<(Variable Variable, double[] Values)> places)
    {
        try
        {
            foreach (var (leaf, values) in places)
            {
                leaf.Write(values);
            }

            return Outputs();
        }
        finally
        {
            foreach (var (leaf, _) in places)
            {
                leaf.Restore();
            }
        }
    }
}
