using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>LSTM, its four gates from one packed product.</summary>
/// <remarks>S. Hochreiter, J. Schmidhuber, "Long short-term memory", Neural Computation 9 (1997); the forget gate is of
/// F. Gers and others (2000).</remarks>
internal static class Lstm
{
    private static readonly SequenceNetwork s_network = new(
        "lstm",
        "[i; f; g; o] = [σ; σ; tanh; σ](Wx x_t + Wh h_(t−1) + b), c_t = f ∘ c_(t−1) + i ∘ g, h_t = o ∘ tanh c_t, Ŷ = [h_1 | … | h_T]",
        Tensors,
        Forward);

    /// <summary>The recipe.</summary>
    public static Recipe Recipe { get; } = new(
        s_network, ByHand.Matrices(
            s_network,
            "lstm",
            "∂a from ∂h and ∂c, step by step from the last; ∂Wx = Σ ∂a_t x_tᵀ",
            x => Differentiate(x)))
    {
        Kept = new(("T", 3), ("n", 2), ("h", 4), ("B", 3)),
        Others =
        [
            ByHand.Matrices(
                s_network,
                "lstm-one-weight",
                "W = [Wx | Wh | b], z_t = [x_t; h_(t−1); 1]: ∂W in one product over all steps",
                OneWeight),
        ],
        Mistakes =
        [
            WrongLine.Of(
                s_network, Differentiate, "cell-not-carried", "∂c_(t−1) = 0 and not f ∘ ∂c_t",
                "∂L/∂C3 ∘ F3 is missing in ∂L/∂C2, and so at every step", "∂L/∂C"),
            WrongLine.Of(
                s_network, Differentiate, "slope-at-candidate", "∂a_g = ∂c ∘ i ∘ tanh′(g): the slope is taken at g, not at a_g",
                "∂L/∂A… is …, where …1 − G… belongs|∂L/∂(rows … of A3) is ∂L/∂G3 ∘ (1 − tanh(G3) ∘ tanh(G3)), where ∂L/∂G3 ∘ (1 − G3 ∘ G3) belongs, and so at every step", "∂L/∂A|∂L/∂G"),
            WrongLine.Of(
                s_network, Differentiate, "last-step-only", "∂Wx = ∂a_T x_Tᵀ: the steps before do not count",
                "of all uses the contribution of Wx at t=3 alone counts", "the gradient of Wx"),
            WrongLine.Of(
                s_network, Differentiate, "state-off-by-one", "∂Wh = Σ ∂a_t h_tᵀ: h_t for h_(t−1)",
                "the gradient of Wh takes the value of the next step at every step", "the gradient of Wh"),
        ],
        Lines =
        [
            "forward, t = 1 … T (h_0 and c_0 are inputs):",
            "  a_t = Wx x_t + Wh h_(t−1) + b              [4h×B]  rows in the order i, f, g, o",
            "  i = σ(a_i)   f = σ(a_f)   g = tanh(a_g)   o = σ(a_o)",
            "  c_t = f ∘ c_(t−1) + i ∘ g                  [h×B]",
            "  h_t = o ∘ tanh(c_t)                        [h×B]",
            "  Ŷ = [h_1 | … | h_T]                        [h×TB]",
            "backward, t = T … 1, with ∂h_T = G_T and ∂c_T = 0 to begin with:",
            "  ∂h_t = G_t + Whᵀ ∂a_(t+1)                  h_t is used twice: in Ŷ, and in every gate of the next step",
            "  ∂c_t = ∂h_t ∘ o ∘ (1 − tanh² c_t) + f_(t+1) ∘ ∂c_(t+1)   c_t too: in h_t, and in the next cell",
            "  ∂a_i = ∂c_t ∘ g ∘ i (1 − i)                i multiplies g",
            "  ∂a_f = ∂c_t ∘ c_(t−1) ∘ f (1 − f)          f multiplies the cell before",
            "  ∂a_g = ∂c_t ∘ i ∘ (1 − g²)                 g = tanh(a_g): its slope by its value",
            "  ∂a_o = ∂h_t ∘ tanh(c_t) ∘ o (1 − o)        o multiplies tanh(c_t), and does not pass through the cell",
            "  ∂x_t = Wxᵀ ∂a_t                            [n×B]",
            "gradients: every weight is used at every step, a term each:",
            "  ∂Wx = Σ_t ∂a_t x_tᵀ   ∂Wh = Σ_t ∂a_t h_(t−1)ᵀ   ∂b = Σ_t ∂a_t summed over the examples",
            "  ∂h_0 = Whᵀ ∂a_1   ∂c_0 = f_1 ∘ ∂c_1",
        ],
    };

