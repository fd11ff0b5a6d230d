namespace GradOracle;

/// <summary>What the user gave cannot be used; the message is one sentence that says what is wrong, where, and what to
/// do.</summary>
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

    /// <summary>Bad input that another error revealed.</summary>
    public BadInputException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Bad input that another error revealed, explained in one sentence that quotes it.</summary>
    public BadInputException(Sentence message, Exception inner)
        : base(message.ToString(), inner)
    {
    }
}
