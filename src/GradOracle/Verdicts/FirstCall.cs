namespace GradOracle.Verdicts;

/// <summary>The case that a check calls a derivation with before any other, and what that call gave.</summary>
internal sealed record FirstCall(CaseStack Case, GradientStack Gave);
