using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>A mistake in backpropagation through time, whatever the network.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Line">The wrong line.</param>
/// <param name="Diagnosis">What a diagnosis says of it, in the quadratic network word for word.</param>
/// <param name="Parts">What is wrong.</param>
internal sealed record TimeKind(string Name, string Line, string Diagnosis, TimeParts Parts)
{
    public static TimeKind ForgottenFirstStep { get; } = new(
        "forgotten-first-step",
        "∂Wx = Σ_(t≥2) D_t x_tᵀ",
        "the contribution of Wx at t=1 is missing",
        new() { CountsForWx = t => t > 1 ? 1 : 0 });

    public static TimeKind ForgottenMiddleStep { get; } = new(
        "forgotten-middle-step",
        "∂Wh without t = 2",
        "the contribution of Wh at t=2 is missing",
        new() { CountsForWh = t => t == 2 ? 0 : 1 });

    public static TimeKind DoubledFirstStep { get; } = new(
        "doubled-first-step",
        "∂Wx counts t = 1 twice",
        "the contribution of Wx at t=1 is doubled",
        new() { CountsForWx = t => t == 1 ? 2 : 1 });

    public static TimeKind DetachedStates { get; } = new(
        "detached-states",
        "D_t = (Wyᵀ G_t) ∘ φ′(a_t)",
        "∂L/∂H2 is missing",
        new() { Back = (Wh, D) => Wh.Transpose() * D * 0 })
    {
        Says = "∂L/∂H…missing|no gradient flows back through Wh",
        Places = "∂L/∂H",
    };

    public static TimeKind StateOffByOne { get; } = new(
        "state-off-by-one",
        "∂Wh = Σ D_t h_tᵀ",
        "the gradient of Wh takes the value of the next step at every step: H2 for H1, H3 for H2",
        new() { StateFor = (h, t) => h[t] })
    {
        Says = "the gradient of Wh takes the value of the next step",
    };

    public static TimeKind InputOffByOne { get; } = new(
        "input-off-by-one",
        "∂Wx = Σ D_t x_(t−1)ᵀ",
        "the gradient of Wx takes the value of the previous step at every step: X1 for X2, X2 for X3",
        new() { InputFor = (x, t) => t > 1 ? x[t - 1] : x[1] * 0 })
    {
        Says = "the gradient of Wx takes the value of the previous step",
    };

    public static TimeKind SlopeAtH { get; } = new(
        "slope-at-h",
        "D_t = (…) ∘ φ′(h_t)",
        "φ′ is taken at h in place of a at every step",
        new() { SlopeAt = (_, h) => h })
    {
        Says = "φ′ is taken at h",
        Places = "∂L/∂A",
    };

    public static TimeKind MissingSlope { get; } = new(
        "missing-slope",
        "D_t = Whᵀ D_(t+1)",
        "φ′ is missing at every step",
        new() { HasSlope = (_, _) => false })
    {
        Says = "φ′|slope|missing",
        Places = "∂L/∂A",
    };

    public static TimeKind MissingLastSlope { get; } = new(
        "missing-last-slope",
        "D_T = Wyᵀ G",
        "φ′ is missing in ∂L/∂A3",
        new() { HasSlope = (t, steps) => t < steps })
    {
        Says = "φ′…∂L/∂A|slope…∂L/∂A",
        Places = "∂L/∂A",
    };

    public static TimeKind SlopeOfLogistic { get; } = new(
        "slope-of-logistic",
        "φ′ = h (1 − h)",
        "slope|(1 − H|logistic",
        new() { Slope = h => h.Map(v => v * (1 - v), Zeros.Include) })
    {
        Places = "∂L/∂A",
    };

    public static TimeKind UntransposedThroughTime { get; } = new(
        "untransposed-through-time",
        "D_t = (Wh D_(t+1)) ∘ φ′(a_t)",
        "Wh is not transposed at any step",
        new() { Back = (Wh, D) => Wh * D })
    {
        Says = "Wh is not transposed",
    };

