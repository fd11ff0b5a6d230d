namespace GradOracle.Gallery;

/// <summary>A derivation that is wrong on purpose, and says so.</summary>
internal abstract class Mistake : MatrixDerivation
{
    private protected Mistake(Network network, string name, string wrongLine, string diagnosis)
        : base(network) => (Name, WrongLine, Diagnosis) = (name, wrongLine, diagnosis);

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string Summary => $"wrong on purpose: {WrongLine}";

    /// <summary>The wrong line as it is written.</summary>
    public string WrongLine { get; }

    /// <summary>What a right diagnosis says; of a mistake in time, on cases of three steps.</summary>
    public string Diagnosis { get; }
}
