using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery.Sequences;

/// <summary>A block of a transformer, its norms in front: attention and feed-forward, each beside a residual. Rows are
/// positions.</summary>
internal static class TransformerBlock
{
    private const double Epsilon = 1e-5;

    private static readonly Network s_network = Network.Define(
        "transformer-block",
        ["T", "d", "h", "f"],
        x =>
        {
            var X = x.Input("X", "T", "d");
            var N1 = Norm(X, x.Parameter("γ1", "1", "d")).Named("N1");
            var R = (X + CausalAttention.Of(x, N1, N1, N1).Named("Z") * x.Parameter("Wo", "h", "d")).Named("R");
            var N2 = Norm(R, x.Parameter("γ2", "1", "d")).Named("N2");
            var A = (N2 * x.Parameter("W1", "d", "f")).Named("A");
            return R + A.GeluTanh().Named("H") * x.Parameter("W2", "f", "d");
        },
        smallest: [("T", 2), ("d", 2)],
        rowsAreExamples: true);

    private enum Slip
    {
        None,
        Chain,
        Residual,
        NormStatistic,
        Scale,
    }

    /// <summary>The recipe.</summary>
    public static Recipe Recipe { get; } = new(
        s_network, ByHand.Matrices(
            s_network,
            "transformer-block",
            "each residual hands on what comes to it, beside what comes through its branch",
            x => Differentiate(x)))
    {
        Others = [ByHand.Matrices(s_network, "transformer-block-chain", "the norm's gradient step by step, through 1/rms", x => Differentiate(x, Slip.Chain))],
        Mistakes =
        [
            Wrong("block-residual", Slip.Residual, "∂R = norm'(∂N2)", "∂L/∂Ŷ is missing in ∂L/∂R", "∂L/∂R|∂L/∂Z|Wo"),
            Wrong(
                "block-norm-statistic",
                Slip.NormStatistic,
                "∂R = G + r γ2∘∂N2",
                "nothing flows back through mean(X ∘ X, axis 1) and mean(R ∘ R, axis 1), as if they were constants",
                "∂L/∂R|Wo|X"),
            Wrong(
                "block-attention-scale",
                Slip.Scale,
                "∂Q = ∂S K, ∂K = ∂Sᵀ Q",
                "∂L/∂(Q Kᵀ) is ∂L/∂S, where|∂L/∂(Q Kᵀ) is multiplied by √h",
                "∂L/∂S|Wq|Wk"),
        ],
        Kept = new(("T", 3), ("d", 4), ("h", 2), ("f", 5)),
        Lines =
        [
            "forward    N1 = r X γ1,  r = 1/√(mean X² + ε)        [T×d]   r a number for each row",
            "           Z = attention(N1)                         [T×h]   as in causal-attention",
            "           R = X + Z Wo                              [T×d]   the first residual",
            "           N2 = r R γ2                               [T×d]   r of the rows of R",
            "           A = N2 W1,  H = gelu(A)                   [T×f]",
            "           Y = R + H W2                              [T×d]   the second residual",
            "backward   G = ∂L/∂Y                                 [T×d]",
            "           ∂W2 = Hᵀ G                                [f×d]",
            "           ∂A = (G W2ᵀ) ∘ gelu′(A),  ∂W1 = N2ᵀ ∂A    [T×f], [d×f]",
            "           ∂N2 = ∂A W1ᵀ                              [T×d]",
            "           ∂R = G + norm′(∂N2)                       [T×d]   R is used twice",
            "           ∂Wo = Zᵀ ∂R,  ∂Z = ∂R Woᵀ                 [h×d], [T×h]",
            "           ∂N1, ∂Wq, ∂Wk, ∂Wv from ∂Z                        as in causal-attention",
            "           ∂X = ∂R + norm′(∂N1)                      [T×d]   X is used twice",
            "where      ∂γ = Σ_t ∂N ∘ r X                         [1×d]   of N = r X γ",
            "           norm′(∂N) = r (D − r² X mean(D ∘ X))      [T×d]   D = γ ∂N; the second term comes through r",
        ],
    };

