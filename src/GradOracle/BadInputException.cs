namespace GradOracle;

/// <summary>What the user gave cannot be used; the message is one sentence that says what is wrong, where, and what to do.</summary>
public sealed class BadInputException : Exception
{
    /// <summary>Bad input, explained in one sentence.</summary>
    public BadInputException(string message)
        : base(message)
    {
    }

    /// <summary>Bad input that another error revealed.</summary>
    public BadInputException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
