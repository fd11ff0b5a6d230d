using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>GRU with its gates apart, the reset gate before the product: as the paper has it.</summary>
/// <remarks>K. Cho and others, "Learning phrase representations using RNN encoder–decoder", EMNLP (2014).</remarks>
internal static class GruApart
{
    private const string Letters = "rzn";

    private static readonly SequenceNetwork s_network = new(
        "gru-apart",
        "r = σ(Wr x_t + Ur h_(t−1) + br), z = σ(Wz x_t + Uz h_(t−1) + bz), n = tanh(Wn x_t + Un (r ∘ h_(t−1)) + bn), "
        + "h_t = (1 − z) ∘ n + z ∘ h_(t−1), Ŷ = [h_1 | … | h_T]",
        Tensors,
        Forward);

    /// <summary>The recipe.</summary>
    public static Recipe Recipe { get; } = new(
        s_network, ByHand.Matrices(
            s_network,
            "gru-apart",
            "∂(r ∘ h) = Unᵀ δ_n; ∂r = ∂(r ∘ h) ∘ h_(t−1); ∂h_(t−1) has four terms",
            x => Differentiate(x)))
    {
        Kept = new(("T", 3), ("n", 2), ("h", 4), ("B", 3)),
        Others =
        [
            ByHand.Matrices(
                s_network,
                "gru-apart-all-steps",
                "[Wr; Wz; Wn] [x_1 | … | x_T] before the first step, ∂W and ∂X after the last: one product each",
                AllSteps),
        ],
        Mistakes =
        [
            WrongLine.Of(
                s_network, Differentiate, "reset-for-state", "∂r = ∂(r ∘ h) ∘ r: r in place of h_(t−1)",
                "∂L/∂R… is (Unᵀ ∂L/∂An…) ∘ R…, where (Unᵀ ∂L/∂An…) ∘ H… belongs", "∂L/∂R|∂L/∂Ar"),
            WrongLine.Of(
                s_network, Differentiate, "state-for-reset-state", "∂Un = Σ δ_n h_(t−1)ᵀ: the product was with r ∘ h_(t−1)",
                "the gradient of Un is ∂L/∂An… H…ᵀ, where ∂L/∂An… (R… ∘ H…)ᵀ belongs", "the gradient of Un"),
            WrongLine.Of(
                s_network, Differentiate, "minus-lost", "∂z = ∂h ∘ (h_(t−1) + n): the minus of (1 − z) is lost",
                "−(∂L/∂H3 ∘ N3) has the wrong sign in ∂L/∂Z3, and so at every step", "∂L/∂Z|∂L/∂Az"),
        ],
        Lines =
        [
            "forward, t = 1 … T (h_0 is an input):",
            "  r = σ(Wr x_t + Ur h_(t−1) + br)            [h×B]",
            "  z = σ(Wz x_t + Uz h_(t−1) + bz)",
            "  n = tanh(Wn x_t + Un (r ∘ h_(t−1)) + bn)   r before the product",
            "  h_t = (1 − z) ∘ n + z ∘ h_(t−1)",
            "  Ŷ = [h_1 | … | h_T]                        [h×TB]",
            "backward, t = T … 1; δ is the adjoint of what is in the brackets:",
            "  δ_n = ∂h_t ∘ (1 − z) ∘ (1 − n²)",
            "  ∂(r ∘ h) = Unᵀ δ_n                         a product of two: each gets the other",
            "  δ_r = ∂(r ∘ h) ∘ h_(t−1) ∘ r (1 − r)",
            "  δ_z = ∂h_t ∘ (h_(t−1) − n) ∘ z (1 − z)     minus n, for z takes from n what it gives to h_(t−1)",
            "  ∂h_(t−1) = G_(t−1)                         h_(t−1) is used in Ŷ,",
            "       + ∂h_t ∘ z                            kept by z,",
            "       + ∂(r ∘ h) ∘ r                        in the candidate, through r,",
            "       + Urᵀ δ_r + Uzᵀ δ_z                   and in both gates",
            "  ∂x_t = Wrᵀ δ_r + Wzᵀ δ_z + Wnᵀ δ_n",
            "gradients, a term at every step:",
            "  ∂Wk = Σ_t δ_k x_tᵀ   ∂bk = Σ_t δ_k summed over the examples, for k of r, z, n",
            "  ∂Ur = Σ_t δ_r h_(t−1)ᵀ   ∂Uz = Σ_t δ_z h_(t−1)ᵀ   ∂Un = Σ_t δ_n (r ∘ h_(t−1))ᵀ",
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
        ];
    }

