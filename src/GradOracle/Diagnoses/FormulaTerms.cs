using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>A small formula at a place, of the values and adjoints about it.</summary>
/// <param name="Cost">How far it is to be sought: the cheaper, the likelier.</param>
/// <param name="At">The formula at a site; null where it cannot be stated there.</param>
internal sealed record Term(double Cost, Func<Site, Node?> At)
{
    public Term Then(double cost, Func<Node, Node> change) => new(Cost + cost, s => At(s) is { } node ? change(node) : null);

    public Term With(double cost, Term other, Func<Node, Node, Node> change) =>
        new(Cost + other.Cost + cost, s => At(s) is { } a && other.At(s) is { } b ? change(a, b) : null);
}

/// <summary>The small formulas that may stand at a place by mistake: what is carried there, times what it is multiplied by.</summary>
internal static class FormulaTerms
{
    private const int MostTerms = 1500;
    private const int MostValues = 14;
    private const int MostAdjoints = 12;
    private const int MostCarriers = 16;
    private const double FurtherAway = 0.1;

    /// <summary>The formulas of the size of a place, the cheapest first, with their nodes at the place.</summary>
    public static IReadOnlyList<(Term Term, Node Node)> Of(Site site)
    {
        var sizes = site.Target.Sizes;
        var surroundings = new Surroundings(site.Pass, site.Around);
        List<Term> values = [.. surroundings.Values.Select((r, i) => new Term(FurtherAway * i, s => s.Value(r)))];
        List<Term> adjoints = [.. surroundings.Values.Where(r => Bears(site, r)).Take(MostAdjoints).Select((r, i) => new Term(FurtherAway * i, s => s.Adjoint(r)))];
        List<Term> same = [.. values.Where(v => v.At(site)!.Sizes.Equals(sizes)).Take(MostValues)];

        List<Term> carriers =
        [
            .. site.Senders.Select((_, i) => new Term(1, s => Sent(s, site, i))),
            .. adjoints.Select(d => d with { Cost = d.Cost + 2 }),
            .. Products([.. values.Take(MostValues)], adjoints, site),
            .. adjoints.Select(d => d.Then(4, D => D.Transposed())),
        ];
        List<Term> summed = [.. adjoints, .. from d in adjoints from v in values.Take(MostValues) where Fits(site, d, v) select d.With(1, v, (D, x) => D.Hadamard(x))];
        carriers.AddRange(summed.SelectMany(d => Summed(d, site)));
        carriers = [.. Sized(carriers, site).OrderBy(c => c.Cost)];

        var factors = same.SelectMany(Factors).OrderBy(f => f.Cost).ToList();
        var plain = same.Take(6).SelectMany(x => new[] { x, x.Then(0.5, v => One(v) - v) }).ToList();
        IEnumerable<Term> terms =
        [
            .. carriers,
            .. from c in carriers.Take(MostCarriers) from f in factors select c.With(1, f, (D, x) => D.Hadamard(x)),
            .. from c in carriers.Take(6) from x in plain from y in plain where x.Cost < y.Cost select c.With(3, x.With(0, y, (a, b) => a.Hadamard(b)), (D, x) => D.Hadamard(x)),
            .. from c in carriers.Take(4) from x in same.Take(5) from y in same.Take(5) where x.Cost < y.Cost select c.With(3, x.With(0, y, (a, b) => a + b), (D, x) => D.Hadamard(x)),
            .. carriers.Take(6).SelectMany(Factors).Select(f => f with { Cost = f.Cost + 1 }),
        ];
        return [.. Sized(terms, site).OrderBy(t => t.Cost).Take(MostTerms).Select(t => (t, t.At(site)!))];
    }

    /// <summary>A message of the home site, as it is sent at another; null where nothing like it is sent.</summary>
    public static Node? Sent(Site site, Site home, int message) => Edge(site, home, message) is { } edge ? site.Pass.Backward.MessageOf(edge) : null;

    /// <summary>The edge of a site that is to it what one is to the home site.</summary>
    public static Edge? Edge(Site site, Site home, int message)
    {
        var at = home.Senders[message];
        var places = site.Senders.Where(e => e.Operand == at.Operand && e.Node.Operation.GetType() == at.Node.Operation.GetType()).ToList();
        var number = home.Senders.Take(message).Count(e => e.Operand == at.Operand && e.Node.Operation.GetType() == at.Node.Operation.GetType());
        return number < places.Count ? places[number] : null;
    }

