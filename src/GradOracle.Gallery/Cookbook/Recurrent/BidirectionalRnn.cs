using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>Two recurrent networks over one sequence, one from its beginning and one from its end.</summary>
/// <remarks>M. Schuster, K. Paliwal, "Bidirectional recurrent neural networks", IEEE Transactions on Signal Processing
/// 45 (1997).</remarks>
internal static class BidirectionalRnn
{
    private static readonly SequenceNetwork s_network = new(
        "bidirectional-rnn",
        "f_t = tanh(Wf x_t + Uf f_(t−1) + bf), r_t = tanh(Wr x_t + Ur r_(t+1) + br), Ŷ = [… | Vf f_t + Vr r_t + by | …]",
        Tensors,
        Forward,
        hasOutputs: true);

    /// <summary>The recipe.</summary>
    public static Recipe Recipe { get; } = new(
        s_network, ByHand.Matrices(
            s_network,
            "bidirectional-rnn",
            "f goes back from T to 1, r from 1 to T; ∂x_t = Wfᵀ D_t + Wrᵀ E_t",
            x => Differentiate(x)))
    {
        Kept = new(("T", 3), ("n", 2), ("h", 4), ("m", 1), ("B", 3)),
        Others =
        [
            ByHand.Matrices(
                s_network,
                "bidirectional-rnn-twice",
                "one backward pass for both: on the sequence, and on the sequence turned round",
                Twice),
        ],
        Mistakes =
        [
            WrongLine.Of(
                s_network, Differentiate, "order-not-reversed", "E_t = (Vrᵀ G_t + Urᵀ E_(t+1)) ∘ tanh′: carried from t + 1, not from t − 1",
                "∂L/∂R_t takes what is carried from step t + 1, where step t − 1 belongs", "∂L/∂R|∂L/∂((Wr X|∂L/∂((Wr"),
            WrongLine.Of(
                s_network, Differentiate, "state-of-other-side", "∂Ur = Σ E_t r_(t−1)ᵀ: the state before r_t is r_(t+1)",
                "the gradient of Ur takes the value", "the gradient of Ur"),
            WrongLine.Of(
                s_network, Differentiate, "one-direction-only", "∂x_t = Wfᵀ D_t, without Wrᵀ E_t",
                "the contribution of X… is missing", "X1"),
        ],
        Lines =
        [
            "forward (f_0 and r_(T+1) are inputs):",
            "  f_t = tanh(Wf x_t + Uf f_(t−1) + bf)       [h×B]   t = 1 … T",
            "  r_t = tanh(Wr x_t + Ur r_(t+1) + br)       [h×B]   t = T … 1",
            "  Ŷ_t = Vf f_t + Vr r_t + by                 [m×B]",
            "  Ŷ = [Ŷ_1 | … | Ŷ_T]                        [m×TB]",
            "backward, each direction against its own order:",
            "  D_t = (Vfᵀ G_t + Ufᵀ D_(t+1)) ∘ (1 − f_t²)   t = T … 1, D_(T+1) = 0",
            "  E_t = (Vrᵀ G_t + Urᵀ E_(t−1)) ∘ (1 − r_t²)   t = 1 … T, E_0 = 0",
            "  ∂x_t = Wfᵀ D_t + Wrᵀ E_t                   x_t is used in both directions",
            "gradients, a term at every step:",
            "  ∂Wf = Σ_t D_t x_tᵀ   ∂Uf = Σ_t D_t f_(t−1)ᵀ   ∂bf = Σ_t D_t summed over the examples",
            "  ∂Wr = Σ_t E_t x_tᵀ   ∂Ur = Σ_t E_t r_(t+1)ᵀ   ∂br = Σ_t E_t summed over the examples",
            "  ∂Vf = Σ_t G_t f_tᵀ   ∂Vr = Σ_t G_t r_tᵀ       ∂by = Σ_t G_t summed over the examples",
            "  ∂f_0 = Ufᵀ D_1   ∂r_(T+1) = Urᵀ E_T",
        ],
    };

