using GradOracle.Graphs;

namespace GradOracle.Networks;

/// <summary>k: the largest integers that exact cases of a scenario may have as entries.</summary>
internal sealed class LatticeRange
{
    private readonly Scenario _scenario;
    private readonly Dictionary<ElementType, Lazy<int>> _ranges;
    private readonly Dictionary<ElementType, Lazy<int>> _rangesNearOutput;

    /// <summary>The ranges of a scenario.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="counts">The counts of its output and its gradients.</param>
    public LatticeRange(Scenario scenario, Lazy<TermCount[]> counts)
    {
        _scenario = scenario;
        Dictionary<ElementType, Lazy<int>> Ranges(Func<int, double[]> largest) => ElementType.All.ToDictionary(
            type => type, type => new Lazy<int>(() => Find(counts.Value, type, largest)));
        (_ranges, _rangesNearOutput) = (Ranges(Largest), Ranges(LargestNearOutput));
    }

    /// <summary>k; 0 where no exact case stays on the lattice.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="targetsOutput">Whether the target is no such entry, but drawn about the output.</param>
    public int Of(ElementType type, bool targetsOutput) => (targetsOutput ? _rangesNearOutput : _ranges)[type].Value;

    // Where something leaves the lattice the majorant is not even made: many shapes are looked at that have no exact
    // cases.
    private static int Find(TermCount[] counts, ElementType type, Func<int, double[]> largest) =>
        counts.Any(c => c.FractionBits < 0) ? 0 : ExactRange.Find(largest, counts, type.LatticeLimit);

    private double[] Largest(int k) => _scenario.DrawsNumbersOnly
        ? _scenario.Majorant.Largest(_ => k)
        : _scenario.Majorant.Largest(leaf => LargestOf(leaf, k));

    private double LargestOf(Node leaf, int k) =>
        _scenario.Tensors.FirstOrDefault(spec => spec.Name == leaf.Name) is { } spec
            ? spec.Holds.Largest(k, spec.Sizes, _scenario.Shape)
            : k;

    // The output does not depend on the target; no output is larger than its majorant, nor a target near it than a
    // little more.
    private double[] LargestNearOutput(int k)
    {
        var target = Largest(k)[0] + Scenario.LargestTargetDifference + 1;
        return _scenario.Majorant.Largest(leaf =>
            leaf.Name == _scenario.TargetSpec.Name ? target : LargestOf(leaf, k));
    }
}
