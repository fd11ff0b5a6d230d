namespace GradOracle;

/// <summary>How the entries of a case are drawn, and with it what two correct evaluations of its gradient owe each
/// other.</summary>
public enum CaseKind
{
    /// <summary>Small integers, on which every step is exact: two correct gradients are equal, entry for
    /// entry.</summary>
    Exact,

    /// <summary>Reals in (−1, 1), weights scaled by 1/√fan-in: two correct gradients differ at most by a proven
    /// rounding bound.</summary>
    Real,
}
