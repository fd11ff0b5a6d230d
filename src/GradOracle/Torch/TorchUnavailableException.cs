namespace GradOracle;

/// <summary>libtorch cannot be loaded on this machine; the message is one sentence that names what is
/// missing.</summary>
public sealed class TorchUnavailableException(string message) : Exception(message);
