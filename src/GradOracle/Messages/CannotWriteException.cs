namespace GradOracle;

/// <summary>A file or the output cannot be written on this machine now; the message is one sentence that says which,
/// why, and what to do.</summary>
public sealed class CannotWriteException(Sentence message, Exception inner) : Exception(message.ToString(), inner);
