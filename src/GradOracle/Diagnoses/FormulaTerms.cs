using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>A small formula at a place, of the values and adjoints about it.</summary>
/// <param name="Cost">How far it is to be sought: the cheaper, the likelier.</param>
/// <param name="Node">The formula at the site where it is sought.</param>
/// <param name="At">The formula at another site; null where it cannot be stated there.</param>
internal sealed record Term(double Cost, Node Node, Func<Site, Node?> At)
{
    /// <summary>A term; null where it cannot be stated at the site.</summary>
    public static Term? Of(double cost, Site home, Func<Site, Node?> at) =>
        at(home) is { } node ? new(cost, node, at) : null;

    public Term Then(double cost, Func<Node, Node> change) =>
        new(Cost + cost, change(Node), s => At(s) is { } node ? change(node) : null);

    public Term With(double cost, Term other, Func<Node, Node, Node> change) =>
        new(
            Cost + other.Cost + cost,
            change(Node, other.Node),
            s => At(s) is { } a && other.At(s) is { } b ? change(a, b) : null);
}

/// <summary>The small formulas that may stand at a place by mistake: what is carried there, times what it is multiplied
/// by.</summary>
internal static class FormulaTerms
{
    private const int MostTerms = 1500;
    private const int MostValues = 14;
    private const int MostAdjoints = 12;
    private const int MostCarriers = 16;
    private const int MostSeen = 30;
    private const int MostSlopes = 5;
    private const double FurtherAway = 0.1;
    private const double Elsewhere = 2.5;    // an adjoint that the place does not get its own from
    private const double AsItBelongs = 2.5;  // what is right, and something put to it

    /// <summary>The formulas of the size of a place, the cheapest first.</summary>
    public static IReadOnlyList<Term> Of(Site site)
    {
        var sizes = site.Target.Sizes;
        var surroundings = new Surroundings(site.Pass, site.Around);
        var isNamed = site.Pass.Network.Nodes.Any(
            n => n.Name is not null && n.Operands.Count > 0 && n != site.Pass.Scenario.Output);
        List<Reference> seen = [.. surroundings.Values.OrderBy(r => site.Pass.IsInside(site.Value(r)!))];
        List<Term> values =
            [.. seen.OrderBy(r => isNamed && !IsSpokenOf(site.Value(r)!, site)).Take(MostSeen)
            .Select((r, i) => Term.Of(FurtherAway * i, site, s => s.Value(r))!)];
        values.AddRange(
            surroundings.Values.Where(r => LogSoftmaxOf(site, r) is not null).Take(2).Select(
                r => Term.Of(0.5, site, s => LogSoftmaxOf(s, r)?.Exp())!));
        values.AddRange(OfAxes(site));
        var bearing = seen.Where(r => Bears(site, r)).ToList();
        var further = bearing.Skip(MostAdjoints / 2).OrderBy(r => isNamed && !IsSpokenOf(site.Value(r)!, site));
        List<Term> adjoints = [.. bearing.Take(MostAdjoints / 2).Concat(further).Take(MostAdjoints)
            .Select((r, i) => Term.Of(FurtherAway * i + (r.IsDownstream ? 0 : Elsewhere), site, s => s.Adjoint(r))!)];
        List<Term> same = [.. values.Where(v => v.Node.Sizes.Equals(sizes)).Take(MostValues)];
        List<Term> repeated = [.. values.Where(v => IsRepeated(v.Node.Sizes, sizes)).Take(4).Select(v => Repeated(v, site))];
        same.AddRange(repeated);

        List<Term> carriers =
        [
            .. Messages(site, AsItBelongs),
            .. site.Senders.Count > 1 ? [Term.Of(AsItBelongs + 0.5, site, Whole)!] : (Term[])[],
            .. adjoints.Select(d => d with { Cost = d.Cost + 2 }),
            .. adjoints.Where(d => IsRepeated(d.Node.Sizes, sizes))
                .Select(d => Repeated(d with { Cost = d.Cost + 2 }, site)),
            .. Products([.. values.Take(MostValues)], adjoints, site),
            .. adjoints.Where(d => d.Node.Sizes.Count == 2).Select(d => d.Then(4, D => D.Transposed())),
        ];
        List<Term> summed =
        [
            .. adjoints,
            .. from d in adjoints
               from v in values.Take(MostValues)
               where d.Node.Sizes.Equals(v.Node.Sizes)
               select d.With(1, v, (D, x) => D.Hadamard(x)),
        ];
        carriers.AddRange(summed.SelectMany(d => Summed(d, site)));
        carriers = [.. Sized(carriers, site).OrderBy(c => c.Cost)];

        List<Term> own = [.. OwnSlopes(site, [.. same.Take(MostSlopes)])];
        var slopes = site.Around.Operands.Count == 0 ? [] : same.Where(v => v.Node == site.Around).Take(1)
            .SelectMany(v => OtherSlopes.All.Select(slope => v.Then(2, slope)));
        var factors = same.SelectMany(Factors).Concat(slopes).Concat(own).OrderBy(f => f.Cost).ToList();
        var plain = same.Take(6).SelectMany(x => new[] { x, x.Then(0.5, v => One(v) - v) }).ToList();
        IEnumerable<Term> terms =
        [
            .. carriers,
            .. from c in carriers.Take(MostCarriers) from f in factors select c.With(1, f, (D, x) => D.Hadamard(x)),
            .. from c in carriers.Take(6)
               from x in plain
               from y in plain
               where x.Cost < y.Cost
               select c.With(3, x.With(0, y, (a, b) => a.Hadamard(b)), (D, f) => D.Hadamard(f)),
            .. from c in carriers.Take(4)
               from x in same.Take(5)
               from y in same.Take(5)
               where x.Cost < y.Cost
               select c.With(3, x.With(0, y, (a, b) => a + b), (D, f) => D.Hadamard(f)),
            .. from d in adjoints.Where(d => d.Node.Sizes.Equals(sizes)).Take(2)
               from f in factors.Take(8)
               select d.Then(2, D => D.Relu()).With(1, f, (D, x) => D.Hadamard(x)),
            .. own.Select(f => f with { Cost = f.Cost + 1 }), // and nothing of what comes from above
            .. carriers.Take(6).SelectMany(Factors).Select(f => f with { Cost = f.Cost + 1 }),
            .. site.Around.Operands.Count == 0 ? same.Take(4).Select(v => v with { Cost = v.Cost + 3 }) : [], // a decay
        ];
        var norms = Norms(
            [.. adjoints.Where(d => d.Node.Sizes.Equals(sizes)).Take(3)],
            [.. values.Where(v => v.Node.Sizes.Equals(sizes)).Take(4)],
            repeated);
        return [.. Sized(terms, site).OrderBy(t => t.Cost).Take(MostTerms), .. norms];
    }