    /// <summary>The tensors at a shape.</summary>
    public static IEnumerable<TensorSpec> Tensors(Shape shape)
    {
        var (n, h, B) = (shape["n"], shape["h"], shape["B"]);
        return
        [
            new("Wx", TensorRole.Parameter, 4 * h, n),
            new("Wh", TensorRole.Parameter, 4 * h, h),
            new("b", TensorRole.Parameter, 4 * h, 1),
            SequenceNetwork.State("H", 0, h, B),
            SequenceNetwork.State("C", 0, h, B),
        ];
    }

    private static Node Forward(Inputs x)
    {
        var (h, c, rows, outputs) = (x["H0"], x["C0"], x.Shape["h"], new List<Node>());
        for (var t = 1; t <= x.Shape["T"]; t++)
        {
            var at = $"at t={t}";
            var a = (x["Wx", at] * x[$"X{t}"] + x["Wh", at] * h).AddBias(x["b", at]).Named("A", t);   // [4h×B]
            var (i, f) = (a.Slice(0, 0, rows).Sigmoid().Named("I", t), a.Slice(0, rows, rows).Sigmoid().Named("F", t));
            var (g, o) = (
                a.Slice(0, 2 * rows, rows).Tanh().Named("G", t), a.Slice(0, 3 * rows, rows).Sigmoid().Named("O", t));
            c = (f.Hadamard(c) + i.Hadamard(g)).Named("C", t);                                       // [h×B]
            h = o.Hadamard(c.Tanh()).Named("H", t);
            outputs.Add(h);
        }

        return Node.Concat(1, outputs);
    }

    private static Gradients<double> Differentiate(MatrixCase<double> x, string slip = "") =>
        Differentiate(x, x["Wx"], x["Wh"], x["b"], slip);

    /// <summary>The backward pass, with the weights of the gates below each other.</summary>
    public static Gradients<double> Differentiate(
        MatrixCase<double> x, Matrix<double> Wx, Matrix<double> Wh, Matrix<double> b, string slip = "")
    {
        var (T, rows, B) = (x.Shape["T"], x.Shape["h"], x.Shape["B"]);
        var (i, f, g, o) = (Gates.Steps(T), Gates.Steps(T), Gates.Steps(T), Gates.Steps(T));
        var (c, h) = (Gates.Steps(T), Gates.Steps(T));
        (c[0], h[0]) = (x["C0"], x["H0"]);
        for (var t = 1; t <= T; t++)
        {
            var a = (Wx * x[$"X{t}"] + Wh * h[t - 1]).AddBias(b);                       // [4h×B]
            (i[t], f[t]) = (a.Gate(0, rows).Sigmoid(), a.Gate(1, rows).Sigmoid());
            (g[t], o[t]) = (a.Gate(2, rows).Tanh(), a.Gate(3, rows).Sigmoid());
            c[t] = f[t].Hadamard(c[t - 1]) + i[t].Hadamard(g[t]);                       // [h×B]
            h[t] = o[t].Hadamard(c[t].Tanh());
        }

        var G = x.OutputGradient(Gates.Beside(h[..(T + 1)]));                           // [h×TB]
        var (dWx, dWh, db, dh, dc) = (Wx * 0, Wh * 0, b * 0, h[0] * 0, c[0] * 0);
        var gradients = new Gradients<double>();
        for (var t = T; t >= 1; t--)
        {
            var s = c[t].Tanh();
            // from Ŷ, and from the step after
            dh += G.AtStep(t, B);
            dc += dh.Hadamard(o[t]).Hadamard(s.SlopeOfTanh());
            var slopeOfG = slip == "slope-at-candidate" ? g[t].Tanh().SlopeOfTanh() : g[t].SlopeOfTanh();
            var da = Gates.Stacked(
                dc.Hadamard(g[t]).Hadamard(i[t].SlopeOfSigmoid()),
                dc.Hadamard(c[t - 1]).Hadamard(f[t].SlopeOfSigmoid()),
                dc.Hadamard(i[t]).Hadamard(slopeOfG),
                dh.Hadamard(s).Hadamard(o[t].SlopeOfSigmoid()));                        // [4h×B]
            dWx += slip == "last-step-only" && t < T ? Wx * 0 : da.TransposeAndMultiply(x[$"X{t}"]);
            dWh += da.TransposeAndMultiply(slip == "state-off-by-one" ? h[t] : h[t - 1]);
            db += da.SumOfColumns();
            gradients[$"X{t}"] = Wx.TransposeThisAndMultiply(da);
            dh = Wh.TransposeThisAndMultiply(da);
            dc = slip == "cell-not-carried" ? dc * 0 : dc.Hadamard(f[t]);
        }

        (gradients["Wx"], gradients["Wh"], gradients["b"], gradients["H0"], gradients["C0"]) = (dWx, dWh, db, dh, dc);
        return gradients;
    }

