namespace GradOracle.Networks;

/// <summary>Tensors on which the output of TorchSharp code depends, while autograd does not see it: the graph is cut on
/// the way.</summary>
internal static class DetachedInputs
{
    private const double Step = 1.0 / (1 << 12);

    /// <summary>Their names.</summary>
    /// <remarks>What autograd gives nothing for is moved a little: half a step changes a slope's value by half, a jump's
    /// by all.</remarks>
    /// <param name="code">The code.</param>
    /// <param name="shape">The shape that it is at.</param>
    public static IEnumerable<string> Of(TorchStatement code, Shape shape)
    {
        double[][] x = [.. code.Specs.Select(spec => TorchTensors.Draw(spec, shape))];
        foreach (var name in code.WithoutGradient(x))
        {
            var tensor = code.Specs.ToList().FindIndex(spec => spec.Name == name);
            var change = Change(tensor, Step);
            if (change > 0 && Change(tensor, Step / 2) / change is > 0.4 and < 0.6)
            {
                yield return name;
            }
        }

        double Change(int tensor, double step)
        {
            double[] At(double by)
            {
                var moved = x.ToArray();
                moved[tensor] = [.. x[tensor].Select((v, j) => v + (j % 2 == 0 ? by : 3 * by))];
                return code.Outputs(moved, ElementType.Float64, 1);
            }

            return At(step).Zip(At(-step), (up, down) => Math.Abs(up - down)).Max();
        }
    }
}