    // The slope of what the value goes through, taken there or at another value.
    private static IEnumerable<Term> OwnSlopes(Site site, List<Term> values) =>
        from function in FunctionsAt(site).Select((_, i) => i)
        from value in values
        let slope = Term.Of(value.Cost + 0.5, site, s => value.At(s) is { } at
            && FunctionsAt(s).ElementAtOrDefault(function) is { } here ? OtherSlopes.Of(here, s.Around, at) : null)
        where slope is not null
        select slope;

    private static IEnumerable<Node> FunctionsAt(Site site) => site.Pass.Network.Nodes
        .Where(c => c.Operands.Contains(site.Around)
            && !site.Pass.IsInside(c)
            && site.Pass.Backward.AdjointOf(c) is not null
            && OtherSlopes.IsFunction(c, site.Around));

    /// <summary>The right messages of a site.</summary>
    public static IEnumerable<Term> Messages(Site home, double cost = 0) =>
        home.Senders.Select((_, i) => Term.Of(cost, home, s => Sent(s, home, i))!);

    /// <summary>The edge of a site that is to it what one is to the home site; null where nothing like it is
    /// sent.</summary>
    public static Edge? Edge(Site site, Site home, int message)
    {
        var at = home.Senders[message];
        var kind = home.Pass.KindOf(at.Node);
        bool IsAlike(Site of, Edge edge) => edge.Operand == at.Operand && of.Pass.KindOf(edge.Node) == kind;
        var number = home.Senders.Take(message).Count(e => IsAlike(home, e));
        return site.Senders.Where(e => IsAlike(site, e)).Skip(number).Select(e => (Edge?)e).FirstOrDefault();
    }

    private static Node? Sent(Site site, Site home, int message) =>
        Edge(site, home, message) is { } edge ? site.Pass.Backward.MessageOf(edge) : null;

    // v ∘ Σ D ∘ w along one axis or another, over the length or not: what comes back through a mean, a norm, a softmax.
    private static IEnumerable<Term> Norms(List<Term> adjoints, List<Term> values, List<Term> lengths) =>
        from d in adjoints
        from w in values
        from axis in (int[])[0, 1]
        where d.Node.Sizes is { Count: 2, Rows: > 1, Columns: > 1 }
        let sum = d.With(2, w, (D, x) => D.Hadamard(x).SumOver(axis).Broadcast(D.Sizes))
        from v in values
        let term = sum.With(1, v, (s, x) => x.Hadamard(s))
        from made in (Term[])[term, .. lengths.Take(2).Select(l => term.With(1, l, (t, x) => t / x))]
        select made;

    // To the sizes of the place, which are others at another site.
    private static Term Repeated(Term value, Site site) =>
        Term.Of(value.Cost + 0.5, site, s => value.At(s) is { } row && CanBeRepeated(row.Sizes, s.Target.Sizes)
            ? row.Broadcast(s.Target.Sizes)
            : null)!;

