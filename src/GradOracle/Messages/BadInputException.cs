namespace GradOracle;

/// <summary>What the user gave cannot be used; the message is one sentence that says what is wrong, where, and what to
/// do.</summary>
/// <remarks>What revealed it is told in the sentence, and is no inner exception: test frameworks would print its trace
/// below.</remarks>
public sealed class BadInputException : Exception
{
    /// <summary>Bad input, explained in one sentence.</summary>
    public BadInputException(string message)
        : base(message)
    {
    }

    /// <summary>Bad input, explained in one sentence that quotes it.</summary>
    public BadInputException(Sentence message)
        : base(message.ToString())
    {
    }
}