    private static Node Forward(Inputs x)
    {
        var (h, outputs) = (x["H0"], new List<Node>());
        for (var t = 1; t <= x.Shape["T"]; t++)
        {
            var (X, at) = (x[$"X{t}"], $"at t={t}");
            // [h×B]
            Node A(char k, Node state) =>
                (x[$"W{k}", at] * X + x[$"U{k}", at] * state).AddBias(x[$"b{k}", at]).Named($"A{k}", t);
            var (r, z) = (A('r', h).Sigmoid().Named("R", t), A('z', h).Sigmoid().Named("Z", t));
            var n = A('n', r.Hadamard(h)).Tanh().Named("N", t);
            h = ((1 - z).Hadamard(n) + z.Hadamard(h)).Named("H", t);
            outputs.Add(h);
        }

        return Node.Concat(1, outputs);
    }

    private static Gradients<double> Differentiate(MatrixCase<double> x, string slip = "")
    {
        var (Ur, Uz, Un, T, B) = (x["Ur"], x["Uz"], x["Un"], x.Shape["T"], x.Shape["B"]);
        var (r, z, n, h) = (Gates.Steps(T), Gates.Steps(T), Gates.Steps(T), Gates.Steps(T));
        h[0] = x["H0"];
        for (var t = 1; t <= T; t++)
        {
            var X = x[$"X{t}"];
            r[t] = (x["Wr"] * X + Ur * h[t - 1]).AddBias(x["br"]).Sigmoid();            // [h×B]
            z[t] = (x["Wz"] * X + Uz * h[t - 1]).AddBias(x["bz"]).Sigmoid();
            n[t] = (x["Wn"] * X + Un * r[t].Hadamard(h[t - 1])).AddBias(x["bn"]).Tanh();
            h[t] = (1 - z[t]).Hadamard(n[t]) + z[t].Hadamard(h[t - 1]);
        }

        var G = x.OutputGradient(Gates.Beside(h[..(T + 1)]));                           // [h×TB]
        var (dUr, dUz, dUn, dh, gradients) = (Ur * 0, Uz * 0, Un * 0, h[0] * 0, new Gradients<double>());
        foreach (var k in Letters)
        {
            (gradients[$"W{k}"], gradients[$"b{k}"]) = (x[$"W{k}"] * 0, x[$"b{k}"] * 0);
        }

        for (var t = T; t >= 1; t--)
        {
            dh += G.AtStep(t, B);
            var δn = dh.Hadamard(1 - z[t]).Hadamard(n[t].SlopeOfTanh());
            var drh = Un.TransposeThisAndMultiply(δn);                                  // ∂L/∂(r ∘ h)
            var δr = drh.Hadamard(slip == "reset-for-state" ? r[t] : h[t - 1]).Hadamard(r[t].SlopeOfSigmoid());
            var δz = dh.Hadamard(
                slip == "minus-lost" ? h[t - 1] + n[t] : h[t - 1] - n[t]).Hadamard(z[t].SlopeOfSigmoid());
            dUr += δr.TransposeAndMultiply(h[t - 1]);
            dUz += δz.TransposeAndMultiply(h[t - 1]);
            dUn += δn.TransposeAndMultiply(slip == "state-for-reset-state" ? h[t - 1] : r[t].Hadamard(h[t - 1]));
            var dX = x[$"X{t}"] * 0;
            foreach (var (k, δ) in new[] { ('r', δr), ('z', δz), ('n', δn) })
            {
                gradients[$"W{k}"] += δ.TransposeAndMultiply(x[$"X{t}"]);
                gradients[$"b{k}"] += δ.SumOfColumns();
                dX += x[$"W{k}"].TransposeThisAndMultiply(δ);
            }

            gradients[$"X{t}"] = dX;
            dh = dh.Hadamard(z[t])
                + drh.Hadamard(r[t])
                + Ur.TransposeThisAndMultiply(δr)
                + Uz.TransposeThisAndMultiply(δz);
        }

        (gradients["Ur"], gradients["Uz"], gradients["Un"], gradients["H0"]) = (dUr, dUz, dUn, dh);
        return gradients;
    }