    // The steps are gone through twice, and the weights are differentiated by one product over all T·B columns.
    private static Gradients<double> OneWeight(MatrixCase<double> x)
    {
        var (T, n, rows, B) = (x.Shape["T"], x.Shape["n"], x.Shape["h"], x.Shape["B"]);
        var W = x["Wx"].Append(x["Wh"]).Append(x["b"]);                                 // [4h×(n+h+1)]
        var (z, v, c, h) = (Gates.Steps(T), Gates.Steps(T), Gates.Steps(T), Gates.Steps(T));
        (c[0], h[0]) = (x["C0"], x["H0"]);
        for (var t = 1; t <= T; t++)
        {
            z[t] = Gates.Stacked(x[$"X{t}"], h[t - 1], Matrix<double>.Build.Dense(1, B, 1));
            var a = W * z[t];
            v[t] = Gates.Stacked(a.Gate(0, 2 * rows).Sigmoid(), a.Gate(2, rows).Tanh(), a.Gate(3, rows).Sigmoid());
            c[t] = v[t].Gate(1, rows).Hadamard(c[t - 1]) + v[t].Gate(0, rows).Hadamard(v[t].Gate(2, rows));
            h[t] = v[t].Gate(3, rows).Hadamard(c[t].Tanh());
        }

        var G = x.OutputGradient(Gates.Beside(h[..(T + 1)]));
        var (da, dz, dc, gradients) = (Gates.Steps(T), z[1] * 0, c[0] * 0, new Gradients<double>());
        for (var t = T; t >= 1; t--)
        {
            var (i, f, g, o) = (v[t].Gate(0, rows), v[t].Gate(1, rows), v[t].Gate(2, rows), v[t].Gate(3, rows));
            var (dh, s) = (G.AtStep(t, B) + dz.SubMatrix(n, rows, 0, B), c[t].Tanh());
            dc += dh.Hadamard(o).Hadamard(s.SlopeOfTanh());
            var dv = Gates.Stacked(dc.Hadamard(g), dc.Hadamard(c[t - 1]), dc.Hadamard(i), dh.Hadamard(s));
            da[t] = dv.Hadamard(
                Gates.Stacked(i.SlopeOfSigmoid(), f.SlopeOfSigmoid(), g.SlopeOfTanh(), o.SlopeOfSigmoid()));
            // ∂x_t, ∂h_(t−1) and a row for b
            dz = W.TransposeThisAndMultiply(da[t]);
            gradients[$"X{t}"] = dz.SubMatrix(0, n, 0, B);
            dc = dc.Hadamard(f);
        }

        var dW = Gates.Beside(da[..(T + 1)]).TransposeAndMultiply(Gates.Beside(z[..(T + 1)]));
        (gradients["Wx"], gradients["Wh"]) = (dW.SubMatrix(0, 4 * rows, 0, n), dW.SubMatrix(0, 4 * rows, n, rows));
        (gradients["b"], gradients["H0"], gradients["C0"]) = (
            dW.SubMatrix(0, 4 * rows, n + rows, 1), dz.SubMatrix(n, rows, 0, B), dc);
        return gradients;
    }
}