    private static IEnumerable<TensorSpec> Tensors(Shape shape)
    {
        var (n, h, m, B) = (shape["n"], shape["h"], shape["m"], shape["B"]);
        foreach (var k in "fr")
        {
            yield return new($"W{k}", TensorRole.Parameter, h, n);
            yield return new($"U{k}", TensorRole.Parameter, h, h);
            yield return new($"b{k}", TensorRole.Parameter, h, 1);
            yield return new($"V{k}", TensorRole.Parameter, m, h);
        }

        yield return new("by", TensorRole.Parameter, m, 1);
        yield return SequenceNetwork.State("F", 0, h, B);
        yield return SequenceNetwork.State("R", shape["T"] + 1, h, B);
    }

    private static Node Forward(Inputs x)
    {
        var T = x.Shape["T"];
        var (f, r) = (new Node[T + 2], new Node[T + 2]);
        (f[0], r[T + 1]) = (x["F0"], x[$"R{T + 1}"]);
        Node State(char k, Node before, int t) =>
            // [h×B]
            (x[$"W{k}", $"at t={t}"] * x[$"X{t}"] + x[$"U{k}", $"at t={t}"] * before)
                .AddBias(x[$"b{k}", $"at t={t}"])
                .Tanh();
        for (var t = 1; t <= T; t++)
        {
            f[t] = State('f', f[t - 1], t).Named("F", t);
            r[T + 1 - t] = State('r', r[T + 2 - t], T + 1 - t).Named("R", T + 1 - t);
        }

        return Node.Concat(1, [.. Enumerable.Range(1, T).Select(t =>
            (x["Vf", $"at t={t}"] * f[t] + x["Vr", $"at t={t}"] * r[t]).AddBias(x["by", $"at t={t}"]))]);
    }

    private static Gradients<double> Differentiate(MatrixCase<double> x, string slip = "")
    {
        var (Wf, Uf, Vf, Wr, Ur, Vr) = (x["Wf"], x["Uf"], x["Vf"], x["Wr"], x["Ur"], x["Vr"]);
        var (T, B, f, r) = (x.Shape["T"], x.Shape["B"], Gates.Steps(x.Shape["T"]), Gates.Steps(x.Shape["T"]));
        (f[0], r[T + 1]) = (x["F0"], x[$"R{T + 1}"]);
        for (var t = 1; t <= T; t++)
        {
            var u = T + 1 - t;                                                          // from the end
            f[t] = (Wf * x[$"X{t}"] + Uf * f[t - 1]).AddBias(x["bf"]).Tanh();           // [h×B]
            r[u] = (Wr * x[$"X{u}"] + Ur * r[u + 1]).AddBias(x["br"]).Tanh();
        }

        // [m×TB]
        var G = x.OutputGradient(
            Gates.Beside([f[0], .. Enumerable.Range(1, T).Select(t => (Vf * f[t] + Vr * r[t]).AddBias(x["by"]))]));
        var (D, E) = (Gates.Steps(T), Gates.Steps(T));
        (D[T + 1], E[0], E[T + 1]) = (f[0] * 0, f[0] * 0, f[0] * 0);
        for (var t = T; t >= 1; t--)
        {
            D[t] = (Vf.TransposeThisAndMultiply(G.AtStep(t, B)) + Uf.TransposeThisAndMultiply(D[t + 1]))
                .Hadamard(f[t].SlopeOfTanh());
        }

        var isReversed = slip != "order-not-reversed";
        for (var k = 1; k <= T; k++)
        {
            var (t, before) = isReversed ? (k, k - 1) : (T + 1 - k, T + 2 - k);
            E[t] = (Vr.TransposeThisAndMultiply(G.AtStep(t, B)) + Ur.TransposeThisAndMultiply(E[before]))
                .Hadamard(r[t].SlopeOfTanh());
        }

        Matrix<double> Sum(Func<int, Matrix<double>> term) =>
            Enumerable.Range(1, T).Select(term).Aggregate((sum, next) => sum + next);
        var gradients = new Gradients<double>
        {
            ["Wf"] = Sum(t => D[t].TransposeAndMultiply(x[$"X{t}"])),
            ["Uf"] = Sum(t => D[t].TransposeAndMultiply(f[t - 1])),
            ["bf"] = Sum(t => D[t].SumOfColumns()),
            ["Vf"] = Sum(t => G.AtStep(t, B).TransposeAndMultiply(f[t])),
            ["Wr"] = Sum(t => E[t].TransposeAndMultiply(x[$"X{t}"])),
            ["Ur"] = Sum(
                t => E[t].TransposeAndMultiply(slip == "state-of-other-side" ? r[Math.Max(1, t - 1)] : r[t + 1])),
            ["br"] = Sum(t => E[t].SumOfColumns()),
            ["Vr"] = Sum(t => G.AtStep(t, B).TransposeAndMultiply(r[t])),
            ["by"] = G.SumOfColumns(),
            ["F0"] = Uf.TransposeThisAndMultiply(D[1]),
            [$"R{T + 1}"] = Ur.TransposeThisAndMultiply(E[T]),
        };
        for (var t = 1; t <= T; t++)
        {
            var dX = Wf.TransposeThisAndMultiply(D[t]);
            gradients[$"X{t}"] = slip == "one-direction-only" ? dX : dX + Wr.TransposeThisAndMultiply(E[t]);
        }

        return gradients;
    }

