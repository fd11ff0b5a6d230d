using GradOracle.Oracles;

namespace GradOracle.Diagnoses;

/// <summary>The terms that the chain rule writes for some gradients of a case.</summary>
internal sealed class ChainTerms
{
    private readonly Dictionary<string, (IReadOnlyList<ChainTerm> Terms, bool AddUp)> _terms = [];

    /// <summary>The terms of these tensors; those without a gradient have none.</summary>
    /// <param name="batch">A batch of one case.</param>
    /// <param name="tensors">The names of the tensors.</param>
    public static ChainTerms Of(CaseStack batch, IEnumerable<string> tensors)
    {
        // Reports show what is right, whatever the element type rounds.
        var exact = batch with { Type = ElementType.Float64 };
        var right = new Lazy<(BackwardPass Pass, GradientStack Autograd)>(
            () => (new BackwardPass(exact), Autograd.Differentiate(exact)));
        var all = new ChainTerms();
        foreach (var tensor in tensors.Where(name => batch.Scenario.Differentiated.Any(t => t.Name == name)))
        {
            var terms = ChainTerm.Of(right.Value.Pass, tensor);
            all._terms.Add(tensor, (terms, AddUp(right.Value.Autograd[tensor], terms)));
        }

        return all;
    }

    /// <summary>The terms of one tensor, and whether they add up to autograd's gradient: only then are their values of
    /// any use.</summary>
    public (IReadOnlyList<ChainTerm> Terms, bool AddUp) this[string tensor] =>
        _terms.GetValueOrDefault(tensor, ([], false));

    /// <summary>The sum of some contributions to one tensor.</summary>
    public static TensorStack Sum(IReadOnlyList<ChainTerm> terms) =>
        terms.Select(t => t.Contribution).Aggregate((a, b) => a.With([.. a.Values.Zip(b.Values, (x, y) => x + y)]));

    /// <summary>The largest magnitude; infinite where something is no number.</summary>
    public static double Largest(IEnumerable<double> values) =>
        values.Max(v => double.IsNaN(v) ? double.PositiveInfinity : Math.Abs(v));

    private static bool AddUp(TensorStack gradient, IReadOnlyList<ChainTerm> terms) => terms.Count > 0
        && Largest(Sum(terms).Values.Zip(gradient.Values, (a, b) => a - b)) <= 1e-9 * terms.Max(
            t => Largest(t.Contribution.Values));
}
