namespace GradOracle.Graphs;

/// <summary>A function φ of every entry: its error is local, from how φ moves over the interval of the value and its
/// error.</summary>
/// <remarks>
/// Beside a computed a, off by at most e, any other evaluation is within 2e; so φ is looked at over [a − 2e, a + 2e],
/// and two of its arguments there are no further apart than e from the exact one.
/// </remarks>
internal abstract class Elementwise : Operation
{
    public override bool StartsTerms => true;

    // Vectorised and scalar mathematical libraries document 1 to 4 units in the last place.
    protected const int LibraryUlps = 8;

    /// <summary>How many units in the last place an evaluation may be off; 0 where it is exact.</summary>
    protected virtual int Ulps => 0;

    /// <summary>How much an evaluation may be off beside its units in the last place: what underflows on the
    /// way.</summary>
    protected virtual double Lost(Rounding rounding) => rounding.Underflow;

    /// <summary>By how much φ changes at most where its argument moves by up to <paramref name="error"/> within an
    /// interval.</summary>
    protected abstract double Change(double low, double high, double error);

    /// <summary>The largest |φ| over an interval.</summary>
    protected virtual double Largest(double low, double high) => Math.Max(Math.Abs(low), Math.Abs(high));

    /// <summary>φ′ at the operand, as a node; null where it is 0 throughout.</summary>
    protected abstract Node? Derivative(Node node, Node a);

    public override Sizes SizesOf(IReadOnlyList<Node> x) => x[0].Sizes;

    public override bool Error(
        Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
    {
        if (e[0] is null && Ulps == 0)
        {
            return false;
        }

        for (var j = 0; j < y.Length; j++)
        {
            var (a, error) = (x[0][j], e[0]?[j] ?? 0);
            var (low, high) = (a - 2 * error, a + 2 * error);
            var rounded = Ulps == 0
                ? 0
                : Ulps * rounding.Unit * Math.Max(Math.Abs(y[j]), Largest(low, high)) + Lost(rounding);
            result[j] = (error > 0 ? Change(low, high, error) : double.IsNaN(error) ? double.NaN : 0) + rounded;
        }

        return true;
    }

    public override bool Noise(Node node, double[][] x, double[] y, double[] result, int count)
    {
        for (var j = 0; j < y.Length; j++)
        {
            result[j] = Ulps * Math.Abs(y[j]);
        }

        return Ulps > 0;
    }

    public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) =>
        [Derivative(node, x[0]) is { } slope ? D.Hadamard(slope) : null];

    /// <summary>The slope forgotten, or taken where the function ends and not where it begins.</summary>
    public override IEnumerable<Slip> Slips(Node node, IReadOnlyList<Node> x, Node D)
    {
        var function = Text(node, [Formula.Shortened(Formula.Of(x[0]))]);
        if (Derivative(node, x[0]) is null)
        {
            yield break;
        }

        yield return new($"the slope of {function} is missing in {{P}}", 0, D);
        if (Derivative(new Node(this, node), node) is { } further)
        {
            yield return new(
                $"the slope of {function} is taken at its value, not at its argument, in {{P}}", 0, D.Hadamard(further));
        }
    }

    /// <summary>What is a polynomial in pieces keeps its lattice; anything else has none.</summary>
    public override TermCount Count(Node node, IReadOnlyList<TermCount> x) =>
        Ulps > 0 ? TermCount.Smooth(x[0].Roundings + Ulps) : x[0].Plus(0) with { Degree = -1 };

    /// <summary>|φ(a)| ≤ |a| for all that keep exact cases.</summary>
    public override Node Majorant(Node node, IReadOnlyList<Node> x, bool undamped) => x[0];

    public override string? WhyNot(NumberSystem numbers) =>
        Ulps > 0 && numbers == NumberSystem.Rational ? "a smooth function" : null;
}
