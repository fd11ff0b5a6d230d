using GradOracle.Networks;

namespace GradOracle.Derivations;

/// <summary>One call of foreign code on one case: what it took, and what it left.</summary>
internal sealed class ArrayPass
{
    private readonly ArrayCase _x;

    /// <summary>Calls.</summary>
    /// <param name="differentiate">The code.</param>
    /// <param name="x">The case.</param>
    /// <param name="g">Where it leaves what it found.</param>
    public ArrayPass(Action<ArrayCase, ArrayGradients> differentiate, ArrayCase x, ArrayGradients g)
    {
        (_x, Found) = (x, g);
        Failure = IsolatedRun.Try(() => Addresses.KeptDuring(() => differentiate(x, g)));
    }

    /// <summary>What it left.</summary>
    public ArrayGradients Found { get; }

    /// <summary>Why it failed, or null.</summary>
    public string? Failure { get; }

    /// <summary>The inputs that it wrote into.</summary>
    public IEnumerable<string> Changed => _x.Taken.Where(t => t.Value.IsChanged).Select(t => t.Key);

    /// <summary>Results that lie in one array, or in an input's, and the sentence about each.</summary>
    public IEnumerable<(string Name, string Reason)> Aliases(IEnumerable<string> gradients) => Derivations.Aliases.Of(
        gradients.Where(n => Found.Find(n) is not null).Select(n => (n, Found.Find(n)!.Memory)),
        _x.Taken.Select(t => (t.Key, t.Value.Memory)));

    /// <summary>The entries of a gradient or the output; or why there are none, and the sizes that were given
    /// instead.</summary>
    /// <param name="stack">The gradient or the output.</param>
    public (double[]? Entries, string? Fault, int[]? Misshapen) Read(TensorStack stack)
    {
        var isOutput = stack.Name == Scenario.OutputName;
        var what = isOutput ? "the derivation's output" : "the derivation's gradient";
        var found = Found.Find(stack.Name) ?? (isOutput ? _x.Output : null);
        (double[] Entries, int[]? Sizes)? read = null;
        if (Failure is not null)
        {
            return (null, Failure, null);
        }

        try
        {
            read = found?.Read();
        }
        catch (InvalidOperationException unreadable)
        {
            return (null, $"{what} cannot be read: {unreadable.Message}", null);
        }

        return read is not var (entries, sizes)
            ? (
                null,
                isOutput ? "the derivation gives no output: pass Ŷ to OutputGradient, or set Output" : Missing,
                null)
            : entries.Length == stack.Length && ArrayCase.IsOf(stack.Sizes, sizes)
            ? (entries, null, null)
            : (entries, $"{what} {Extent(entries, sizes)}, the tensor is {stack.Sizes}", sizes);
    }

    private static string Extent(double[] entries, int[]? sizes) =>
        sizes is not null ? $"is {string.Join('×', sizes)}"
        : entries.Length == 1 ? "has 1 entry"
        : FormattableString.Invariant($"has {entries.Length} entries");

    /// <summary>What is said of a gradient that is not there.</summary>
    public const string Missing = "the derivation gives no gradient";

    /// <summary>L at the output.</summary>
    public double LossAt(double[] output) => _x.LossAt(output);
}
