using GradOracle.Derivations;

namespace GradOracle.Updates;

/// <summary>Runs an update as what it is: foreign code on trial. It gets a copy, and whatever it throws or gives that
/// is no state is a finding.</summary>
internal sealed class IsolatedUpdate(IUpdate update, Derivation derivation, UpdateRule rule)
{
    /// <summary>One step: the state after it, and why a tensor of it is none. Then the expected state stands
    /// in.</summary>
    public (UpdateState State, Func<string, string?> FaultOf) Step(
        UpdateState start, GradientStack gradients, UpdateState expected)
    {
        UpdateState? next = null;
        string? missing = null;
        var failure = IsolatedRun.Try(
            () =>
            {
                var copy = start with
                {
                    Case = start.Case.Copy(),
                    Buffers = [.. start.Buffers.Select(b => b.With([.. b.Values]))],
                };
                var given = update.Step(
                    copy, rule, b => ReferenceEquals(b, copy.Case) ? gradients : IsolatedRun.Of(derivation, b));
                given = rule.Momentum == 0 ? given with { Buffers = [] } : given;
                missing = expected.Weights.FirstOrDefault(w => given.Case[w.Name].Length != w.Length)?.Name
                    ?? expected.Buffers.FirstOrDefault(
                        b => given.Buffers.FirstOrDefault(n => n.Name == b.Name)?.Length != b.Length)?.Name;
                next = given;
            },
            "the update");
        return failure is not null ? (expected, _ => failure)
            : missing is null ? (next!, name => gradients.FaultOf(0, name))
            : (expected, name => name == missing ? "the update gives no weights or no v of this size" : null);
    }
}
