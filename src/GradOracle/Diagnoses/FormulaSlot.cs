using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>A place at which formulas are sought: the adjoint of a value, or what every use of a tensor contributes to
/// its gradient.</summary>
/// <param name="Home">The site at which they are sought.</param>
/// <param name="Sites">The sites that are to other steps what it is here, in any pass; itself among them.</param>
/// <param name="IsUses">Whether the sites are all uses of one tensor, and go together.</param>
/// <param name="Tensors">The gradients by which formulas are told.</param>
/// <param name="Tier">How much the place accounts for: places of one tier are equally likely.</param>
internal sealed record FormulaSlot(
    Site Home, Func<BackwardPass, IReadOnlyList<Site>> Sites, bool IsUses, IReadOnlyList<string> Tensors, int Tier)
{
    private const int CostUnit = 10;
    private const int LongestSentence = 200;
    private const double LongMore = 2; // a short one says more

    /// <summary>Whether an edit is made here only, or everywhere: what is to be tried.</summary>
    public IReadOnlyList<bool> Choices => IsUses ? [true] : Sites(Home.Pass).Count > 1 ? [true, false] : [false];

    /// <summary>The places behind which all is wrong, those that account for most first.</summary>
    public static IEnumerable<FormulaSlot> Of(BackwardPass pass, IReadOnlyList<string> wrong)
    {
        var slots = new List<FormulaSlot>();
        var behind = pass.Network.Nodes.Where(
            n => pass.Backward.AdjointOf(n) is not null
                && (n.Operands.Count == 0 || n.Operation is Function || !n.Operation.IsAlias))
            .ToDictionary(n => n, n => WrongPlace.Behind(pass, n));
        foreach (var (node, tensors) in behind.Where(b => b.Value.Count > 0 && b.Value.IsSubsetOf(wrong)))
        {
            if (node.Operands.Count > 0 && PlaceNames.Bearer(pass.Backward, node) != node)
            {
                continue; // the sum it flows into has the same adjoint
            }

            var key = pass.KeyOf(node);
            // Slices of one value, as gates are: all alike, or this one at every step.
            foreach (var isOfOnePart in node.Operation is Take ? (bool[])[true, false] : [false])
            {
                IReadOnlyList<Node> Alike(BackwardPass p) => node.Operands.Count == 0 ? [p.Find(key)!]
                    : [.. Surroundings.Alike(p, p.Find(key)!).Where(n => !isOfOnePart || IsSamePart(n, p.Find(key)!))];
                IReadOnlyList<Site> Sites(BackwardPass p) => [.. Alike(p)
                    .Where(n => p.Backward.AdjointOf(n) is not null).Select(n => SiteOf(p, n, key))];
                var earlier = Alike(pass).TakeWhile(n => n != node).SelectMany(
                    n => behind.GetValueOrDefault(n) ?? []).ToHashSet();
                List<string> alone = [.. tensors.Where(t => !earlier.Contains(t))];
                slots.Add(
                    new(SiteOf(pass, node, key), Sites, false, alone.Count > 0 ? alone : [.. tensors], tensors.Count)
                    {
                        IsBesideOthers = alone.Count == 0,
                    });
            }
        }

        foreach (var tensor in wrong)
        {
            IReadOnlyList<Site> Uses(BackwardPass p) => UsesOf(p, tensor);
            if (Uses(pass) is { Count: > 1 } sites
                && sites.Select(s => s.Around.Operation.GetType()).Distinct().Count() == 1)
            {
                slots.Add(new(sites.Single(s => s.IsHome), Uses, true, [tensor], 1));
            }
        }

        // Within a function one looks last.
        return slots.OrderByDescending(s => s.Tier)
            .ThenBy(s => pass.IsInside(s.Home.Around))
            .ThenBy(s => s.Tier > 1 ? pass.KeyOf(s.Home.Around) : 0);
    }

    /// <summary>Whether nothing tells it from places like it, as with the heads of an attention: they are sought
    /// together.</summary>
    private bool IsBesideOthers { get; init; }

    private static bool IsSamePart(Node a, Node b) => a.Operation is Take one && b.Operation is Take other
        && one.IsSamePartAs(other, a.Operands[0].Sizes, b.Operands[0].Sizes);

    // The places that are sought together: not if one is behind another, where what is sent is no sum of both.
    private IReadOnlyList<Site> Together => IsBesideOthers
        && Sites(Home.Pass) is { Count: > 1 } sites
        && sites.All(s => s.Target.Sizes.Equals(Home.Target.Sizes))
        && !sites.Any(s => sites.Any(o => o != s && Home.Pass.DependsOn(s.Target, o.Target)))
            ? sites
            : [Home];

    /// <summary>What terms are at all sites that count, added up or one behind the other.</summary>
    public IReadOnlyList<double[]> Values(IEnumerable<Term> terms)
    {
        var pass = Home.Pass;
        if (!IsUses && Together is { Count: > 1 } together)
        {
            var nothing = Constant.Of(Home.Target.Sizes, 0);
            Node At(Term term, Site site) =>
                term.At(site) is { } node && node.Sizes.Equals(nothing.Sizes) ? node : nothing;
            var all = pass.ValuesOf([.. terms.SelectMany(t => together.Select(s => At(t, s)))]);
            return [.. all.Chunk(together.Count).Select(chunk => chunk.SelectMany(v => v).ToArray())];
        }

        IReadOnlyList<Site> sites = IsUses ? Sites(pass) : [Home];
        var zero = Constant.Of(Home.Target.Sizes, 0);
        Node Sum(Term term) => sites.Select(term.At).OfType<Node>().Where(n => n.Sizes.Equals(zero.Sizes))
            .DefaultIfEmpty(zero).Aggregate((a, b) => a + b);
        return pass.ValuesOf([.. terms.Select(t => IsUses ? Sum(t) : t.Node)]);
    }

    /// <summary>What the gradients are without what is sent here, and how each of its entries moves them; null where it
    /// is the gradient.</summary>
    public (double[] Without, double[][]? Moves) Response() => IsUses || Home.Around.Operands.Count == 0
        ? (new double[Home.Target.Sizes.Length], null)
        : Home.Pass.Response([.. Together.Select(s => s.Target)], Tensors);

    /// <summary>The mistake at the home site, or at all of them.</summary>
    public Edit Edit(FormulaSum sum, bool isEverywhere)
    {
        var place = IsUses || Home.Around.Operands.Count == 0
            ? Place.Gradient(Tensors[0])
            : Place.Adjoint(Home.Pass.Backward, Home.Around);
        var where = !isEverywhere
            ? ""
            : IsUses
            ? " in every use"
            : Steps.Words(Home.Pass, [.. Sites(Home.Pass).Select(s => s.Around)]);
        var finding = sum.Terms.Count == 0
            && sum.Messages.Select(m => m?.Symbol).Distinct().Count() == 1
            && sum.Messages[0] is { } factor
            ? new Finding($"{{P}} {{F}}{where}", place, factor)
            : sum.TextOfChanges is { } changes
            ? new Finding($"{{0}} in {{P}}{where}", place, changes)
            : new Finding($"{{P}} is {{0}}, where {{1}} belongs{where}", place, sum.Text, FormulaSum.RightText(Home));
        var sites = Sites;
        finding = finding with { Also = isEverywhere && !IsUses ? [.. Sites(Home.Pass).Where(s => s.Around.Operands.Count > 0).Select(s => Place.Adjoint(Home.Pass.Backward, s.Around))] : [] };
        var isLong = finding.ToString().Length > LongestSentence;
        return new(Diagnoses.Edit.FirstFormula + (int)(CostUnit * (sum.Cost + (isLong ? LongMore : 0))) + (isEverywhere ? 0 : 1), finding, sum.Rounds, p =>
        {
            var changes = new Changes();
            foreach (var site in sites(p).Where(s => isEverywhere || s.IsHome))
            {
                changes.Nodes.Add(site.Target, sum.At(site));
            }

            return changes;
        });
    }

    private static Site SiteOf(BackwardPass pass, Node node, int home) => new(
        pass, node, pass.KeyOf(node) == home, pass.AdjointOf(node),
        [.. pass.Backward.Consumers(node).Distinct().SelectMany(c => Enumerable.Range(0, c.Operands.Count).Select(i => new Edge(c, i)))
            .Where(e => e.Receiver == node && pass.Backward.MessageOf(e) is not null)]);

    // Through the mark of the use to what uses it.
    private static List<Site> UsesOf(BackwardPass pass, string tensor)
    {
        List<Edge> edges = [.. pass.Edges.Where(e => e.Node.Operation is not Use && (IsLeaf(e.Receiver) || (e.Receiver.Operation is Use && IsLeaf(e.Receiver.Operands[0]))))];
        return [.. edges.Select((e, i) => new Site(pass, e.Node, i == edges.Count - 1, pass.Backward.MessageOf(e)!, [e]))];

        bool IsLeaf(Node node) => node.Operands.Count == 0 && node.Name == tensor;
    }
}
