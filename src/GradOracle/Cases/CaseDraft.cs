using GradOracle.Networks;

namespace GradOracle.Cases;

/// <summary>One case of a stack on its way from plain entries to those that its name says.</summary>
internal sealed class CaseDraft(Scenario scenario, ElementType type, TensorStack[] tensors, int index, ulong seed)
{
    // Above the streams of tensors and shapes.
    private const ulong Stream = 1UL << 33;

    /// <summary>The element type.</summary>
    public ElementType Type => type;

    private Span<double> Target => tensors[^1][index];

    /// <summary>b(i, j): a whole number below 2⁵³.</summary>
    public ulong Bits(int tensor, int entry) => CounterRng.Bits(CounterRng.Key(seed, Stream + (ulong)tensor), entry);

    /// <summary>The tensors of numbers of some roles, each with its number.</summary>
    /// <param name="isAsked">Which roles.</param>
    /// <param name="positive">Whether those of positive numbers are meant too.</param>
    public List<(int Number, Memory<double> Entries)> Where(Func<TensorRole, bool> isAsked, bool positive = false)
    {
        var found = new List<(int, Memory<double>)>();
        for (var i = 0; i < tensors.Length; i++)
        {
            var holds = scenario.Tensors[i].Holds;
            var isOfNumbers = holds.AreNumbers || (positive && holds == Holds.Positive);
            if (isOfNumbers && isAsked(scenario.Tensors[i].Role))
            {
                found.Add((i, tensors[i].Values.AsMemory(index * tensors[i].Length, tensors[i].Length)));
            }
        }

        return found;
    }

    /// <summary>Changes every entry of every tensor but the constants.</summary>
    /// <param name="change">Number of the tensor, of the entry, the entry, and the scale it was drawn with.</param>
    public void ForEach(Func<int, int, double, double, double> change)
    {
        foreach (var (i, entries) in Where(role => role != TensorRole.Constant))
        {
            var scale = CaseGenerator.ScaleOf(scenario.Tensors[i]);
            for (var j = 0; j < entries.Length; j++)
            {
                entries.Span[j] = change(i, j, entries.Span[j], scale);
            }
        }
    }

    /// <summary>The target is 0.</summary>
    public void ClearTarget()
    {
        if (scenario.HasFreeTarget)
        {
            Target.Clear();
        }
    }

    /// <summary>The target is the output, rounded down to an integer, and at most so far from it.</summary>
    public void SetTarget(int difference)
    {
        if (!scenario.HasFreeTarget)
        {
            return;
        }

        var alone = new CaseStack(scenario, CaseKind.Exact, type, [.. tensors.Select(t => t.Alone(index))], seed);
        var output = scenario.ToOutput.Evaluate(1, alone.ValuesOf)[scenario.Output];
        CounterRng.FillIntegers(Target, CounterRng.Key(seed, (ulong)tensors.Length - 1), difference);
        for (var j = 0; j < output.Length; j++)
        {
            Target[j] += Math.Floor(output[j]);
        }
    }
}