    public static TimeKind MeanOverSteps { get; } = new(
        "mean-over-steps",
        "∂Wx = 1/T Σ D_t x_tᵀ",
        "the gradient of Wx is multiplied by 1/T",
        new() { ScaleOfWx = steps => 1.0 / steps });

    public static TimeKind SignThroughTime { get; } = new(
        "sign-through-time",
        "D_1 = −(Whᵀ D_2) ∘ φ′(a_1)",
        "∂L/∂H1 has the wrong sign",
        new() { SignBack = (t, _) => t == 2 ? -1 : 1 })
    {
        Says = "∂L/∂H1 has the wrong sign|Whᵀ ∂L/∂A2 has the wrong sign in ∂L/∂H1",
    };

    public static TimeKind BiasOfLastStep { get; } = new(
        "bias-of-last-step",
        "∂bh = D_T 1",
        "bh",
        new() { CountsForBias = (t, steps) => t == steps ? 1 : 0 })
    {
        Places = "bh",
    };

    public static TimeKind BiasWithoutFirstStep { get; } = new(
        "bias-without-first-step",
        "∂bh = Σ_(t≥2) D_t 1",
        "the contribution of bh at t=1 is missing",
        new() { CountsForBias = (t, _) => t > 1 ? 1 : 0 });

    public static TimeKind OutputBiasHalved { get; } = new(
        "output-bias-halved",
        "∂by = ½ G 1",
        "the gradient of by is halved",
        new() { BiasOfOutput = G => G.SumOfColumns() / 2 });

    public static TimeKind MinusOutputBias { get; } = new(
        "minus-output-bias",
        "∂by = −G 1",
        "the gradient of by has the wrong sign",
        new() { BiasOfOutput = G => -G.SumOfColumns() });

    public static TimeKind LastOutputOnly { get; } = new(
        "last-output-only",
        "D_t without Wyᵀ G_t before the last step",
        "Wy|∂L/∂H|G",
        new() { CountsForOutput = (t, steps) => t == steps ? 1 : 0 })
    {
        Places = "∂L/∂H|∂L/∂A",
    };

    public static TimeKind WyOfLastStep { get; } = new(
        "wy-of-last-step",
        "∂Wy = G_T h_Tᵀ",
        "Wy",
        new() { CountsForWy = (t, steps) => t == steps ? 1 : 0 })
    {
        Places = "Wy",
    };

    public static TimeKind DoubledFirstOutput { get; } = new(
        "doubled-first-output",
        "∂Wy counts t = 1 twice",
        "the contribution of Wy at t=1 is doubled",
        new() { CountsForWy = (t, _) => t == 1 ? 2 : 1 });

    /// <summary>Truncated backpropagation: nothing flows back through more than some steps.</summary>
    public static TimeKind TruncatedAfter(int kept) => new(
        FormattableString.Invariant($"truncated-after-{kept}-steps"),
        FormattableString.Invariant($"D_(T−{kept}) without Whᵀ D_(t+1)"),
        FormattableString.Invariant($"nothing flows back through more than the last {kept} steps"),
        new() { SignBack = (t, steps) => t == steps - kept + 1 ? 0 : 1 })
    {
        // Over so many steps what is missing in the weights may be less than their rounding: the inputs tell alone.
        Says = FormattableString.Invariant($"nothing flows back through more than the last {kept} steps|")
            + FormattableString.Invariant($"the gradient of X_t is missing more than {kept} steps before the end"),
    };

    /// <summary>What a diagnosis that names it says in any network: one of these, where … stands for
    /// anything.</summary>
    public string Says { get; private init; } = Diagnosis;

    /// <summary>What a diagnosis that gives the place alone speaks of: one of these.</summary>
    public string Places { get; private init; } = "";

    /// <summary>The derivation of a network in which it is made.</summary>
    public TimeMistake On(ElmanNetwork network) => new(Name, Line, Diagnosis, Parts, network);

    /// <summary>The same on trial.</summary>
    public Trial Try(ElmanNetwork network) => Trial.Wrong(Name, On(network), Line, Says, Places);
}
