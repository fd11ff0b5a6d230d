namespace GradOracle.ML;

/// <summary>What an assertion throws, in any test framework: the report of a check that does not agree.</summary>
public sealed class DisagreementException : Exception
{
    internal DisagreementException(string report)
        : base(report)
    {
    }
}
