using System.Globalization;
using GradOracle.Networks;

namespace GradOracle.Cases;

/// <summary>How much one case may take: a check must end, and not fill the memory.</summary>
/// <param name="Operations">Multiplications and additions of the forward and backward pass.</param>
/// <param name="Bytes">The memory of all values on the way, and of what is said about each.</param>
internal sealed record CaseBudget(long Operations, long Bytes)
{
    /// <summary>For a case that is drawn, one of many: some hundredths of a second.</summary>
    public static CaseBudget Drawn { get; } = new(1L << 24, 1L << 26);

    /// <summary>For a case that was asked for by name or in a file: some seconds.</summary>
    public static CaseBudget Single { get; } = new(1L << 33, 1L << 31);

    /// <summary>Whether a case is within it.</summary>
    public bool Admits(Scenario scenario) => scenario.Operations <= Operations && scenario.Bytes <= Bytes;

    /// <summary>Refuses a case beyond it.</summary>
    /// <exception cref="BadInputException">It takes more; the message says how much.</exception>
    public void Require(Scenario scenario)
    {
        if (!Admits(scenario))
        {
            throw new BadInputException(
                $"A case of {scenario.Network.Name} at {scenario.Shape} is too large: it takes about {Millions(scenario.Operations)} million operations and {Millions(scenario.Bytes)} MB, "
                + $"where {ToString()} is the most for a single case; take smaller sizes.");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Millions(Operations)} million operations and {Millions(Bytes)} MB";

    private static string Millions(long count) => Math.Ceiling(count / 1e6).ToString("0", CultureInfo.InvariantCulture);
}
