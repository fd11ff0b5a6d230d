using GradOracle.Networks;

namespace GradOracle.Cases;

/// <summary>The shapes of one suite: half of them are chosen for what they show, until each was; the others are drawn.
/// Another selection for each suite.</summary>
internal sealed class ShapeSelection
{
    // Streams of selected shapes lie above all others; those of one suite are numbered in so many bits.
    private const ulong Stream = 1UL << 34;
    private const int SuiteBits = 20;

    // A shape that is not admitted is drawn again, every few attempts half as large; what was chosen is given up after
    // half of them.
    private const int AttemptsOfASize = 6;
    private const int Attempts = 12 * AttemptsOfASize;

    private const int ChoicesBetweenSuites = 5;
    private const int LargestBesideLarge = 3;
    private const int SmallestWithLarge = 12;
    private static readonly int[] s_large = [129, 65, 33]; // one past two, four, eight blocks of 16, and so on
    private const int FirstOfBlocks = 24; // a suite of a few cases has none
    private const int SmallestTile = 17;
    private const int LargestTile = 40;
    private static readonly int[] s_blocks = [64, 32, 128, 16]; // all of the last block is full
    private static readonly int[] s_pastPower = [5, 9, 3];

    private readonly Network _network;
    private readonly int _suite;
    private readonly ulong _seed;
    private readonly string[] _names;
    private readonly int[] _limits;
    private readonly List<Action<int[], Draw>> _choices;
    private readonly List<Action<int[], Draw>> _blocks;

    /// <param name="network">The network whose dimensions have sizes.</param>
    /// <param name="largest">The largest size; from 12 up one dimension may be larger where the others are
    /// small.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="suite">The number of the suite.</param>
    public ShapeSelection(Network network, int largest, ulong seed, int suite)
    {
        (_network, _suite, _seed, _names) = (network, suite, seed, [.. network.Dimensions]);
        _limits = Array.ConvertAll(_names, name => Math.Min(largest, network.LargestDrawn(name)));
        _choices = [.. Choices(hasLarge: largest >= SmallestWithLarge)];
        _blocks = largest >= SmallestWithLarge ? [.. Blocks()] : [];
    }

    /// <summary>A shape of the suite, as the scenario that is made of it.</summary>
    /// <param name="index">Its number.</param>
    /// <param name="make">Makes the scenario of a shape.</param>
    /// <param name="admits">Which scenarios may be drawn.</param>
    public Scenario Of(int index, Func<Shape, Scenario> make, Func<Scenario, bool> admits)
    {
        var choice = index % 2 == 1 ? Chosen(_choices, index / 2) : Chosen(_blocks, (index - FirstOfBlocks) / 2);
        var draw = new Draw(CounterRng.Key(_seed, Stream + ((ulong)_suite << SuiteBits) + (ulong)index));
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            choice = attempt < Attempts / 2 ? choice : null;
            var halvings = attempt % (Attempts / 2) / AttemptsOfASize;
            var sizes = Array.ConvertAll(_limits, limit => draw.From(choice is null ? 1 : 2, limit >> halvings));
            choice?.Invoke(sizes, draw);
            RaiseToSmallest(sizes);
            var scenario = make(Of(sizes));
            if (admits(scenario))
            {
                return scenario;
            }
        }

        // The smallest of all is admitted wherever anything is.
        return make(_network.SmallestShape());
    }

    private Action<int[], Draw>? Chosen(List<Action<int[], Draw>> from, int number) =>
        number >= 0 && number < from.Count ? from[(_suite * ChoicesBetweenSuites + number) % from.Count] : null;

    private void RaiseToSmallest(int[] sizes)
    {
        for (var d = 0; d < sizes.Length; d++)
        {
            sizes[d] = Math.Max(sizes[d], _network.SmallestDrawn(_names[d]));
        }
    }

    private Shape Of(int[] sizes) => new(_names.Zip(sizes));

    // What sizes may have in common, or one of them for itself. They have been drawn already, from 2 up.
    private IEnumerable<Action<int[], Draw>> Choices(bool hasLarge)
    {
        var count = _names.Length;
        for (var d = 0; d < count && hasLarge; d++)
        {
            var dimension = d;
            yield return (sizes, draw) => MakeLarge(sizes, dimension, s_large, draw);
        }

        yield return (sizes, _) => sizes.AsSpan().Fill(1);
        for (var d = 0; d < count; d++)
        {
            var dimension = d;
            yield return (sizes, _) => sizes[dimension] = 1;
        }

        for (var a = 0; a < count; a++)
        {
            for (var b = a + 1; b < count; b++)
            {
                var (first, second) = (a, b);
                yield return (sizes, _) => sizes[first] = sizes[second] = Math.Min(sizes[first], sizes[second]);
            }
        }

        for (var d = 0; d < count && count > 2; d++)
        {
            var dimension = d;
            yield return (sizes, _) =>
            {
                var alone = sizes[dimension];
                sizes.AsSpan().Fill(sizes.Min());
                sizes[dimension] = alone;
            };
        }

        yield return (sizes, _) => sizes.AsSpan().Fill(sizes.Min());
        yield return (sizes, draw) =>
        {
            var dimension = _suite % count;
            var fitting = Array.FindAll(s_pastPower, size => size <= _limits[dimension]);
            sizes[dimension] = fitting.Length > 0 ? fitting[draw.From(1, fitting.Length) - 1] : sizes[dimension];
        };
    }

    // What goes in blocks may be wrong where the last block is full, and in tiles of rows and columns where there are
    // several of both.
    private IEnumerable<Action<int[], Draw>> Blocks()
    {
        for (var d = 0; d < _names.Length; d++)
        {
            var dimension = d;
            yield return (sizes, draw) => MakeLarge(sizes, dimension, s_blocks, draw);
        }

        for (var a = 0; a < _names.Length; a++)
        {
            for (var b = a + 1; b < _names.Length; b++)
            {
                var (first, second) = (a, b);
                yield return (sizes, draw) => MakeTiled(sizes, first, second, draw);
            }
        }
    }

    private void MakeTiled(int[] sizes, int first, int second, Draw draw)
    {
        for (var d = 0; d < sizes.Length; d++)
        {
            var most = Math.Min(LargestTile, _network.LargestDrawn(_names[d]));
            sizes[d] = d == first || d == second
                ? draw.From(Math.Min(SmallestTile, most), most)
                : draw.From(1, Math.Min(LargestBesideLarge, sizes[d]));
        }
    }

    private void MakeLarge(int[] sizes, int dimension, int[] among, Draw draw)
    {
        var (drawn, alone) = (_network.LargestDrawn(_names[dimension]), _network.LargestAlone(_names[dimension]));
        for (var d = 0; d < sizes.Length; d++)
        {
            sizes[d] = draw.From(1, Math.Min(LargestBesideLarge, sizes[d]));
        }

        var large = among[(_suite + dimension) % among.Length];
        sizes[dimension] = alone >= large ? large : draw.From(Math.Min(drawn + 1, alone), alone);
    }

    /// <summary>Whole numbers one after the other.</summary>
    private sealed class Draw(ulong key)
    {
        private int _count;

        // Where there is none, the largest there is.
        public int From(int least, int most)
        {
            least = Math.Max(1, Math.Min(least, most));
            return least + (int)(CounterRng.Bits(key, _count++) * (ulong)Math.Max(1, most - least + 1) >> 53);
        }
    }
}
