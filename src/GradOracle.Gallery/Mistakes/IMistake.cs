namespace GradOracle.Gallery;

/// <summary>A derivation that is wrong on purpose, and says so.</summary>
internal interface IMistake
{
    /// <summary>The wrong line as it is written.</summary>
    string WrongLine { get; }

    /// <summary>What a right diagnosis says; of a mistake in time, on cases of three steps.</summary>
    string Diagnosis { get; }
}
