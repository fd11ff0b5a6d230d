using GradOracle.Networks;

namespace GradOracle.Oracles;

/// <summary>The oracles that are built in.</summary>
internal static class Oracle
{
    /// <summary>All of them; the first one decides.</summary>
    public static Named<IOracle> All { get; } = new("oracle", o => o.Name,
    [
        new Autograd(), new ReverseMode(), new RationalReverseMode(), new CentralDifference(), new ComplexStep(),
    ]);

    /// <summary>What oracles say of a batch; where one cannot serve it, whatever the reason, the reason.</summary>
    public static IReadOnlyList<OracleReply> Ask(CaseStack batch, IEnumerable<IOracle> oracles) =>
        [.. oracles.Select(oracle => Ask(batch, oracle))];

    // A report is never lost because an oracle fails.
    private static OracleReply Ask(CaseStack batch, IOracle oracle)
    {
        if (oracle.NotApplicable(batch) is { } reason)
        {
            return new(oracle, null, reason);
        }

        try
        {
            return new(oracle, oracle.Answer(batch), null);
        }
        catch (Exception known) when (known is BadInputException or TorchUnavailableException)
        {
            throw;
        }
#pragma warning disable CA1031 // whatever it is
        catch (Exception thrown)
        {
            return new(oracle, null, $"it failed: {thrown.Message.ReplaceLineEndings(" ").TrimEnd('.')}");
        }
#pragma warning restore CA1031
    }
}
