namespace GradOracle.Onnx;

/// <summary>What an assertion throws, in any test framework: the report of a check that does not agree.</summary>
public sealed class OnnxDisagreementException : Exception
{
    internal OnnxDisagreementException(string report)
        : base(report)
    {
    }
}