    private static Node Norm(Node X, Node scale) =>
        X.Hadamard((X.Squared().Mean([-1], keepDims: true) + Epsilon).Rsqrt()).Hadamard(scale);

    private static Gradients<double> Differentiate(MatrixCase<double> x, Slip slip = Slip.None)
    {
        var (X, Wo, W1, W2) = (x["X"], x["Wo"], x["W1"], x["W2"]);
        var (r1, N1) = Normed(X, x["γ1"]);                                     // [T×1], [T×d]
        var head = new Head(N1, x["Wq"], x["Wk"], x["Wv"]);
        var R = X + head.Y * Wo;                                               // [T×d]
        var (r2, N2) = Normed(R, x["γ2"]);
        var A = N2 * W1;                                                       // [T×f]
        var H = A.Map(GeluLayer.Gelu, Zeros.Include);
        var G = x.OutputGradient(R + H * W2);                                  // [T×d]

        var dA = G.TransposeAndMultiply(W2).PointwiseMultiply(A.Map(GeluLayer.Slope, Zeros.Include)); // [T×f]
        var dN2 = dA.TransposeAndMultiply(W1);                                 // [T×d]
        var throughNorm = NormBackward(R, r2, dN2.ScaleColumns(x["γ2"]), slip);
        var dR = slip == Slip.Residual ? throughNorm : G + throughNorm;        // the residual, and the branch
        var (dN1, dWq, dWk, dWv) = head.Backward(
            dR.TransposeAndMultiply(Wo), slip == Slip.Scale ? Head.Slip.Scale : Head.Slip.None);
        return new()
        {
            ["X"] = dR + NormBackward(X, r1, dN1.ScaleColumns(x["γ1"]), slip),
            ["γ1"] = dN1.PointwiseMultiply(X.ScaleRows(r1)).SumOfRows(),
            ["Wq"] = dWq,
            ["Wk"] = dWk,
            ["Wv"] = dWv,
            ["Wo"] = head.Y.TransposeThisAndMultiply(dR),
            ["γ2"] = dN2.PointwiseMultiply(R.ScaleRows(r2)).SumOfRows(),
            ["W1"] = N2.TransposeThisAndMultiply(dA),
            ["W2"] = H.TransposeThisAndMultiply(G),
        };
    }

    private static (Matrix<double> Inverse, Matrix<double> Normed) Normed(Matrix<double> X, Matrix<double> scale)
    {
        var r = (X.DotsOfRows(X) / X.ColumnCount).Map(mean => 1 / Math.Sqrt(mean + Epsilon), Zeros.Include);
        return (r, X.ScaleRows(r).ScaleColumns(scale));
    }

    // D is ∂L/∂(r∘X).
    private static Matrix<double> NormBackward(Matrix<double> X, Matrix<double> r, Matrix<double> D, Slip slip)
    {
        if (slip == Slip.Chain)
        {
            // through r = m^−½
            var dMean = D.DotsOfRows(X).PointwiseMultiply(r.Map(v => -0.5 * v * v * v, Zeros.Include));
            return D.ScaleRows(r) + X.ScaleRows(2.0 / X.ColumnCount * dMean);
        }

        var means = D.DotsOfRows(X) / X.ColumnCount;                           // [T×1]
        var through = slip == Slip.NormStatistic ? 0 * X : X.ScaleRows(means.PointwiseMultiply(r).PointwiseMultiply(r));
        return (D - through).ScaleRows(r);
    }

    private static Trial Wrong(string name, Slip slip, string line, string says, string places) => Trial.Wrong(
        name, ByHand.Matrices(
            s_network, name, $"wrong on purpose: {line}", x => Differentiate(x, slip)), line, says, places);
}
