using System.Globalization;
using NUnit.Framework;

[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(2)]

namespace GradOracle.Faults;

/// <summary>How hard is tried: about a minute and a half by default, many times as much by night.</summary>
internal static class Effort
{
    /// <summary>The environment variable that multiplies every count.</summary>
    public const string Variable = "GRADORACLE_FAULTS";

    private static readonly string s_figures = Path.Combine(TestContext.CurrentContext.TestDirectory, "figures.txt");

    /// <summary>A count, multiplied.</summary>
    public static int Times(int count) =>
        checked(
            count * (
                int.TryParse(
                    Environment.GetEnvironmentVariable(Variable),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var by)
                    ? Math.Max(1, by)
                    : 1));

    /// <summary>Tells the figures of a test: with its output, and in <c>figures.txt</c> beside the tests, which a
    /// console shows when all are done.</summary>
    public static void Tell(FormattableString figures)
    {
        var line = FormattableString.Invariant(figures);
        TestContext.Out.WriteLine(line);
        lock (s_figures)
        {
            File.AppendAllText(s_figures, line + "\n");
        }
    }
}

/// <summary>A run tells its own figures only.</summary>
[SetUpFixture]
public sealed class NewFigures
{
    [OneTimeSetUp]
    public void Delete() => File.Delete(Path.Combine(TestContext.CurrentContext.TestDirectory, "figures.txt"));
}
