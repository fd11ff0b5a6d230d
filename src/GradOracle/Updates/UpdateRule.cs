using GradOracle.Messages;

namespace GradOracle;

/// <summary>Stochastic gradient descent, as <c>torch.optim.SGD</c> has it: the three numbers of the rule.</summary>
/// <remarks>
/// <code>
/// g = ∂L/∂W + λ W                λ: the weight decay
/// v ← μ v + g                    μ: the momentum; v = g at the first step, and at every step where μ = 0
/// W ← W − η v                    η: the rate
/// </code>
/// for every parameter W of the network at once: all gradients are taken before any weight is changed. Inputs stay as
/// they are.
/// </remarks>
/// <param name="Rate">η, finite and above 0.</param>
/// <param name="Momentum">μ, from 0 to below 1.</param>
/// <param name="WeightDecay">λ, finite and not negative.</param>
public sealed record UpdateRule(double Rate, double Momentum = 0, double WeightDecay = 0)
{
    /// <summary>The name of the rule in commands and reports.</summary>
    public const string Name = "sgd";

    /// <inheritdoc/>
    public override string ToString() => string.Concat(
        $"{Name}, rate {NumberFormat.Dyadic(Rate)}",
        Momentum == 0 ? "" : $", momentum {NumberFormat.Dyadic(Momentum)}",
        WeightDecay == 0 ? "" : $", weight decay {NumberFormat.Dyadic(WeightDecay)}");

    /// <summary>Checks that every number is in range, in this element type as well.</summary>
    /// <exception cref="BadInputException">One is not.</exception>
    public void Validate(ElementType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        double Rounded(double value) => type == ElementType.Float32 ? (float)value : value;
        void Require(bool isMet, string what, double value, string range)
        {
            if (!isMet)
            {
                throw new BadInputException($"The {what} is {NumberFormat.Full(value)}: it must be {range} in {type}.");
            }
        }

        Require(double.IsFinite(Rounded(Rate)) && Rounded(Rate) > 0, "rate", Rate, "a finite number above 0");
        Require(Momentum >= 0 && Rounded(Momentum) < 1, "momentum", Momentum, "a number from 0 to below 1");
        Require(
            double.IsFinite(Rounded(WeightDecay)) && WeightDecay >= 0,
            "weight decay",
            WeightDecay,
            "a finite number that is not negative");
    }
}
