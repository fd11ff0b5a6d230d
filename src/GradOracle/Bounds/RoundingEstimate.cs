using GradOracle.Graphs;
using GradOracle.Networks;

namespace GradOracle.Bounds;

/// <summary>How far two evaluations of one case are apart, as far as running it a few times with random rounding
/// tells: no theorem, but it sees the signs.</summary>
/// <remarks>
/// A proven bound takes all terms with one sign, so in a recurrence it grows with the powers of |W|, where the values
/// themselves may shrink; after some steps it says nothing. The estimate grows as errors do. Its one number is
/// <see cref="Exaggeration"/>.
/// </remarks>
internal sealed class RoundingEstimate
{
    /// <summary>
    /// Every rounding is exaggerated so many times, and two evaluations are taken to be no further apart than the
    /// largest distance of any run: counted, see the table of false alarms in src/docs/tolerance.md.
    /// </summary>
    public const int Exaggeration = 8;

    private readonly CaseStack _case;
    private readonly Values<double> _values;
    private readonly string[] _tensors;
    private readonly Node[] _results;
    private readonly TermErrors _underflow; // no run sees what is lost there
    private readonly Lazy<TermErrors> _underflowAsWritten;
    private readonly Lazy<bool> _isSmall;
    private readonly Dictionary<string, double> _apart;
    private readonly Lazy<Dictionary<string, double>> _however;

    private RoundingEstimate(CaseStack one, Values<double> values)
    {
        (_case, _values) = (one, values);
        _tensors = [Scenario.OutputName, .. one.Scenario.Differentiated.Select(spec => spec.Name)];
        _results = [.. _tensors.Select(one.Scenario.ResultOf)];
        var lost = Rounding.Of(one.Type) with { Unit = 0 };
        _underflow = new(one.Scenario.Gradients, values, lost);
        _underflowAsWritten = new(() => new(one.Scenario.Gradients, values, lost, isAsWritten: true));
        _isSmall = new(IsSmall);
        _apart = Spread(isPerUse: false);
        _however = new(() => Spread(isPerUse: true));
    }

    /// <summary>How far two evaluations of any entry of a tensor are apart; infinite where something overflows on the
    /// way.</summary>
    public double this[string tensor] => _apart[tensor];

    /// <summary>
    /// The same where the two need not take the same steps: what is used twice may be computed twice, in ways that are
    /// apart. It is wider, and asked for where a difference is.
    /// </summary>
    public double HoweverWritten(string tensor) => Math.Max(_apart[tensor], _however.Value[tensor]);

    /// <summary>The largest distance of some entries from those of the graph itself, evaluated in float64.</summary>
    public double FromGraph(string tensor, ReadOnlySpan<double> entries)
    {
        var (own, largest) = (_values[_case.Scenario.ResultOf(tensor)], 0.0);
        for (var j = 0; j < own.Length; j++)
        {
            var distance = Math.Abs(own[j] - entries[j]);
            largest = double.IsNaN(distance) ? double.PositiveInfinity : Math.Max(largest, distance);
        }

        return largest;
    }

    /// <summary>The estimate for one case.</summary>
    public static RoundingEstimate Of(CaseStack one) =>
        new(one, one.Scenario.Gradients.Evaluate(one.Count, one.ValuesOf));

    private Dictionary<string, double> Spread(bool isPerUse)
    {
        var unit = Exaggeration * _case.Type.UnitRoundoff;
        var spreads = new Noise(_case.Scenario.Gradients, _values, unit, isPerUse).SpreadOf(_results);
        var apart = new Dictionary<string, double>();
        for (var i = 0; i < _results.Length; i++)
        {
            // What is computed in one step only is still rounded.
            var largest = _values[_results[i]].Max(Math.Abs);
            var spread = Math.Max(spreads[i].Max(), unit * largest);
            apart[_tensors[i]] = spread + Lost(_results[i], spread);
        }

        return apart;
    }

    // What underflows in whatever order products are taken. After very many steps, each of which raises the terms, that
    // tells nothing; where nothing on the way is near to underflowing, what does in the steps of the graph is enough.
    private double Lost(Node result, double spread)
    {
        var lost = 2 * _underflow[result].Max();
        return lost <= spread || _isSmall.Value ? lost : 2 * _underflowAsWritten.Value[result].Max();
    }

    // Whether the product of two values may underflow.
    private bool IsSmall()
    {
        var least = Math.Sqrt(Rounding.Of(_case.Type).SmallestNormal);
        return Array.Exists(_values.All, values => Array.Exists(values, v => v != 0 && Math.Abs(v) < least));
    }

    /// <summary>
    /// What the largest entry of a tensor would be if nothing in its last sums cancelled: beside it a gradient may be
    /// nothing.
    /// </summary>
    public double WithoutCancelling(string tensor) => Uncancelled(_case.Scenario.ResultOf(tensor)).Max();

    private double[] Uncancelled(Node node)
    {
        var operation = node.Operation;
        double[] Sizes(Node of) => Array.ConvertAll(_values[of], Math.Abs);
        if (operation is TorchPullback code)
        {
            var scales = new double[node.Sizes.Length];
            code.Scales([.. node.Operands.Select(of => _values[of])], _values[node], scales, 1);
            return scales;
        }

        if (node.Operands.Count == 0 || operation.StartsTerms)
        {
            return Sizes(node);
        }

        if (operation.IsAlias)
        {
            return Uncancelled(node.Operands[0]);
        }

        var result = new double[node.Sizes.Length];
        double[][] sizes = [.. node.Operands.Select(of => operation.Contracts ? Sizes(of) : Uncancelled(of))];
        operation.Magnitude(node, sizes, result, 1);
        return result;
    }
}
