using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>Mistakes in backpropagation through time, some of them in each Elman network of the catalogue.</summary>
internal static class TimeTrials
{
    private static readonly Kind[] s_ofBias =
    [
        new("bias-of-last-step", "∂bh = D_T 1", "bh", new() { CountsForBias = (t, steps) => t == steps ? 1 : 0 }, "bh"),
        new(
            "output-bias-halved",
            "∂by = ½ G 1",
            "the gradient of by is halved",
            new() { BiasOfOutput = G => G.SumOfColumns() / 2 }),
        new(
            "bias-without-first-step",
            "∂bh = Σ_(t≥2) D_t 1",
            "the contribution of bh at t=1 is missing",
            new() { CountsForBias = (t, _) => t > 1 ? 1 : 0 }),
        new(
            "minus-output-bias",
            "∂by = −G 1",
            "the gradient of by has the wrong sign",
            new() { BiasOfOutput = G => -G.SumOfColumns() }),
    ];

    private static readonly Kind[] s_ofSequence =
    [
        new(
            "last-output-only",
            "D_t without Wyᵀ G_t before the last step",
            "Wy|∂L/∂H|G",
            new() { CountsForOutput = (t, steps) => t == steps ? 1 : 0 },
            "∂L/∂H|∂L/∂A"),
        new("wy-of-last-step", "∂Wy = G_T h_Tᵀ", "Wy", new() { CountsForWy = (t, steps) => t == steps ? 1 : 0 }, "Wy"),
        new(
            "doubled-first-output",
            "∂Wy counts t = 1 twice",
            "the contribution of Wy at t=1 is doubled",
            new() { CountsForWy = (t, _) => t == 1 ? 2 : 1 }),
    ];

    private static readonly Kind[] s_ofActivation =
    [
        new("missing-slope", "D_t = Whᵀ D_(t+1)", "φ′|slope|missing", new() { HasSlope = (_, _) => false }, "∂L/∂A"),
        new(
            "missing-last-slope",
            "D_T = Wyᵀ G",
            "φ′…∂L/∂A|slope…∂L/∂A",
            new() { HasSlope = (t, steps) => t < steps },
            "∂L/∂A"),
        new(
            "slope-of-logistic",
            "φ′ = h (1 − h)",
            "slope|(1 − H|logistic",
            new() { Slope = h => h.Map(v => v * (1 - v), Zeros.Include) },
            "∂L/∂A"),
        new("slope-at-h", "D_t = (…) ∘ φ′(h_t)", "φ′ is taken at h", new() { SlopeAt = (_, h) => h }, "∂L/∂A"),
    ];

    private static readonly Kind[] s_ofAny =
    [
        new(
            "detached-states",
            "D_t = (Wyᵀ G_t) ∘ φ′(a_t)",
            "∂L/∂H…missing|no gradient flows back through Wh",
            new() { Back = (Wh, D) => Wh.Transpose() * D * 0 },
            "∂L/∂H"),
        new(
            "forgotten-first-step",
            "∂Wx = Σ_(t≥2) D_t x_tᵀ",
            "the contribution of Wx at t=1 is missing",
            new() { CountsForWx = t => t > 1 ? 1 : 0 }),
        new(
            "untransposed-through-time",
            "D_t = (Wh D_(t+1)) ∘ φ′(a_t)",
            "Wh is not transposed",
            new() { Back = (Wh, D) => Wh * D }),
        new(
            "state-off-by-one",
            "∂Wh = Σ D_t h_tᵀ",
            "the gradient of Wh takes the value of the next step",
            new() { StateFor = (h, t) => h[t] }),
        new(
            "input-off-by-one",
            "∂Wx = Σ D_t x_(t−1)ᵀ",
            "the gradient of Wx takes the value of the previous step",
            new() { InputFor = (x, t) => t > 1 ? x[t - 1] : x[1] * 0 }),
        new(
            "mean-over-steps",
            "∂Wx = 1/T Σ D_t x_tᵀ",
            "the gradient of Wx is multiplied by 1/T",
            new() { ScaleOfWx = steps => 1.0 / steps }),
        new(
            "sign-through-time",
            "D_1 = −(Whᵀ D_2) ∘ φ′(a_1)",
            "∂L/∂H1 has the wrong sign|Whᵀ ∂L/∂A2 has the wrong sign in ∂L/∂H1",
            new() { SignBack = t => t == 2 ? -1 : 1 }),
        new(
            "forgotten-middle-step",
            "∂Wh without t = 2",
            "the contribution of Wh at t=2 is missing",
            new() { CountsForWh = t => t == 2 ? 0 : 1 }),
    ];

    /// <summary>All of them: of each network one of every sort that it can have, another one than the network before
    /// it; without those that are registered.</summary>
    public static IEnumerable<Trial> All => Catalog.Networks.All.OfType<ElmanNetwork>()
        .SelectMany((network, i) => Sorts(network).Select(kinds => kinds[i % kinds.Length].On(network)))
        .Where(
            trial =>
                !TimeMistake.All.Any(m => m.Name == trial.Name && m.Network.Name == trial.Derivation.Network.Name));

    private static IEnumerable<Kind[]> Sorts(ElmanNetwork network)
    {
        yield return s_ofAny;
        if (network.HasBias)
        {
            yield return s_ofBias;
        }

        if (network.HasOutputAtEveryStep)
        {
            yield return s_ofSequence;
        }

        // The slope of the logistic function is its own; that of a rectifier is the same at h as at a.
        if (network.Activation.Name.Length > 0)
        {
            var isRight =
                network.Activation.Name switch { "sigmoid" => "slope-of-logistic", "relu" => "slope-at-h", _ => "" };
            yield return [.. s_ofActivation.Where(k => k.Name != isRight)];
        }
    }

    private sealed record Kind(string Name, string Line, string Says, TimeParts Parts, string Places = "")
    {
        public Trial On(ElmanNetwork network) =>
            Trial.Wrong(Name, new TimeMistake(Name, Line, Says, Parts, network), Line, Says, Places);
    }
}
