using GradOracle.Messages;

namespace GradOracle.TorchFunctions;

/// <summary>There is no gradient to compare; the message is a finding.</summary>
internal sealed class BackwardTrouble(string finding) : Exception(finding)
{
    /// <summary>An exception of the code on trial, with its type, message and the first frames of that code.</summary>
    /// <param name="where">What was running: "forward", "backward".</param>
    /// <param name="error">What it threw.</param>
    public static string Describe(string where, Exception error) =>
        $"{where} threw: {ForeignError.Sentence(error)}.";
}
