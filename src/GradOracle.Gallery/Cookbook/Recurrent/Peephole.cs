using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>LSTM with peepholes: the gates look at the cell, two at the one before, the output gate at the new
/// one.</summary>
/// <remarks>F. Gers, N. Schraudolph, J. Schmidhuber, "Learning precise timing with LSTM recurrent networks", JMLR 3
/// (2002).</remarks>
internal static class Peephole
{
    private static readonly string[] s_peepholes = ["pi", "pf", "po"];

    private static readonly SequenceNetwork s_network = new(
        "lstm-peephole",
        "a = Wx x_t + Wh h_(t−1) + b; i = σ(a_i + pi ∘ c_(t−1)), f = σ(a_f + pf ∘ c_(t−1)), c_t = f ∘ c_(t−1) + i ∘ tanh(a_g), "
        + "o = σ(a_o + po ∘ c_t), h_t = o ∘ tanh c_t, Ŷ = [h_1 | … | h_T]",
        shape =>
        [
            .. Lstm.Tensors(shape), .. s_peepholes.Select(p => new TensorSpec(p, TensorRole.Parameter, shape["h"], 1))
        ],
        Forward);

    /// <summary>The recipe.</summary>
    public static Recipe Recipe { get; } = new(
        s_network, ByHand.Matrices(
            s_network,
            "lstm-peephole",
            "as lstm, with po ∘ ∂a_o in ∂c_t, and pi ∘ ∂a_i + pf ∘ ∂a_f in ∂c_(t−1)",
            x => Differentiate(x)))
    {
        Kept = new(("T", 3), ("n", 2), ("h", 4), ("B", 3)),
        Others =
        [
            ByHand.Matrices(
                s_network,
                "lstm-peephole-diagonal",
                "peepholes as diagonal matrices: ∂p is the diagonal of ∂a c_(t−1)ᵀ",
                x => Differentiate(x, "", isDiagonal: true)),
        ],
        Mistakes =
        [
            WrongLine.Of(
                s_network, Differentiate, "output-peephole-forgotten", "∂c_t = ∂h ∘ o ∘ tanh′(c_t) + …, without po ∘ ∂a_o",
                "∘ po is missing in ∂L/∂C", "∂L/∂C"),
            WrongLine.Of(
                s_network, Differentiate, "peepholes-not-carried", "∂c_(t−1) = f ∘ ∂c_t, without pi ∘ ∂a_i + pf ∘ ∂a_f",
                "∘ pi and … ∘ pf are missing in ∂L/∂C", "∂L/∂C"),
            WrongLine.Of(
                s_network, Differentiate, "output-looks-back", "∂po = Σ ∂a_o ∘ c_(t−1): the output gate looks at c_t",
                "∂L/∂po is … ∘ C2, where … ∘ C3 belongs, and so at every step", "the gradient of po|∂L/∂po"),
        ],
        Lines =
        [
            "forward, t = 1 … T (h_0 and c_0 are inputs):",
            "  a = Wx x_t + Wh h_(t−1) + b                [4h×B]  rows in the order i, f, g, o",
            "  i = σ(a_i + pi ∘ c_(t−1))   f = σ(a_f + pf ∘ c_(t−1))   g = tanh(a_g)      pi, pf, po: [h×1]",
            "  c_t = f ∘ c_(t−1) + i ∘ g",
            "  o = σ(a_o + po ∘ c_t)                      the new cell: o comes after c_t",
            "  h_t = o ∘ tanh(c_t),  Ŷ = [h_1 | … | h_T]",
            "backward, t = T … 1: o first, for c_t is in it:",
            "  ∂h_t = G_t + Whᵀ ∂a_(t+1)",
            "  ∂a_o = ∂h_t ∘ tanh(c_t) ∘ o (1 − o)",
            "  ∂c_t = ∂h_t ∘ o ∘ (1 − tanh² c_t)          c_t is used in h_t,",
            "       + po ∘ ∂a_o                           in this step's output gate,",
            "       + f_(t+1) ∘ ∂c_(t+1)                  in the next cell,",
            "       + pi ∘ ∂a_i + pf ∘ ∂a_f at t + 1      and in two gates of the next step",
            "  ∂a_i = ∂c_t ∘ g ∘ i (1 − i)   ∂a_f = ∂c_t ∘ c_(t−1) ∘ f (1 − f)   ∂a_g = ∂c_t ∘ i ∘ (1 − g²)",
            "  ∂x_t = Wxᵀ ∂a",
            "gradients, a term at every step:",
            "  ∂Wx = Σ_t ∂a x_tᵀ   ∂Wh = Σ_t ∂a h_(t−1)ᵀ   ∂b = Σ_t ∂a summed over the examples",
            "  ∂pi = Σ_t ∂a_i ∘ c_(t−1)   ∂pf = Σ_t ∂a_f ∘ c_(t−1)   ∂po = Σ_t ∂a_o ∘ c_t, summed over the examples",
        ],
    };

