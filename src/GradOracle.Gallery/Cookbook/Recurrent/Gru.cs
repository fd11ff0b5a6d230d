namespace GradOracle.Gallery;

/// <summary>GRU from two packed products, the reset gate after the product: as cuDNN and torch.nn.GRU have
/// it.</summary>
internal static class Gru
{
    private static readonly SequenceNetwork s_network = new(
        "gru",
        "P = Wx x_t + bx, Q = Wh h_(t−1) + bh; r = σ(P_r + Q_r), z = σ(P_z + Q_z), n = tanh(P_n + r ∘ Q_n), h_t = (1 − z) ∘ n + z ∘ h_(t−1), Ŷ = [h_1 | … | h_T]",
        Tensors,
        Forward);

    /// <summary>The recipe.</summary>
    public static Recipe Recipe { get; } = new(
        s_network, ByHand.Matrices(
            s_network,
            "gru",
            "∂P = [∂a_r; ∂a_z; ∂a_n], ∂Q = [∂a_r; ∂a_z; r ∘ ∂a_n], ∂h_(t−1) = z ∘ ∂h + Whᵀ ∂Q",
            x => Differentiate(x)))
    {
        Kept = new(("T", 3), ("n", 2), ("h", 4), ("B", 3)),
        Others =
        [
            ByHand.Matrices(
                s_network,
                "gru-interpolated",
                "h_t = n + z ∘ (h_(t−1) − n), and ∂a_z = ∂h ∘ (h_(t−1) − h_t) ∘ z",
                x => Differentiate(x, "interpolated")),
        ],
        Mistakes =
        [
            WrongLine.Of(
                s_network, Differentiate, "minus-lost", "∂z = ∂h ∘ (h_(t−1) + n): the minus of (1 − z) is lost",
                "−(∂L/∂H3 ∘ N3) has the wrong sign in ∂L/∂Z3, and so at every step", "∂L/∂Z"),
            WrongLine.Of(
                s_network, Differentiate, "reset-not-applied", "∂Q = ∂P: without r on the way to the candidate",
                "∂L/∂(the last … rows of Q3) is ∂L/∂N3 ∘ (1 − N3 ∘ N3), where (∂L/∂N3 ∘ (1 − N3 ∘ N3)) ∘ R3 belongs, and so at every step", "∂L/∂Q|∂L/∂H… carried"),
            WrongLine.Of(
                s_network, Differentiate, "state-not-carried", "∂h_(t−1) = Whᵀ ∂Q, without z ∘ ∂h",
                "∂L/∂H3 ∘ Z3 is missing in ∂L/∂H2, and so at every step", "∂L/∂H"),
            WrongLine.Of(
                s_network, Differentiate, "state-off-by-one", "∂Wh = Σ ∂Q h_tᵀ: h_t for h_(t−1)",
                "the gradient of Wh takes the value of the next step at every step", "the gradient of Wh"),
        ],
        Lines =
        [
            "forward, t = 1 … T (h_0 is an input):",
            "  P = Wx x_t + bx   Q = Wh h_(t−1) + bh      [3h×B]  rows in the order r, z, n",
            "  r = σ(P_r + Q_r)   z = σ(P_z + Q_z)",
            "  n = tanh(P_n + r ∘ Q_n)                    r after the product, so Q has a bias of its own",
            "  h_t = (1 − z) ∘ n + z ∘ h_(t−1)            [h×B]",
            "  Ŷ = [h_1 | … | h_T]                        [h×TB]",
            "backward, t = T … 1:",
            "  ∂h_t = G_t + z_(t+1) ∘ ∂h_(t+1) + Whᵀ ∂Q_(t+1)   h_t is used three times: in Ŷ, kept by z, and in Q",
            "  ∂a_n = ∂h_t ∘ (1 − z) ∘ (1 − n²)",
            "  ∂a_z = ∂h_t ∘ (h_(t−1) − n) ∘ z (1 − z)    minus n, for z takes from n what it gives to h_(t−1)",
            "  ∂a_r = ∂a_n ∘ Q_n ∘ r (1 − r)              r multiplies Q_n",
            "  ∂P = [∂a_r; ∂a_z; ∂a_n]                    [3h×B]",
            "  ∂Q = [∂a_r; ∂a_z; r ∘ ∂a_n]                the candidate sees Q_n through r",
            "  ∂x_t = Wxᵀ ∂P",
            "gradients, a term at every step:",
            "  ∂Wx = Σ_t ∂P x_tᵀ   ∂Wh = Σ_t ∂Q h_(t−1)ᵀ   ∂bx = Σ_t ∂P, ∂bh = Σ_t ∂Q summed over the examples",
            "  ∂h_0 = z_1 ∘ ∂h_1 + Whᵀ ∂Q_1",
        ],
    };

