using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>What stands at a place by mistake: the right messages with factors, and small formulas beside them.</summary>
/// <param name="Home">The site at which it was found.</param>
/// <param name="Messages">The factors of the messages of the home site; null where a message is as it belongs.</param>
/// <param name="Terms">The formulas added, with their factors; null for 1.</param>
internal sealed record FormulaSum(Site Home, IReadOnlyList<Coefficient?> Messages, IReadOnlyList<(Coefficient? Factor, Term Term)> Terms)
{
    private const int LongestFormula = 160;

    /// <summary>How unlikely it is: what stands in place of something is likelier than what is put to all that belongs there.</summary>
    public double Cost => Messages.Count(c => c is not null && (Terms.Count == 0 || c.Symbol != "0"))
        + Terms.Sum(t => t.Term.Cost + (t.Factor is null ? 0 : 1)) + (Terms.Count > 0 && Messages.All(c => c is null) ? FormulaFit.Extra : 0);

    public bool Rounds => Messages.Any(c => c is { Rounds: true }) || Terms.Count > 0;

    /// <summary>What stands at a site.</summary>
    public Node At(Site site)
    {
        var shape = site.Pass.Case.Shape;
        List<Node> parts = [];
        var changed = Messages.Select((c, i) => (Factor: c, Edge: FormulaTerms.Edge(site, Home, i))).Where(m => m.Edge is not null).ToDictionary(m => m.Edge!.Value, m => m.Factor);
        foreach (var edge in site.Senders)
        {
            var message = site.Pass.Backward.MessageOf(edge)!;
            var factor = changed.GetValueOrDefault(edge)?.At(shape) ?? 1;
            if (factor != 0)
            {
                parts.Add(factor == 1 ? message : message.Scaled(factor));
            }
        }

        foreach (var (factor, term) in Terms)
        {
            if (term.At(site) is { } node && node.Sizes.Equals(site.Target.Sizes))
            {
                parts.Add(factor is null ? node : node.Scaled(factor.At(shape)));
            }
        }

        return parts.Count == 0 ? site.Target.Scaled(0) : parts.Aggregate((a, b) => a + b);
    }

    /// <summary>The formula, in the names of the home site.</summary>
    public string Text
    {
        get
        {
            List<(Coefficient?, Node)> parts = [.. Terms.Select(t => (t.Factor, t.Term.Node))];
            var isInPlace = Messages.Count(m => m is { Symbol: "0" }) == 1; // what stands in place of a message is written in its place
            List<(Coefficient?, Node)> all = [];
            for (var i = 0; i < Messages.Count; i++)
            {
                if (Messages[i] is not { Symbol: "0" })
                {
                    all.Add((Messages[i], Home.Pass.Backward.MessageOf(Home.Senders[i])!));
                }
                else if (isInPlace)
                {
                    all.AddRange(parts);
                }
            }

            return Joined(isInPlace ? all : [.. all, .. parts]);
        }
    }

    /// <summary>The right formula of a site.</summary>
    public static string RightText(Site site) => Joined([.. site.Senders.Select(e => ((Coefficient?)null, site.Pass.Backward.MessageOf(e)!))]);

    private static string Joined(IReadOnlyList<(Coefficient? Factor, Node Node)> parts)
    {
        var expanded = Joined(parts, Formula.Expanded);
        return expanded.Length <= LongestFormula ? expanded : Joined(parts, Formula.Line);
    }

    private static string Joined(IReadOnlyList<(Coefficient? Factor, Node Node)> parts, Func<Node, string> textOf)
    {
        var joined = "";
        foreach (var (factor, node) in parts)
        {
            var text = textOf(node);
            text = factor is null ? text
                : factor.Symbol == "−1" ? text[0] == '−' ? Formula.WithoutNeedless(text[1..]) : $"−{Formula.Factor(text)}"
                : $"{factor.Symbol} {Formula.Factor(text)}";
            joined = joined.Length == 0 ? text : text[0] == '−' ? $"{joined} − {Formula.WithoutNeedless(text[1..])}" : $"{joined} + {text}";
        }

        return joined.Length == 0 ? "0" : joined;
    }
}
