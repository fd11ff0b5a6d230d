using GradOracle.Messages;

namespace GradOracle.Networks;

/// <summary>Things of one kind, each found by its name.</summary>
/// <param name="kind">What they are, in messages.</param>
/// <param name="name">The name of one.</param>
/// <param name="all">All of them.</param>
/// <param name="explain">Why there is none of a name, where more can be said than that.</param>
/// <param name="make">One of a name that is put together from others; null where there is none.</param>
/// <param name="listed">What lists them, where they are too many for a sentence.</param>
internal sealed class Named<T>(
    string kind,
    Func<T, string> name,
    IReadOnlyList<T> all,
    Func<string, string?>? explain = null,
    Func<string, T?>? make = null,
    string? listed = null)
    where T : class
{
    /// <summary>All of them, in order.</summary>
    public IReadOnlyList<T> All { get; } = all;

    /// <summary>Those that a person asks for: one, several parted by commas, or <c>all</c>; each by its name, by its
    /// initials (<c>mse</c>), or by how no other name begins.</summary>
    /// <exception cref="BadInputException">There is none, or nothing is asked for.</exception>
    public IReadOnlyList<T> Choose(string wanted) => wanted == "all"
        ? All
        : [.. wanted.Split(',', StringSplitOptions.TrimEntries).Select(word => Find(Unabbreviated(word) ?? word)).Distinct()];

    private string? Unabbreviated(string word)
    {
        var names = All.Select(name).ToList();
        if (word.Length == 0 || names.Contains(word))
        {
            return null;
        }

        var meant = names.Where(n => string.Concat(n.Split('-').Select(part => part[0])) == word).ToList();
        meant = meant.Count > 0 ? meant : [.. names.Where(n => n.StartsWith(word, StringComparison.Ordinal))];
        return meant is [var only] ? only : null;
    }

    /// <summary>The one with this name.</summary>
    /// <exception cref="BadInputException">There is none; the message gives the nearest name.</exception>
    public T Find(string wanted)
    {
        foreach (var candidate in All)
        {
            if (name(candidate) == wanted)
            {
                return candidate;
            }
        }

        if (make?.Invoke(wanted) is { } made)
        {
            return made;
        }

        if (explain?.Invoke(wanted) is { } sentence)
        {
            throw new BadInputException(sentence);
        }

        var names = All.Select(name).ToList();
        var hint = Nearest.To(wanted, names) is { } nearest ? $": did you mean \"{nearest}\"?" : ".";
        var known = listed is null ? $"Known: {string.Join(", ", names)}." : $"{listed} names all {names.Count}.";
        throw new BadInputException((Sentence)$"There is no {kind} \"{wanted}\"{hint} {known}");
    }
}

/// <summary>What has a name in every case.</summary>
internal static class Named
{
    /// <summary>The losses that are built in.</summary>
    public static Named<Loss> Losses { get; } = With([]);

    /// <summary>The losses that a case of a network may name: those that are built in, and its own.</summary>
    public static Named<Loss> LossesOf(Network network) => network.Losses.Count == 0 ? Losses : With(network.Losses);

    private static Named<Loss> With(IReadOnlyList<Loss> own)
    {
        Named<Loss>? all = null;
        all = new("loss", loss => loss.Name, [.. Loss.All, .. Loss.OfTargets, .. own], make: Made);
        return all;

        // Endings are read from the last one.
        Loss? Made(string name) => Before("+l2", name) is { } ridge ? Penalized.L2(ridge)
            : Before("+l1", name) is { } lasso ? Penalized.L1(lasso)
            : Before(MeanOverExamples.Ending, name) is { } sum ? new MeanOverExamples(sum)
            : null;

        Loss? Before(string ending, string name) =>
            name.EndsWith(ending, StringComparison.Ordinal) ? all!.Find(name[..^ending.Length]) : null;
    }

    /// <summary>One network alone.</summary>
    public static Named<Network> Only(Network network) => new("network", n => n.Name, [network]);
}
