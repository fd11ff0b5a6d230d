namespace GradOracle.Gallery;

/// <summary>Right derivations, written in other ways.</summary>
internal static class RightTrials
{
    private const string Detour = "it divides by B first and multiplies last";

    /// <summary>All of them, of every network: by hand over a batch in spans, as the cookbook has it in other ways, or
    /// its graph rewritten.</summary>
    public static IEnumerable<Trial> All =>
    [
        ByHand(new SharedWeightBatchBackprop()),
        ByHand(new Answer3Corrected()),
        Trial.Right("weights-first", new Written(Written.WeightsFirst), "D1 = (Whᵀ Wyᵀ) G"),
        Trial.Right(
            "over-b-and-back",
            new Written(Written.DividedAndMultiplied) { Detour = Detour },
            "G / B first, × B last, which it states as a detour"),
        Trial.Right(
            "one-product", new OneProductForAllSteps(), "∂Wx = [D1 … DT] [x1 … xT]ᵀ: one product over all T·B columns"),
        .. Catalog.Networks.All.OfType<ElmanNetwork>().Select(elman => ByHand(new ElmanBatchBackprop(elman))),
        .. Cookbook.All.SelectMany(r => r.Others.Count > 0 ? r.Others : [r.Derivation]).Select(ByHand),
        .. Catalog.Networks.All.Where(n => n is TwoInputNetwork or StackedNetwork).Select(Rewritten),
    ];

    private static Trial ByHand(Derivation derivation) => Trial.Right(derivation.Name, derivation, derivation.Summary);

    private static Trial Rewritten(Network network, int number)
    {
        var ways = Writing.All(network).Skip(1).ToList(); // the first is by hand
        var way = ways[number % ways.Count];
        return Trial.Right($"{network.Name}-rewritten", new OfGraph(network, way), way.Name);
    }

    private sealed class OfGraph(Network network, Writing way) : Derivation
    {
        public override string Name => way.Name;

        public override string Summary => way.Name;

        public override Network Network => network;

        public override GradientStack Differentiate(CaseStack batch) => way.Of(batch);
    }
}
