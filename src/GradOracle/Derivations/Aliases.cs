using System.Runtime.CompilerServices;

namespace GradOracle.Derivations;

/// <summary>Finds results that are one array: right numbers, until somebody scales one of them in place.</summary>
internal static class Aliases
{
    /// <summary>The gradients that lie where another gradient or an input lies, and the sentence about each.</summary>
    /// <param name="gradients">The memory of each gradient.</param>
    /// <param name="inputs">The memory of each input that was handed out.</param>
    public static IEnumerable<(string Name, string Reason)> Of(
        IEnumerable<(string Name, IEnumerable<object> Memory)> gradients,
        IEnumerable<(string Name, IEnumerable<object> Memory)> inputs)
    {
        var owners = new Dictionary<object, string>(Same.Instance);
        foreach (var (name, memory) in inputs)
        {
            foreach (var one in memory)
            {
                owners[one] =
                    $"the gradient of {{0}} is the array that holds {name}: who changes one changes the other";
            }
        }

        foreach (var (name, memory) in gradients)
        {
            var pieces = memory.ToList();
            if (pieces.Find(owners.ContainsKey) is { } shared)
            {
                yield return (name, owners[shared].Replace("{0}", name, StringComparison.Ordinal));
            }

            foreach (var one in pieces)
            {
                owners[one] = $"the gradients of {name} and {{0}} are one array: who changes one changes the other";
            }
        }
    }

    // Arrays and matrices are the same where they are one object, addresses where they are equal.
    private sealed class Same : IEqualityComparer<object>
    {
        public static Same Instance { get; } = new();

        bool IEqualityComparer<object>.Equals(object? x, object? y) =>
            x is nint a && y is nint b ? a == b : ReferenceEquals(x, y);

        int IEqualityComparer<object>.GetHashCode(object obj) =>
            obj is nint address ? address.GetHashCode() : RuntimeHelpers.GetHashCode(obj);
    }
}
