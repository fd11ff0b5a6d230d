namespace GradOracle;

/// <summary>A way to take one step of a rule: what is on trial, and what it is held against.</summary>
public interface IUpdate
{
    /// <summary>The name in reports.</summary>
    string Name { get; }

    /// <summary>What it does, in one line.</summary>
    string Summary { get; }

    /// <summary>One step. The state that is given must not be written to.</summary>
    /// <param name="state">Weights and buffers before the step.</param>
    /// <param name="rule">The numbers of the rule.</param>
    /// <param name="differentiate">The gradients at the weights of any case of the same network.</param>
    UpdateState Step(UpdateState state, UpdateRule rule, Func<CaseStack, GradientStack> differentiate);
}
