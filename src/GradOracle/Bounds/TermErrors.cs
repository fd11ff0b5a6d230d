using GradOracle.Graphs;

namespace GradOracle.Bounds;

/// <summary>How far every value of a graph may be from the exact one, whichever way its sums of products are written:
/// a theorem.</summary>
/// <remarks>
/// <para>
/// Between functions (tanh, sign, a quotient) everything is a sum of products of what entered: leaves, and values of
/// functions. Such a sum may be written in many ways: products of three factors associated otherwise, common factors
/// taken out or multiplied in, sums of sums in one long sum (all steps of a recurrence, all columns), in any order. In
/// all of these a term passes at most K roundings (<see cref="TermCount"/>), so an evaluation differs from the exact
/// sum by at most <c>γ_K M</c>, M the sum of the sizes of its terms (Higham, "Accuracy and Stability of Numerical
/// Algorithms", 2nd ed., Lemma 3.1 and (3.13)).
/// </para>
/// <para>
/// What enters may itself be off: by e, which is carried through the terms with their sizes, second order kept. A
/// function of a sum is off by what it makes of <c>e + γ_K M</c>, and by its own rounding; that is the e of what it
/// enters next. M is computed too, and may be too small by the factor <c>1 − γ_K</c>; one more rounding in K pays for
/// computing the bound.
/// </para>
/// <para>
/// A product that underflows is off by at most half of η, the smallest number, and the factors that come after it carry
/// that on. Which factors these are is a matter of how the product is written, so no way of writing tells it for all.
/// But where every factor that is not 0 is raised to at least 1, those that come after are no larger than the whole
/// term; and a term passes P multiplications, each of partial sums that no more terms go through than end in the
/// entry. So all that underflows, wherever it does, adds up to at most <c>½ P η R</c>, R the sum of the sizes of the
/// raised terms. Nor can a multiplication more than double a term, which makes it <c>(2ᴾ − 1) M</c> at most. A term
/// with a factor 0 is 0 in R, as it is in every evaluation. One more multiplication, and what underflows in the steps
/// of the graph itself, which is added to e, pay for computing the bound.
/// </para>
/// <para>
/// Not covered: one long sum over several indices of a chain of products, <c>Σ_jk a_ij b_jk c_kl</c>, whose terms pass
/// more roundings than K; other formulas for a function; and detours that add and subtract what is in no term.
/// </para>
/// </remarks>
internal sealed class TermErrors
{
    private readonly Schedule _schedule;
    private readonly Values<double> _values;
    private readonly Rounding _rounding;
    private readonly double[][] _sizes;
    private readonly double[]?[] _carried;
    private readonly double[][]? _raised;

    /// <summary>The errors of a schedule.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="values">Its values, computed in float64.</param>
    /// <param name="rounding">What a rounding does.</param>
    /// <param name="isAsWritten">Whether products are associated as they are in the graph, so that no other may
    /// underflow.</param>
    public TermErrors(Schedule schedule, Values<double> values, Rounding rounding, bool isAsWritten = false)
    {
        (_schedule, _values, _rounding) = (schedule, values, rounding);
        _sizes = new double[schedule.Nodes.Length][];
        _carried = new double[schedule.Nodes.Length][];
        _raised = isAsWritten ? null : new double[schedule.Nodes.Length][];
        var carriedOn = rounding with { Unit = 0 };
        for (var i = 0; i < _sizes.Length; i++)
        {
            var (node, operands, y) = (schedule.Nodes[i], schedule.Operands[i], values.At(i));
            if (operands.Length == 0)
            {
                _sizes[i] = Array.ConvertAll(y, Math.Abs);
            }
            else if (node.Operation.StartsTerms)
            {
                var error = new double[y.Length];
                var (x, entering) = (Schedule.Of(operands, values.All), Array.ConvertAll(operands, At));
                var isOff = node.Operation.Error(node, rounding, x, entering, y, error, values.Count);
                _carried[i] = isOff ? error : null;
                _sizes[i] = Array.ConvertAll(y, Math.Abs);
                Enlarge(_sizes[i], _carried[i]);
            }
            else if (node.Operation.IsAlias)
            {
                (_sizes[i], _carried[i]) = (_sizes[operands[0]], _carried[operands[0]]);
            }
            else
            {
                var (sizes, error) = (new double[y.Length], new double[y.Length]);
                var (x, e) = (Schedule.Of(operands, _sizes), Schedule.Of(operands, _carried));
                node.Operation.Magnitude(node, x, sizes, values.Count);
                var isOff = node.Operation.Error(node, carriedOn, x, e, sizes, error, values.Count);
                (_sizes[i], _carried[i]) = (sizes, isOff ? error : null);
            }

            if (_raised is not null)
            {
                _raised[i] = Raised(i);
            }
        }
    }

    /// <summary>By how much the value of a node may be off.</summary>
    public double[] this[Node node] => At(_schedule[node])!;

    // What is carried, and the roundings of the sum.
    private double[]? At(int place)
    {
        var (sizes, carried, count) = (_sizes[place], _carried[place], _schedule.CountsOfTerms[place]);
        var K = count.Roundings;
        var gamma = _rounding.Gamma(K + 1);
        var relative = K == 0 ? 0 : gamma < 1 ? gamma / (1 - gamma) : double.PositiveInfinity;
        var errors = new double[sizes.Length];
        for (var j = 0; j < errors.Length; j++)
        {
            var e = carried?[j] ?? 0;
            var lost = Lost(place, j, count.Products, sizes[j] + 2 * e);
            // a mask of −∞ is not rounded
            var isExact = (sizes[j] == 0 && e == 0 && lost == 0) || double.IsInfinity(_values.At(place)[j]);
            errors[j] = isExact ? 0 : e * (1 + 2 * gamma) + relative * (sizes[j] + 2 * e) + lost;
        }

        return errors;
    }

    // By how much an entry may be off for what underflows on some way to it.
    private double Lost(int place, int entry, int products, double size)
    {
        if (_raised is null || products == 0 || _raised[place][entry] == 0)
        {
            return 0;
        }

        var (carriedOn, doubled) = (
            (products + 1) / 2.0 * _rounding.Underflow * _raised[place][entry], Math.ScaleB(size, products + 1));
        return carriedOn < doubled || doubled == 0 ? carriedOn : doubled;
    }

    // The sizes of the terms, every factor but 0 raised to at least 1.
    private double[] Raised(int place)
    {
        var (node, operands) = (_schedule.Nodes[place], _schedule.Operands[place]);
        if (operands.Length == 0 || node.Operation.StartsTerms)
        {
            return Array.ConvertAll(_sizes[place], Operation.AtLeastOne);
        }

        if (node.Operation.IsAlias)
        {
            return _raised![operands[0]];
        }

        var raised = new double[_sizes[place].Length];
        node.Operation.Raised(node, Schedule.Of(operands, _raised!), raised, _values.Count);
        return raised;
    }

    private static void Enlarge(double[] sizes, double[]? errors)
    {
        for (var j = 0; j < sizes.Length && errors is not null; j++)
        {
            sizes[j] += 2 * errors[j];
        }
    }
}