    // A row or a column, to be repeated.
    private static bool IsRepeated(Sizes from, Sizes to) =>
        CanBeRepeated(from, to) && !from.Equals(to) && from.Length > 1;

    private static bool CanBeRepeated(Sizes from, Sizes to) =>
        from.Count == to.Count && from.Zip(to).All(s => s.First == s.Second || s.First == 1);

    // Its exponential, the softmax, is what people have at hand.
    private static Node? LogSoftmaxOf(Site site, Reference reference) => site.Value(reference) is { } body
        ? site.Pass.Backward.Consumers(body).FirstOrDefault(
            c => c.Operation is LogSoftmax && c.Operands[0] == body) : null;

    // What goes with a function along an axis: its exponential, the softmax along either axis, the largest.
    private static IEnumerable<Term> OfAxes(Site site)
    {
        static bool Is(Site s) => s.Target.Sizes.Count == 2 && s.Around.Sizes.Equals(s.Target.Sizes)
            && s.Pass.Network.Nodes.Any(c => c.Operands.Contains(s.Around)
                && c.Operation is LogSoftmax or NamedFunction { Name: "softmax" or "logsumexp" });
        Func<Node, Node>[] made =
        [
            x => x.Exp(), x => x.Softmax(0), x => x.Softmax(1), x => x.LogSoftmax(1), x => x.LogSoftmax(0),
            x => new(new FirstLargest(1), x), x => new(new FirstLargest(0), x),
        ];
        return Is(site) ? made.Select(m => Term.Of(1, site, s => Is(s) ? m(s.Around) : null)!) : [];
    }

    // What a person would multiply by: not what is on the way between two values with names.
    private static bool IsSpokenOf(Node node, Site site) =>
        node == site.Around || node.Name is not null || node.Operation is Elementwise;

    private static Node Whole(Site site) =>
        site.Senders.Select(e => site.Pass.Backward.MessageOf(e)!).Aggregate((a, b) => a + b);

    // What only flows into a sum has the adjoint of the sum: once is enough.
    private static bool Bears(Site site, Reference reference) =>
        reference.Way is not null && site.Value(reference) is { Operands.Count: > 0 } node
        && site.Pass.Backward.AdjointOf(node) is not null && PlaceNames.Bearer(site.Pass.Backward, node) == node;

    private static IEnumerable<Term> Products(List<Term> values, List<Term> adjoints, Site site)
    {
        var sizes = site.Target.Sizes;
        if (sizes.Count != 2)
        {
            yield break;
        }

        foreach (var (v, d) in from v in values from d in adjoints select (v, d))
        {
            var (w, D) = (v.Node.Sizes, d.Node.Sizes);
            if (w.Count != 2 || D.Count != 2)
            {
                continue;
            }

            bool Fit(int rows, int inner, int innerToo, int columns) =>
                inner == innerToo && rows == sizes.Rows && columns == sizes.Columns;
            if (Fit(w.Columns, w.Rows, D.Rows, D.Columns)) { yield return d.With(3, v, (D, W) => W.Transposed() * D); }
            if (Fit(D.Rows, D.Columns, w.Columns, w.Rows)) { yield return d.With(3, v, (D, W) => D * W.Transposed()); }
            if (Fit(w.Rows, w.Columns, D.Rows, D.Columns)) { yield return d.With(3, v, (D, W) => W * D); }
            if (Fit(D.Rows, D.Columns, w.Rows, w.Columns)) { yield return d.With(3, v, (D, W) => D * W); }
            if (Fit(w.Rows, w.Columns, D.Columns, D.Rows)) { yield return d.With(4, v, (D, W) => W * D.Transposed()); }
            if (Fit(D.Columns, D.Rows, w.Rows, w.Columns)) { yield return d.With(4, v, (D, W) => D.Transposed() * W); }
            if (Fit(w.Columns, w.Rows, D.Columns, D.Rows))
            {
                yield return d.With(
                    4, v, (D, W) => W.Transposed() * D.Transposed());
            }
            if (Fit(D.Columns, D.Rows, w.Columns, w.Rows))
            {
                yield return d.With(
                    4, v, (D, W) => D.Transposed() * W.Transposed());
            }
        }
    }

    private static IEnumerable<Term> Summed(Term term, Site site)
    {
        var (from, to) = (term.Node.Sizes, site.Target.Sizes);
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
        x.Then(1.5, v => v.Step()),
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
        x.Then(2, v => v.Sqrt()),
    ];

    private static IEnumerable<Term> Sized(IEnumerable<Term> terms, Site site) =>
        terms.Where(t => t.Node.Sizes.Equals(site.Target.Sizes));

    private static Node One(Node like) => Constant.Of(like.Sizes, 1);
}