    // What does not wait for a state is done for all steps at once.
    private static Gradients<double> AllSteps(MatrixCase<double> x)
    {
        var (T, rows, B) = (x.Shape["T"], x.Shape["h"], x.Shape["B"]);
        Matrix<double> Below(char what, string letters) => Gates.Stacked([.. letters.Select(k => x[$"{what}{k}"])]);
        var (W, U, Un, X) = (
            Below('W', "rzn"),
            Below('U', "rz"),
            x["Un"],
            Gates.Beside([x["H0"], .. Enumerable.Range(1, T).Select(t => x[$"X{t}"])]));
        var P = (W * X).AddBias(Below('b', "rzn"));                                     // [3h×TB]
        var (v, n, h) = (Gates.Steps(T), Gates.Steps(T), Gates.Steps(T));
        h[0] = x["H0"];
        for (var t = 1; t <= T; t++)
        {
            var p = P.AtStep(t, B);
            v[t] = (p.Gate(0, 2 * rows) + U * h[t - 1]).Sigmoid();                      // r and z: [2h×B]
            n[t] = (p.Gate(2, rows) + Un * v[t].Gate(0, rows).Hadamard(h[t - 1])).Tanh();
            h[t] = (1 - v[t].Gate(1, rows)).Hadamard(n[t]) + v[t].Gate(1, rows).Hadamard(h[t - 1]);
        }

        var G = x.OutputGradient(Gates.Beside(h[..(T + 1)]));
        var (D, dh) = (Gates.Steps(T), h[0] * 0);
        for (var t = T; t >= 1; t--)
        {
            var (r, z) = (v[t].Gate(0, rows), v[t].Gate(1, rows));
            dh += G.AtStep(t, B);
            var dn = dh.Hadamard(1 - z).Hadamard(n[t].SlopeOfTanh());
            var back = Un.TransposeThisAndMultiply(dn);
            var gates = Gates.Stacked(
                back.Hadamard(h[t - 1]), dh.Hadamard(h[t - 1] - n[t])).Hadamard(v[t].SlopeOfSigmoid());
            dh = dh.Hadamard(z) + back.Hadamard(r) + U.TransposeThisAndMultiply(gates);
            D[t] = gates.Stack(dn);                                                     // [3h×B]
        }

        var all = Gates.Beside(D[..(T + 1)]);                                           // [3h×TB]
        var states = Gates.Beside([h[0], .. h[..T]]);                                   // h_0 … h_(T−1)
        var resets = Gates.Beside([h[0], .. Enumerable.Range(1, T).Select(t => v[t].Gate(0, rows))]);
        var (dW, dU, db, dX) = (
            all.TransposeAndMultiply(X),
            all.Gate(0, 2 * rows).TransposeAndMultiply(states),
            all.SumOfColumns(),
            W.TransposeThisAndMultiply(all));
        var gradients = new Gradients<double>
        {
            ["Wr"] = dW.Gate(0, rows),
            ["Wz"] = dW.Gate(1, rows),
            ["Wn"] = dW.Gate(2, rows),
            ["br"] = db.Gate(0, rows),
            ["bz"] = db.Gate(1, rows),
            ["bn"] = db.Gate(2, rows),
            ["Ur"] = dU.Gate(0, rows),
            ["Uz"] = dU.Gate(1, rows),
            ["Un"] = all.Gate(2, rows).TransposeAndMultiply(resets.Hadamard(states)),
            ["H0"] = dh,
        };
        for (var t = 1; t <= T; t++)
        {
            gradients[$"X{t}"] = dX.AtStep(t, B);
        }

        return gradients;
    }
}
