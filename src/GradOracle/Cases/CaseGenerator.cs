namespace GradOracle.Cases;

/// <summary>Draws cases from seeds.</summary>
/// <remarks>
/// Tensor i of a case (counted from 0 in the network's order, the target last) is stream i of the case's seed, its
/// entries counted row by row. Exact entries are integers in −k..k, k being the largest that stays exact or the one in
/// the name. Real entries are uniform in (−1, 1), a parameter's times 1/√fan-in: its entries over the size of its first
/// axis, the columns of a matrix. Where the name has values=WORD, they are then changed as <see cref="CaseValues"/>
/// says. A float32 case is the float64 case, each entry rounded to nearest. What holds something else than numbers is
/// drawn from the same stream as <see cref="Holds"/> says, and <c>values=</c> leaves it as it is.
/// </remarks>
internal static class CaseGenerator
{
    /// <summary>The case with this name, or as many as asked for, with consecutive seeds from its own on.</summary>
    /// <exception cref="BadInputException">No exact case of this shape stays on the lattice, or it is too
    /// large.</exception>
    public static CaseStack Generate(CaseId name, int count = 1)
    {
        ArgumentNullException.ThrowIfNull(name);
        CaseBudget.Single.Require(name.Scenario);
        if (name.Kind == CaseKind.Exact)
        {
            RequireExact(name);
        }

        var range = name.Kind == CaseKind.Exact ? name.Range : 0;
        var specs = name.Scenario.Tensors;
        var tensors = new TensorStack[specs.Count];
        for (var i = 0; i < tensors.Length; i++)
        {
            tensors[i] = new(specs[i].Name, count, specs[i].Sizes);
            for (var s = 0; s < count; s++)
            {
                Fill(tensors[i], s, specs[i], name.Shape, CounterRng.Key(name.Seed + (ulong)s, (ulong)i), range);
            }
        }

        for (var s = 0; s < count && name.Values is not null; s++)
        {
            name.Values.Change(name.Scenario, name.Type, tensors, s, name.Seed + (ulong)s);
        }

        if (name.Kind == CaseKind.Real && name.Type == ElementType.Float32)
        {
            foreach (var tensor in tensors)
            {
                RoundToSingle(tensor.Values);
            }
        }

        return new CaseStack(
            name.Scenario,
            name.Kind,
            name.Type,
            tensors,
            name.Seed)
        { Magnitude = name.Magnitude, Values = name.Values };
    }

    /// <summary>Draws a tensor of one case from its stream.</summary>
    /// <param name="stack">The tensor of all cases.</param>
    /// <param name="index">Which case.</param>
    /// <param name="spec">What it is.</param>
    /// <param name="shape">The sizes of the case.</param>
    /// <param name="key">The key of its stream.</param>
    /// <param name="range">k of an exact case; 0 of a real one.</param>
    public static void Fill(TensorStack stack, int index, TensorSpec spec, Shape shape, ulong key, int range)
    {
        if (!spec.Holds.AreNumbers)
        {
            spec.Holds.Draw(stack[index], new(j => CounterRng.Bits(key, j), spec.Sizes, shape, range, ScaleOf(spec)));
        }
        else if (range > 0)
        {
            CounterRng.FillIntegers(stack[index], key, range);
        }
        else
        {
            CounterRng.FillReals(stack[index], key, ScaleOf(spec));
        }
    }

    /// <summary>What real entries of a tensor are multiplied by: 1/√fan-in for a parameter.</summary>
    public static double ScaleOf(TensorSpec spec) => spec.Role == TensorRole.Parameter ? 1 / Math.Sqrt(spec.FanIn) : 1;

    private static void RequireExact(CaseId name)
    {
        var largest = name.LargestRange;
        if (largest == 0)
        {
            throw new BadInputException($"Case \"{name}\" does not exist: no integers stay exact in {name.Type} at this shape with this loss; take smaller sizes or the real kind.");
        }

        if (name.Magnitude > largest)
        {
            throw new BadInputException(
                $"Case \"{name}\" does not exist: at this shape integers stay exact in {name.Type} up to k={largest}.");
        }
    }

    private static void RoundToSingle(Span<double> values)
    {
        foreach (ref var value in values)
        {
            value = (float)value;
        }
    }
}
