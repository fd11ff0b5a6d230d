using GradOracle.Messages;

namespace GradOracle.TorchFunctions;

/// <summary>One slope that the backward pass gives and the differences do not.</summary>
/// <param name="Where">Which one: output k entry [..] by input j entry [..].</param>
/// <param name="Given">What the backward pass gives.</param>
/// <param name="Slope">What the differences give.</param>
/// <param name="Verdict">Disagrees, or inconclusive.</param>
internal sealed record Mismatch(string Where, double Given, Slope Slope, Verdict Verdict)
{
    // Where the tolerance is wider than this beside the slopes around, nothing was tested.
    private const double WidestUseful = 1e-6;

    // Where it is wider than this beside the slope itself, the differences do not settle, and no error can be told
    // from theirs.
    private const double WidestTelling = 1e-3;

    private const double MostRoundings = 4;

    /// <summary>Whether the slope from one table is enough: it agrees, and is narrow.</summary>
    public static bool IsSettled(double given, Slope slope, double size) =>
        Math.Abs(given - slope.Value) <= slope.Tolerance && slope.Tolerance <= WidestUseful * size;

    /// <summary>How far apart they are.</summary>
    public double Error => Math.Abs(Given - Slope.Value);

    /// <summary>The verdict on one slope.</summary>
    /// <param name="given">What the backward pass gives.</param>
    /// <param name="slope">What the differences give.</param>
    /// <param name="size">The size of the slopes around it.</param>
    public static Verdict Judge(double given, Slope slope, double size)
    {
        if (!double.IsFinite(slope.Value) || !double.IsFinite(slope.Tolerance))
        {
            return Verdict.Inconclusive;
        }

        if (Math.Abs(given - slope.Value) <= slope.Tolerance)
        {
            // A slope of 0 has no size to be small beside: nothing but rounding may then be in the way.
            var isZero = size <= slope.Tolerance && slope.Tolerance <= MostRoundings * slope.Rounding;
            return slope.Tolerance <= WidestUseful * size || isZero ? Verdict.Agrees : Verdict.Inconclusive;
        }

        var isUnsettled = slope.Tolerance > WidestTelling * Math.Max(Math.Abs(given), Math.Abs(slope.Value));
        return slope.IsKink && slope.IsBetweenSides(given) || isUnsettled ? Verdict.Inconclusive : Verdict.Disagrees;
    }

    /// <summary>The sentence of the report.</summary>
    public override string ToString()
    {
        var given = $"{Where}: backward gives {NumberFormat.Full(Given)}";
        if (Verdict == Verdict.Disagrees)
        {
            return $"{given}, differences give {NumberFormat.Full(Slope.Value)} ± {NumberFormat.Width(Slope.Tolerance)}.";
        }

        return Slope.IsKink && Slope.IsBetweenSides(Given)
            ? $"{given}; a kink lies at this point: the slope is {NumberFormat.Short(Slope.Left)} on one side and "
                + $"{NumberFormat.Short(Slope.Right)} on the other, and any between them is a subgradient: check beside it."
            : $"{given}; the differences do not settle ({NumberFormat.Short(Slope.Value)} ± {NumberFormat.Short(Slope.Tolerance)}): the function "
                + "is rough within the steps, or loses digits here (float32 on the way?).";
    }
}