    private static Gradients<double> Twice(MatrixCase<double> x)
    {
        var (T, B) = (x.Shape["T"], x.Shape["B"]);
        int[] order = [.. Enumerable.Range(1, T)], back = [.. order.Reverse()];
        var (f, r) = (States('f', x["F0"], order), States('r', x[$"R{T + 1}"], back));
        var G = x.OutputGradient(
            Gates.Beside([f[0], .. order.Select(t => (x["Vf"] * f[t] + x["Vr"] * r[T + 1 - t]).AddBias(x["by"]))]));
        var gradients = new Gradients<double> { ["by"] = G.SumOfColumns() };
        gradients["F0"] = Back('f', f, order);
        gradients[$"R{T + 1}"] = Back('r', r, back);
        return gradients;

        // The states in the order in which the sequence is gone through.
        Matrix<double>[] States(char k, Matrix<double> first, int[] steps)
        {
            List<Matrix<double>> states = [first];
            foreach (var t in steps)
            {
                states.Add((x[$"W{k}"] * x[$"X{t}"] + x[$"U{k}"] * states[^1]).AddBias(x[$"b{k}"]).Tanh());
            }

            return [.. states];
        }

        Matrix<double> Back(char k, Matrix<double>[] states, int[] steps)
        {
            var (W, U, V, later) = (x[$"W{k}"], x[$"U{k}"], x[$"V{k}"], states[0] * 0);
            var (dW, dU, dV, db) = (W * 0, U * 0, V * 0, x[$"b{k}"] * 0);
            for (var s = T; s >= 1; s--)
            {
                var (t, Gt) = (steps[s - 1], G.AtStep(steps[s - 1], B));
                var D = (V.TransposeThisAndMultiply(Gt) + later).Hadamard(states[s].SlopeOfTanh());
                (dW, dU) = (dW + D.TransposeAndMultiply(x[$"X{t}"]), dU + D.TransposeAndMultiply(states[s - 1]));
                (dV, db) = (dV + Gt.TransposeAndMultiply(states[s]), db + D.SumOfColumns());
                var dX = W.TransposeThisAndMultiply(D);
                gradients[$"X{t}"] = k == 'f' ? dX : gradients[$"X{t}"] + dX;
                later = U.TransposeThisAndMultiply(D);
            }

            (gradients[$"W{k}"], gradients[$"U{k}"], gradients[$"V{k}"], gradients[$"b{k}"]) = (dW, dU, dV, db);
            return later;
        }
    }
}
