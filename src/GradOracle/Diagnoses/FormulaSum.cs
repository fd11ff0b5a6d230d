using GradOracle.Graphs;
using GradOracle.Messages;

namespace GradOracle.Diagnoses;

/// <summary>What stands at a place by mistake: the right messages with factors, and small formulas beside
/// them.</summary>
/// <param name="Home">The site at which it was found.</param>
/// <param name="Messages">The factors of the messages of the home site; null where a message is as it belongs.</param>
/// <param name="Terms">The formulas added, with their factors; null for 1.</param>
internal sealed record FormulaSum(
    Site Home, IReadOnlyList<Coefficient?> Messages, IReadOnlyList<(Coefficient? Factor, Term Term)> Terms)
{
    private const int LongestFormula = 160;
    private const int MostTold = 3;

    /// <summary>How unlikely it is: what stands in place of something is likelier than what is put to all that belongs
    /// there.</summary>
    public double Cost => Messages.Count(c => c is not null && (Terms.Count == 0 || c.Symbol != "0"))
        + (Terms.Count == 0 && Messages.Where(c => c is not null).DistinctBy(c => c!.Symbol).Count() > 1 ? 1.5 : 0)
        + Terms.Sum(t => t.Term.Cost + (t.Factor is null ? 0 : 1)) + (
            Terms.Count > 0 && Messages.All(c => c is null) ? FormulaFit.Extra : 0);

    public bool Rounds => Messages.Any(c => c is { Rounds: true }) || Terms.Count > 0;

    /// <summary>What stands at a site.</summary>
    public Node At(Site site)
    {
        var shape = site.Pass.Case.Shape;
        List<Node> parts = [];
        var changed = Messages.Select((c, i) => (Factor: c, Edge: FormulaTerms.Edge(site, Home, i)))
            .Where(m => m.Edge is not null)
            .ToDictionary(m => m.Edge!.Value, m => m.Factor);
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
            // what stands in place of a message is written in its place
            var isInPlace = Messages.Count(m => m is { Symbol: "0" }) == 1;
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

    /// <summary>What is the matter with which messages, where nothing else is: <c>A is missing</c>; null where more
    /// than two are changed.</summary>
    public string? TextOfChanges
    {
        get
        {
            var changed = Enumerable.Range(0, Messages.Count).Where(i => Messages[i] is not null).ToList();
            string Told(int i) =>
                Formula.WithoutNeedless(Joined([(null, Home.Pass.Backward.MessageOf(Home.Senders[i])!)]));
            var byFactor = changed.GroupBy(i => Messages[i]!.Words).ToList();
            if (Terms.Count > 0 || byFactor is not [var alike])
            {
                return null;
            }

            var told = alike.Select(Told).Distinct().ToList();
            return told is [var only] ? $"{only} {alike.Key}"
                : told.Count > MostTold ? null
                : $"{TensorWords.Listed(told)} {Messages[alike.First()]!.WordsOfSeveral}";
        }
    }

    /// <summary>The same mistake said of the messages alone: what is taken off again is missing, and all that is put
    /// twice is doubled.</summary>
    public FormulaSum Plainly()
    {
        if (Terms is not [var (factor, term)])
        {
            return this;
        }

        var shape = Home.Pass.Case.Shape;
        var values = Home.Pass.ValuesOf([term.Node, .. Home.Senders.Select(e => Home.Pass.Backward.MessageOf(e)!)]);
        var (added, messages) = (values[0], values.Skip(1).ToList());
        var times = factor?.At(shape) ?? 1;
        for (var i = 0; i < messages.Count; i++)
        {
            // What is sent twice is scaled alike.
            var alike = Enumerable.Range(0, messages.Count).Where(
                j => j == i || messages[j].AsSpan().SequenceEqual(messages[i])).ToList();
            if (Ratio(added, messages[i]) is { } ratio
                && Coefficient.Plain(
                    (alike.Sum(j => Messages[j]?.At(shape) ?? 1) + times * ratio) / alike.Count,
                    shape) is { Count: > 0 } made)
            {
                return new(Home, [.. Messages.Select((m, j) => alike.Contains(j) ? made[0] : m)], []);
            }
        }

        var whole = messages.Aggregate((a, b) => [.. a.Zip(b, (x, y) => x + y)]);
        return Messages.All(m => m is { Symbol: "0" })
            && Messages.Count > 1
            && Ratio(added, whole) is { } all
            && Coefficient.Plain(times * all, shape) is [{ } scaled, ..]
            ? new(Home, [.. Messages.Select(_ => scaled)], []) : this;
    }

    // What one is multiplied by to be the other; null where it is no multiple.
    private static double? Ratio(double[] a, double[] b)
    {
        var largest = Array.FindIndex(b, v => Math.Abs(v) == b.Max(Math.Abs));
        if (a.Length != b.Length || largest < 0 || b[largest] == 0 || a[largest] == 0)
        {
            return null;
        }

        var ratio = a[largest] / b[largest];
        return a.Zip(b).All(v => Math.Abs(v.First - ratio * v.Second) <= 1e-12 * Math.Abs(a[largest])) ? ratio : null;
    }

    /// <summary>The right formula of a site.</summary>
    public static string RightText(Site site)
    {
        var text = Joined([.. site.Senders.Select(e => ((Coefficient?)null, site.Pass.Backward.MessageOf(e)!))]);
        return site.Senders.Count > 1 && OfFunction(site) is { } brief ? brief : text;
    }

    // What goes through the body of one function is said in its name.
    private static string? OfFunction(Site site)
    {
        var function = site.Pass.Network.Nodes.FirstOrDefault(
            n => n.Operation is NamedFunction && n.Operands is [_, var argument] && argument == site.Around);
        if (function is null)
        {
            return null;
        }

        HashSet<Node> body = [.. new Schedule([function], isGiven: n => n == site.Around).Nodes];
        return site.Pass.Backward.Consumers(site.Around).Where(site.Pass.Network.Contains).All(body.Contains)
            ? $"{PlaceNames.AdjointOf(site.Pass.Backward, function)} ∘ {((NamedFunction)function.Operation).Name}′({Formula.Of(site.Around)})"
            : null;
    }

    private static string Joined(IReadOnlyList<(Coefficient? Factor, Node Node)> parts)
    {
        var expanded = Joined(parts, node => Formula.Expanded(node, LongestFormula));
        return expanded is { Length: <= LongestFormula } ? expanded : Joined(parts, Formula.Line)!;
    }

    // Null where a part has no text.
    private static string? Joined(IReadOnlyList<(Coefficient? Factor, Node Node)> parts, Func<Node, string?> textOf)
    {
        var joined = "";
        foreach (var (factor, node) in parts)
        {
            if (textOf(node) is not { } text)
            {
                return null;
            }

            text = factor is null ? text
                : factor.Symbol == "−1" ? text[0] == '−' ? Formula.WithoutNeedless(text[1..]) : $"−{Formula.Factor(text)}"
                : $"{factor.Symbol} {Formula.Factor(text)}";
            joined = joined.Length == 0
                ? text
                : text[0] == '−'
                ? $"{joined} − {Formula.WithoutNeedless(text[1..])}"
                : $"{joined} + {text}";
        }

        return joined.Length == 0 ? "0" : joined;
    }
}
