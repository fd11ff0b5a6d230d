using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>LSTM with its gates apart: weights and a bias for each, as the papers write it.</summary>
internal static class LstmApart
{
    private const string Letters = "ifgo"; // in the order in which the packed form has them

    private static readonly SequenceNetwork s_network = new(
        "lstm-apart",
        "a_k = Wk x_t + Uk h_(t−1) + bk for k of i, f, g, o; c_t = σ(a_f) ∘ c_(t−1) + σ(a_i) ∘ tanh(a_g), h_t = σ(a_o) ∘ tanh c_t, Ŷ = [h_1 | … | h_T]",
        Tensors,
        Forward);

    /// <summary>The recipe.</summary>
    public static Recipe Recipe { get; } = new(
        s_network, ByHand.Matrices(
            s_network,
            "lstm-apart",
            "δ_k = ∂L/∂a_k for each gate; ∂Wk = Σ δ_k x_tᵀ, ∂h_(t−1) = Σ_k Ukᵀ δ_k",
            x => Differentiate(x)))
    {
        Kept = new(("T", 3), ("n", 2), ("h", 4), ("B", 3)),
        Others =
        [
            ByHand.Matrices(
                s_network,
                "lstm-apart-packed",
                "the gates' weights put below each other, then as lstm; the gradients taken apart",
                Packed),
        ],
        Mistakes =
        [
            WrongLine.Of(
                s_network, Differentiate, "biases-of-forget", "∂bi = Σ δ_f and ∂bo = Σ δ_f: copied from the line of bf",
                "the gradient of bf stands in place of the gradients of bi and bo", "the gradient of bi"),
            WrongLine.Of(
                s_network, Differentiate, "cell-off-by-one", "δ_f = ∂c ∘ c_t ∘ f (1 − f): c_t for c_(t−1)",
                "∂L/∂σ(Af… is ∂L/∂C… ∘ C…, where ∂L/∂C… ∘ C… belongs", "∂L/∂Af|∂L/∂F"),
            WrongLine.Of(
                s_network, Differentiate, "state-through-one-gate", "∂h_(t−1) = Ufᵀ δ_f: the state feeds the other three gates too",
                "Uiᵀ ∂L/∂Ai3, Ugᵀ ∂L/∂Ag3 and Uoᵀ ∂L/∂Ao3 are missing in ∂L/∂H2, and so at every step", "∂L/∂H"),
        ],
        Lines =
        [
            "forward, t = 1 … T (h_0 and c_0 are inputs):",
            "  a_k = Wk x_t + Uk h_(t−1) + bk             [h×B]   for each gate k of i, f, g, o",
            "  i = σ(a_i)   f = σ(a_f)   g = tanh(a_g)   o = σ(a_o)",
            "  c_t = f ∘ c_(t−1) + i ∘ g",
            "  h_t = o ∘ tanh(c_t)",
            "  Ŷ = [h_1 | … | h_T]                        [h×TB]",
            "backward, t = T … 1:",
            "  ∂h_t = G_t + Uiᵀ δ_i + Ufᵀ δ_f + Ugᵀ δ_g + Uoᵀ δ_o   the δ of step t + 1: h_t feeds all four gates",
            "  ∂c_t = ∂h_t ∘ o ∘ (1 − tanh² c_t) + f_(t+1) ∘ ∂c_(t+1)",
            "  δ_i = ∂c_t ∘ g ∘ i (1 − i)",
            "  δ_f = ∂c_t ∘ c_(t−1) ∘ f (1 − f)           the cell before, not c_t",
            "  δ_g = ∂c_t ∘ i ∘ (1 − g²)",
            "  δ_o = ∂h_t ∘ tanh(c_t) ∘ o (1 − o)",
            "  ∂x_t = Wiᵀ δ_i + Wfᵀ δ_f + Wgᵀ δ_g + Woᵀ δ_o",
            "gradients, for each gate a term at every step:",
            "  ∂Wk = Σ_t δ_k x_tᵀ   ∂Uk = Σ_t δ_k h_(t−1)ᵀ   ∂bk = Σ_t δ_k summed over the examples",
            "  ∂h_0 = Σ_k Ukᵀ δ_k at t = 1   ∂c_0 = f_1 ∘ ∂c_1",
        ],
    };

    private static IEnumerable<TensorSpec> Tensors(Shape shape)
    {
        var (n, h, B) = (shape["n"], shape["h"], shape["B"]);
        return
        [
            .. Letters.Select(k => new TensorSpec($"W{k}", TensorRole.Parameter, h, n)),
            .. Letters.Select(k => new TensorSpec($"U{k}", TensorRole.Parameter, h, h)),
            .. Letters.Select(k => new TensorSpec($"b{k}", TensorRole.Parameter, h, 1)),
            SequenceNetwork.State("H", 0, h, B),
            SequenceNetwork.State("C", 0, h, B),
        ];
    }

