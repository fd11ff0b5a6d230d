namespace GradOracle.Graphs;

/// <summary>Numbers that a graph can be evaluated over beside floating point.</summary>
internal enum NumberSystem
{
    /// <summary>Complex numbers: no order, so no maximum.</summary>
    Complex,

    /// <summary>Rational numbers: the four operations, order, and nothing transcendental.</summary>
    Rational,
}