    // What only flows into a sum has the adjoint of the sum: once is enough.
    private static bool Bears(Site site, Reference reference) => site.Value(reference) is { Operands.Count: > 0 } node
        && site.Pass.Backward.AdjointOf(node) is not null && PlaceNames.Bearer(site.Pass.Backward, node) == node;

    private static bool Fits(Site site, Term a, Term b) => a.At(site) is { } x && b.At(site) is { } y && x.Sizes.Equals(y.Sizes);

    private static IEnumerable<Term> Products(List<Term> values, List<Term> adjoints, Site site)
    {
        var sizes = site.Target.Sizes;
        if (sizes.Count != 2)
        {
            yield break;
        }

        foreach (var (v, d) in from v in values from d in adjoints select (v, d))
        {
            var (w, D) = (v.At(site)!.Sizes, d.At(site)!.Sizes);
            if (w.Count != 2 || D.Count != 2)
            {
                continue;
            }

            bool Fit(int rows, int inner, int innerToo, int columns) => inner == innerToo && rows == sizes.Rows && columns == sizes.Columns;
            if (Fit(w.Columns, w.Rows, D.Rows, D.Columns)) { yield return d.With(3, v, (D, W) => W.Transposed() * D); }
            if (Fit(D.Rows, D.Columns, w.Columns, w.Rows)) { yield return d.With(3, v, (D, W) => D * W.Transposed()); }
            if (Fit(w.Rows, w.Columns, D.Rows, D.Columns)) { yield return d.With(3, v, (D, W) => W * D); }
            if (Fit(D.Rows, D.Columns, w.Rows, w.Columns)) { yield return d.With(3, v, (D, W) => D * W); }
            if (Fit(w.Rows, w.Columns, D.Columns, D.Rows)) { yield return d.With(4, v, (D, W) => W * D.Transposed()); }
            if (Fit(D.Columns, D.Rows, w.Rows, w.Columns)) { yield return d.With(4, v, (D, W) => D.Transposed() * W); }
            if (Fit(w.Columns, w.Rows, D.Columns, D.Rows)) { yield return d.With(4, v, (D, W) => W.Transposed() * D.Transposed()); }
            if (Fit(D.Columns, D.Rows, w.Columns, w.Rows)) { yield return d.With(4, v, (D, W) => D.Transposed() * W.Transposed()); }
        }
    }

    private static IEnumerable<Term> Summed(Term term, Site site)
    {
        var (from, to) = (term.At(site)!.Sizes, site.Target.Sizes);
        if (from.Count != to.Count || from.Equals(to))
        {
            yield break;
        }

        int[] axes = [.. Enumerable.Range(0, to.Count).Where(a => to[a] == 1 && from[a] > 1)];
        yield return term.Then(3, D => D.SumOver(axes));
        if (axes is [var axis])
        {
            yield return term.Then(4, D => D.Slice(axis, 0, 1));
            yield return term.Then(4, D => D.Slice(axis, D.Sizes[axis] - 1, 1));
        }
    }

    private static IEnumerable<Term> Factors(Term x) =>
    [
        x.Then(0.5, v => v),
        x.Then(1, v => One(v) - v),
        x.Then(1, v => v.Hadamard(One(v) - v)),
        x.Then(1, v => One(v) - v.Hadamard(v)),
        x.Then(1, v => v.Step()),
        x.Then(1.5, v => v.Hadamard(v)),
        x.Then(2, v => One(v) / v),
        x.Then(2, v => v.Sign()),
        x.Then(2, v => v.Exp()),
        x.Then(2, v => v.Tanh()),
        x.Then(2, v => v.Sigmoid()),
        x.Then(2, v => One(v) - v.Tanh().Hadamard(v.Tanh())),
        x.Then(2, v => v.Sigmoid().Hadamard(One(v) - v.Sigmoid())),
        x.Then(2, v => v.Relu()),
        x.Then(2, v => One(v) + v),
    ];

    private static IEnumerable<Term> Sized(IEnumerable<Term> terms, Site site) => terms.Where(t => t.At(site) is { } node && node.Sizes.Equals(site.Target.Sizes));

    private static Node One(Node like) => Constant.Of(like.Sizes, 1);
}