    private static Node Forward(Inputs x)
    {
        var (h, c, outputs) = (x["H0"], x["C0"], new List<Node>());
        for (var t = 1; t <= x.Shape["T"]; t++)
        {
            var (X, before, at) = (x[$"X{t}"], h, $"at t={t}");
            // [h×B]
            Node A(char k) => (x[$"W{k}", at] * X + x[$"U{k}", at] * before).AddBias(x[$"b{k}", at]).Named($"A{k}", t);
            c = (A('f').Sigmoid().Hadamard(c) + A('i').Sigmoid().Hadamard(A('g').Tanh())).Named("C", t);
            h = A('o').Sigmoid().Hadamard(c.Tanh()).Named("H", t);
            outputs.Add(h);
        }

        return Node.Concat(1, outputs);
    }

    private static Gradients<double> Differentiate(MatrixCase<double> x, string slip = "")
    {
        var (T, B) = (x.Shape["T"], x.Shape["B"]);
        var (W, U, b) = (
            Letters.ToDictionary(k => k, k => x[$"W{k}"]),
            Letters.ToDictionary(k => k, k => x[$"U{k}"]),
            Letters.ToDictionary(k => k, k => x[$"b{k}"]));
        var (i, f, g, o, c, h) = (
            Gates.Steps(T), Gates.Steps(T), Gates.Steps(T), Gates.Steps(T), Gates.Steps(T), Gates.Steps(T));
        (c[0], h[0]) = (x["C0"], x["H0"]);
        for (var t = 1; t <= T; t++)
        {
            Matrix<double> A(char k) => (W[k] * x[$"X{t}"] + U[k] * h[t - 1]).AddBias(b[k]); // [h×B]
            (i[t], f[t], g[t], o[t]) = (A('i').Sigmoid(), A('f').Sigmoid(), A('g').Tanh(), A('o').Sigmoid());
            c[t] = f[t].Hadamard(c[t - 1]) + i[t].Hadamard(g[t]);
            h[t] = o[t].Hadamard(c[t].Tanh());
        }

        var G = x.OutputGradient(Gates.Beside(h[..(T + 1)]));                           // [h×TB]
        var (dh, dc, gradients) = (h[0] * 0, c[0] * 0, new Gradients<double>());
        foreach (var k in Letters)
        {
            (gradients[$"W{k}"], gradients[$"U{k}"], gradients[$"b{k}"]) = (W[k] * 0, U[k] * 0, b[k] * 0);
        }

        for (var t = T; t >= 1; t--)
        {
            var s = c[t].Tanh();
            dh += G.AtStep(t, B);
            dc += dh.Hadamard(o[t]).Hadamard(s.SlopeOfTanh());
            var δ = new Dictionary<char, Matrix<double>>
            {
                ['i'] = dc.Hadamard(g[t]).Hadamard(i[t].SlopeOfSigmoid()),
                ['f'] = dc.Hadamard(slip == "cell-off-by-one" ? c[t] : c[t - 1]).Hadamard(f[t].SlopeOfSigmoid()),
                ['g'] = dc.Hadamard(i[t]).Hadamard(g[t].SlopeOfTanh()),
                ['o'] = dh.Hadamard(s).Hadamard(o[t].SlopeOfSigmoid()),
            };
            foreach (var k in Letters)
            {
                gradients[$"W{k}"] += δ[k].TransposeAndMultiply(x[$"X{t}"]);
                gradients[$"U{k}"] += δ[k].TransposeAndMultiply(h[t - 1]);
                gradients[$"b{k}"] += δ[slip == "biases-of-forget" && k != 'g' ? 'f' : k].SumOfColumns();
            }

            gradients[$"X{t}"] = Letters.Select(
                k => W[k].TransposeThisAndMultiply(δ[k])).Aggregate((sum, term) => sum + term);
            dh = (slip == "state-through-one-gate" ? "f" : Letters).Select(
                k => U[k].TransposeThisAndMultiply(δ[k])).Aggregate((sum, term) => sum + term);
            dc = dc.Hadamard(f[t]);
        }

        (gradients["H0"], gradients["C0"]) = (dh, dc);
        return gradients;
    }

    private static Gradients<double> Packed(MatrixCase<double> x)
    {
        Matrix<double> Below(char what) => Gates.Stacked([.. Letters.Select(k => x[$"{what}{k}"])]);
        var gradients = Lstm.Differentiate(x, Below('W'), Below('U'), Below('b'));
        var (dW, dU, db, rows) = (gradients["Wx"], gradients["Wh"], gradients["b"], x.Shape["h"]);
        var apart = new Gradients<double> { ["H0"] = gradients["H0"], ["C0"] = gradients["C0"] };
        for (var k = 0; k < Letters.Length; k++)
        {
            var letter = Letters[k];
            (apart[$"W{letter}"], apart[$"U{letter}"], apart[$"b{letter}"]) = (
                dW.Gate(k, rows), dU.Gate(k, rows), db.Gate(k, rows));
        }

        for (var t = 1; t <= x.Shape["T"]; t++)
        {
            apart[$"X{t}"] = gradients[$"X{t}"];
        }

        return apart;
    }
}
