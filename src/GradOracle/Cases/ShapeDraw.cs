using GradOracle.Networks;

namespace GradOracle.Cases;

/// <summary>Draws shapes from seeds.</summary>
internal static class ShapeDraw
{
    // Streams of shapes lie above all streams of tensors.
    private const ulong Stream = 1UL << 32;
    private const int Attempts = 1000;

    /// <summary>Shape number <paramref name="index"/> of a seed: every size uniform in 1..<paramref name="maxSize"/>,
    /// or to where the network ends sensible sizes.</summary>
    /// <param name="network">The network whose dimensions are drawn.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="maxSize">The largest size drawn.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="index">Which shape of the seed.</param>
    /// <param name="admits">Which scenarios may be drawn; others are drawn again, the first attempt first.</param>
    public static Scenario Of(
        Network network, Loss loss, int maxSize, ulong seed, int index, Func<Scenario, bool> admits)
    {
        var key = CounterRng.Key(seed, Stream + (ulong)index);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var first = attempt * network.Dimensions.Count;
            var shape = new Shape(
                network.Dimensions.Select((name, d) => (name, SizeOf(name, CounterRng.Bits(key, first + d)))));
            var scenario = new Scenario(network, loss, shape);
            if (admits(scenario))
            {
                return scenario;
            }
        }

        // The smallest of all is admitted wherever anything is.
        return new Scenario(network, loss, network.SmallestShape());

        int SizeOf(string name, ulong bits)
        {
            var largest = (ulong)Math.Min(maxSize, network.LargestDrawn(name));
            return Math.Max(network.SmallestDrawn(name), 1 + (int)(bits * largest >> 53));
        }
    }
}
