namespace GradOracle.Oracles;

/// <summary>A way to differentiate a network that owes nothing to the derivation on trial.</summary>
internal interface IOracle
{
    /// <summary>The name in commands and reports.</summary>
    string Name { get; }

    /// <summary>How it differentiates, in one line.</summary>
    string Summary { get; }

    /// <summary>Why the oracle cannot serve these cases; null where it can.</summary>
    string? NotApplicable(CaseStack batch);

    /// <summary>The outputs and gradients of every case of the batch, and how far they may be off.</summary>
    OracleAnswer Answer(CaseStack batch);
}