    private static IEnumerable<TensorSpec> Tensors(Shape shape)
    {
        var (n, h, B) = (shape["n"], shape["h"], shape["B"]);
        return
        [
            new("Wx", TensorRole.Parameter, 3 * h, n),
            new("Wh", TensorRole.Parameter, 3 * h, h),
            new("bx", TensorRole.Parameter, 3 * h, 1),
            new("bh", TensorRole.Parameter, 3 * h, 1),
            SequenceNetwork.State("H", 0, h, B),
        ];
    }

    private static Node Forward(Inputs x)
    {
        var (h, rows, outputs) = (x["H0"], x.Shape["h"], new List<Node>());
        for (var t = 1; t <= x.Shape["T"]; t++)
        {
            var at = $"at t={t}";
            var p = (x["Wx", at] * x[$"X{t}"]).AddBias(x["bx", at]).Named("P", t);                    // [3h×B]
            var q = (x["Wh", at] * h).AddBias(x["bh", at]).Named("Q", t);
            var r = (p.Slice(0, 0, rows) + q.Slice(0, 0, rows)).Sigmoid().Named("R", t);              // [h×B]
            var z = (p.Slice(0, rows, rows) + q.Slice(0, rows, rows)).Sigmoid().Named("Z", t);
            var n = (p.Slice(0, 2 * rows, rows) + r.Hadamard(q.Slice(0, 2 * rows, rows))).Tanh().Named("N", t);
            h = ((1 - z).Hadamard(n) + z.Hadamard(h)).Named("H", t);
            outputs.Add(h);
        }

        return Node.Concat(1, outputs);
    }

    private static Gradients<double> Differentiate(MatrixCase<double> x, string slip = "")
    {
        var (Wx, Wh, bx, bh, T, rows, B) = (
            x["Wx"], x["Wh"], x["bx"], x["bh"], x.Shape["T"], x.Shape["h"], x.Shape["B"]);
        var (r, z, n, Qn, h) = (Gates.Steps(T), Gates.Steps(T), Gates.Steps(T), Gates.Steps(T), Gates.Steps(T));
        var isInterpolated = slip == "interpolated";
        h[0] = x["H0"];
        for (var t = 1; t <= T; t++)
        {
            var (P, Q) = ((Wx * x[$"X{t}"]).AddBias(bx), (Wh * h[t - 1]).AddBias(bh));  // [3h×B]
            (r[t], z[t], Qn[t]) = (
                (P.Gate(0, rows) + Q.Gate(0, rows)).Sigmoid(),
                (P.Gate(1, rows) + Q.Gate(1, rows)).Sigmoid(),
                Q.Gate(2, rows));
            n[t] = (P.Gate(2, rows) + r[t].Hadamard(Qn[t])).Tanh();                     // [h×B]
            h[t] = isInterpolated
                ? n[t] + z[t].Hadamard(h[t - 1] - n[t])
                : (1 - z[t]).Hadamard(n[t]) + z[t].Hadamard(h[t - 1]);
        }

        var G = x.OutputGradient(Gates.Beside(h[..(T + 1)]));                           // [h×TB]
        var (dWx, dWh, dbx, dbh, dh) = (Wx * 0, Wh * 0, bx * 0, bh * 0, h[0] * 0);
        var gradients = new Gradients<double>();
        for (var t = T; t >= 1; t--)
        {
            dh += G.AtStep(t, B);
            var dn = dh.Hadamard(1 - z[t]).Hadamard(n[t].SlopeOfTanh());                // ∂a_n
            var dz = dh.Hadamard(
                slip == "minus-lost" ? h[t - 1] + n[t] : h[t - 1] - n[t]).Hadamard(z[t].SlopeOfSigmoid());
            // h_(t−1) − h_t = (1 − z) ∘ (h_(t−1) − n)
            dz = isInterpolated ? dh.Hadamard(h[t - 1] - h[t]).Hadamard(z[t]) : dz;
            var dr = dn.Hadamard(Qn[t]).Hadamard(r[t].SlopeOfSigmoid());
            var dP = Gates.Stacked(dr, dz, dn);                                         // [3h×B]
            var dQ = slip == "reset-not-applied" ? dP : Gates.Stacked(dr, dz, dn.Hadamard(r[t]));
            dWx += dP.TransposeAndMultiply(x[$"X{t}"]);
            dWh += dQ.TransposeAndMultiply(slip == "state-off-by-one" ? h[t] : h[t - 1]);
            (dbx, dbh) = (dbx + dP.SumOfColumns(), dbh + dQ.SumOfColumns());
            gradients[$"X{t}"] = Wx.TransposeThisAndMultiply(dP);
            dh = slip == "state-not-carried"
                ? Wh.TransposeThisAndMultiply(dQ)
                : dh.Hadamard(z[t]) + Wh.TransposeThisAndMultiply(dQ);
        }

        (gradients["Wx"], gradients["Wh"], gradients["bx"], gradients["bh"], gradients["H0"]) =
            (dWx, dWh, dbx, dbh, dh);
        return gradients;
    }
}