    private static Node Forward(Inputs x)
    {
        var (h, c, rows, outputs) = (x["H0"], x["C0"], x.Shape["h"], new List<Node>());
        for (var t = 1; t <= x.Shape["T"]; t++)
        {
            var at = $"at t={t}";
            var a = (x["Wx", at] * x[$"X{t}"] + x["Wh", at] * h).AddBias(x["b", at]).Named("A", t);   // [4h×B]
            var i = (a.Slice(0, 0, rows) + x["pi", at].Hadamard(c)).Sigmoid().Named("I", t);          // p: [h×1]
            var f = (a.Slice(0, rows, rows) + x["pf", at].Hadamard(c)).Sigmoid().Named("F", t);
            c = (f.Hadamard(c) + i.Hadamard(a.Slice(0, 2 * rows, rows).Tanh())).Named("C", t);
            var o = (a.Slice(0, 3 * rows, rows) + x["po", at].Hadamard(c)).Sigmoid().Named("O", t);
            h = o.Hadamard(c.Tanh()).Named("H", t);
            outputs.Add(h);
        }

        return Node.Concat(1, outputs);
    }

    private static Gradients<double> Differentiate(MatrixCase<double> x, string slip) =>
        Differentiate(x, slip, isDiagonal: false);

    private static Gradients<double> Differentiate(MatrixCase<double> x, string slip = "", bool isDiagonal = false)
    {
        var (Wx, Wh, pi, pf, po, T, rows, B) = (
            x["Wx"], x["Wh"], x["pi"], x["pf"], x["po"], x.Shape["T"], x.Shape["h"], x.Shape["B"]);
        var (i, f, g, o, c, h) = (
            Gates.Steps(T), Gates.Steps(T), Gates.Steps(T), Gates.Steps(T), Gates.Steps(T), Gates.Steps(T));
        (c[0], h[0]) = (x["C0"], x["H0"]);
        for (var t = 1; t <= T; t++)
        {
            var a = (Wx * x[$"X{t}"] + Wh * h[t - 1]).AddBias(x["b"]);                  // [4h×B]
            (i[t], f[t]) = (
                (a.Gate(0, rows) + Look(pi, c[t - 1])).Sigmoid(), (a.Gate(1, rows) + Look(pf, c[t - 1])).Sigmoid());
            g[t] = a.Gate(2, rows).Tanh();
            c[t] = f[t].Hadamard(c[t - 1]) + i[t].Hadamard(g[t]);                       // [h×B]
            o[t] = (a.Gate(3, rows) + Look(po, c[t])).Sigmoid();
            h[t] = o[t].Hadamard(c[t].Tanh());
        }

        var G = x.OutputGradient(Gates.Beside(h[..(T + 1)]));                           // [h×TB]
        var (dWx, dWh, db, dh, dc) = (Wx * 0, Wh * 0, x["b"] * 0, h[0] * 0, c[0] * 0);
        var (dpi, dpf, dpo, gradients) = (pi * 0, pf * 0, po * 0, new Gradients<double>());
        for (var t = T; t >= 1; t--)
        {
            var s = c[t].Tanh();
            dh += G.AtStep(t, B);
            // o comes after c_t, so before it here
            var dao = dh.Hadamard(s).Hadamard(o[t].SlopeOfSigmoid());
            dc += dh.Hadamard(o[t]).Hadamard(s.SlopeOfTanh());
            dc = slip == "output-peephole-forgotten" ? dc : dc + Look(po, dao);
            var dai = dc.Hadamard(g[t]).Hadamard(i[t].SlopeOfSigmoid());
            var daf = dc.Hadamard(c[t - 1]).Hadamard(f[t].SlopeOfSigmoid());
            var da = Gates.Stacked(dai, daf, dc.Hadamard(i[t]).Hadamard(g[t].SlopeOfTanh()), dao);
            (dWx, dWh, db) = (
                dWx + da.TransposeAndMultiply(x[$"X{t}"]),
                dWh + da.TransposeAndMultiply(h[t - 1]),
                db + da.SumOfColumns());
            (dpi, dpf) = (dpi + Looked(dai, c[t - 1]), dpf + Looked(daf, c[t - 1]));
            dpo += Looked(dao, slip == "output-looks-back" ? c[t - 1] : c[t]);
            gradients[$"X{t}"] = Wx.TransposeThisAndMultiply(da);
            dh = Wh.TransposeThisAndMultiply(da);
            dc = dc.Hadamard(f[t]);
            dc = slip == "peepholes-not-carried" ? dc : dc + Look(pi, dai) + Look(pf, daf);
        }

        (gradients["Wx"], gradients["Wh"], gradients["b"], gradients["H0"], gradients["C0"]) = (dWx, dWh, db, dh, dc);
        (gradients["pi"], gradients["pf"], gradients["po"]) = (dpi, dpf, dpo);
        return gradients;

        // p ∘ c, a number for each row; and its gradient, summed over the examples.
        Matrix<double> Look(Matrix<double> p, Matrix<double> cell) =>
            isDiagonal ? Matrix<double>.Build.DenseOfDiagonalVector(p.Column(0)) * cell : cell.ScaleRows(p);
        Matrix<double> Looked(Matrix<double> d, Matrix<double> cell) =>
            isDiagonal ? d.TransposeAndMultiply(cell).Diagonal().ToColumnMatrix() : d.Hadamard(cell).SumOfColumns();
    }
}
