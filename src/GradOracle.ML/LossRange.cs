using GradOracle.Messages;

namespace GradOracle.ML;

/// <summary>Where a loss class is looked at, and what its arithmetic may do.</summary>
/// <remarks>
/// Four hundred outputs between the ends, the same moved by a few parts in ten thousand so that they fill all digits,
/// each label and its neighbourhood, and every kink that is found with its neighbours. Outputs far beyond the range are
/// called as well, and reported where they are odd; they decide nothing.
/// </remarks>
public sealed record LossRange
{
    /// <summary>The smallest output.</summary>
    public double Lowest { get; init; } = -30;

    /// <summary>The largest output.</summary>
    public double Highest { get; init; } = 30;

    /// <summary>The labels. ML.NET's losses of classes take every label above 0 for 1, and every other for 0.</summary>
    public IReadOnlyList<float> Labels { get; init; } = [0, 1];

    /// <summary>The same loss in the steps that the class takes, where they lose more digits than those of the
    /// statement: what rounding may do to <c>Loss</c> is then read off these.</summary>
    public Func<Node, Node, Node>? Written { get; init; }

    /// <summary>How many times what rounding explains is allowed. Above 1 for a class whose functions are
    /// approximations: the logistic function in ML.NET's <c>LogLoss</c> is off by up to some 70 roundings.</summary>
    public double Allowance { get; init; } = 1;

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="BadInputException">One is out of range.</exception>
    internal void Validate()
    {
        if (!(Lowest < Highest) || !(Math.Abs(Lowest) <= float.MaxValue) || !(Math.Abs(Highest) <= float.MaxValue))
        {
            throw new BadInputException(
                $"There are no outputs from {NumberFormat.Full(Lowest)} to {NumberFormat.Full(Highest)}: "
                    + $"the lowest must be below the highest, and both must be floats.");
        }

        if (Labels is not { Count: > 0 } || Labels.Any(label => !float.IsFinite(label)))
        {
            throw new BadInputException(
                "A loss is looked at for given labels: give at least one, each a finite number.");
        }

        if (!(Allowance >= 1) || !double.IsFinite(Allowance))
        {
            throw new BadInputException(
                $"The allowance is {NumberFormat.Full(Allowance)}: it is how many times what rounding "
                    + $"explains is let pass, and at least 1.");
        }
    }
}
