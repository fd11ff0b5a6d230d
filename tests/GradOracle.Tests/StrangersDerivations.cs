using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Tests;

using M = Matrix<double>;

/// <summary>The backward passes of strangers: right without a mistake, and with each mistake as it was.</summary>
internal static class StrangersDerivations
{
    public static Gradients<double> Gated(MatrixCase<double> x, string mistake)
    {
        var (A, Bq, C, X) = (x["A"], x["Bq"], x["C"], x["X"]);
        var (P, Q, R) = (A * X, Bq * X, C * X);
        var G = x.OutputGradient(P.PointwiseMultiply(Q) - P.PointwiseMultiply(R));
        var dP = mistake switch
        {
            "sum for difference" => G.PointwiseMultiply(Q) + G.PointwiseMultiply(R),
            "second forgotten" => G.PointwiseMultiply(Q),
            "first doubled" => 2 * G.PointwiseMultiply(Q) - G.PointwiseMultiply(R),
            "factor forgotten" => G - G.PointwiseMultiply(R),
            "own value" => G.PointwiseMultiply(P) - G.PointwiseMultiply(R),
            _ => G.PointwiseMultiply(Q) - G.PointwiseMultiply(R),
        };
        var (dQ, dR) = (G.PointwiseMultiply(P), -G.PointwiseMultiply(P));
        return new()
        {
            ["A"] = dP * X.Transpose(),
            ["Bq"] = dQ * X.Transpose(),
            ["C"] = dR * X.Transpose(),
            ["X"] = A.Transpose() * dP + Bq.Transpose() * dQ + C.Transpose() * dR,
        };
    }

    public static Gradients<double> Perceptron(MatrixCase<double> x, string function, string mistake)
    {
        var (W1, W2, X) = (x["W1"], x["W2"], x["X"]);
        var Z = W1 * X;
        var H = Z.Map(v => function switch { "tanh" => Math.Tanh(v), "sigmoid" => Sigmoid(v), _ => Math.Max(v, 0) });
        var G = x.OutputGradient(W2 * H);
        var D = W2.Transpose() * G;
        double Slope(double z, double h) =>
            function switch { "tanh" => 1 - h * h, "sigmoid" => h * (1 - h), _ => z > 0 ? 1 : 0 };
        var dZ = mistake switch
        {
            "logistic slope" => D.PointwiseMultiply(H.Map(h => h * (1 - h))),
            "slope at h" => D.PointwiseMultiply(H.Map(h => 1 - Math.Tanh(h) * Math.Tanh(h))),
            "slope of the adjoint" => D.Map(d => 1 - d * d),
            "slope forgotten" => D,
            _ => D.PointwiseMultiply(Z.Map2(Slope, H)),
        };
        return new() { ["W1"] = dZ * X.Transpose(), ["X"] = W1.Transpose() * dZ, ["W2"] = G * H.Transpose() };
    }

    public static Gradients<double> SigmoidRows(MatrixCase<double> x, string mistake)
    {
        var (X, W, b) = (x["X"], x["W"], x["b"]);
        var H = (X * W).MapIndexed((_, j, v) => Sigmoid(v + b[0, j]));
        var E = x.OutputGradient(H);
        var dZ = mistake == "slope of the adjoint"
            ? E.Map(e => e * (1 - e))
            : E.PointwiseMultiply(H.Map(h => h * (1 - h)));
        return new()
        {
            ["X"] = dZ * W.Transpose(),
            ["W"] = X.Transpose() * dZ,
            ["b"] = mistake switch
            {
                "bias from the last example" => dZ.Row(dZ.RowCount - 1).ToRowMatrix(),
                "bias not summed" => dZ,
                _ => dZ.ColumnSums().ToRowMatrix(),
            },
        };
    }

    public static Gradients<double> RowCell(MatrixCase<double> x, string mistake)
    {
        var (X, Hp, Wx, Wh) = (x["X"], x["Hprev"], x["Wx"], x["Wh"]);
        var H = (X * Wx + Hp * Wh).Map(Math.Tanh);
        var dZ = x.OutputGradient(H).PointwiseMultiply(H.Map(h => 1 - h * h));
        return new()
        {
            ["X"] = dZ * Wx.Transpose(),
            ["Wx"] = X.Transpose() * dZ,
            ["Wh"] = Hp.Transpose() * dZ,
            ["Hprev"] = mistake == "Wh for its transpose" ? dZ * Wh : dZ * Wh.Transpose(),
        };
    }

    public static Gradients<double> Gru(MatrixCase<double> x, string mistake)
    {
        var T = x.Shape["T"];
        var (H, z, r, c) = (new M[T + 1], new M[T + 1], new M[T + 1], new M[T + 1]);
        H[0] = x["H0"];
        for (var t = 1; t <= T; t++)
        {
            z[t] = (x["Wz"] * x[$"X{t}"] + x["Uz"] * H[t - 1]).Map(Sigmoid);
            r[t] = (x["Wr"] * x[$"X{t}"] + x["Ur"] * H[t - 1]).Map(Sigmoid);
            c[t] = (x["Wc"] * x[$"X{t}"] + x["Uc"] * r[t].PointwiseMultiply(H[t - 1])).Map(Math.Tanh);
            H[t] = z[t].PointwiseMultiply(c[t]) + z[t].Map(v => 1 - v).PointwiseMultiply(H[t - 1]);
        }

        var g = new Sums();
        var D = x.OutputGradient(H[T]);
        for (var t = T; t > 0; t--)
        {
            var (X, h) = (x[$"X{t}"], H[t - 1]);
            var dz = D.PointwiseMultiply(mistake == "minus lost" ? c[t] + h : c[t] - h);
            var dc = D.PointwiseMultiply(z[t]);
            var back = D.PointwiseMultiply(mistake == "one forgotten" ? -z[t] : z[t].Map(v => 1 - v));
            var az = dz.PointwiseMultiply(z[t].Map(v => v * (1 - v)));
            var ac = dc.PointwiseMultiply(c[t].Map(v => 1 - v * v));
            var drh = x["Uc"].Transpose() * ac;
            var dr = drh.PointwiseMultiply(mistake == "r in place of h" ? r[t] : h);
            var ar = dr.PointwiseMultiply(r[t].Map(v => v * (1 - v)));
            var (toZ, toR) = mistake == "adjoints exchanged" ? (ar, az) : (az, ar);
            g["Wz"] = toZ * X.Transpose();
            g["Uz"] = toZ * h.Transpose();
            g["Wr"] = toR * X.Transpose();
            g["Ur"] = toR * h.Transpose();
            g["Wc"] = ac * X.Transpose();
            g["Uc"] = ac * r[t].PointwiseMultiply(h).Transpose();
            g[$"X{t}"] = x["Wz"].Transpose() * az + x["Wr"].Transpose() * ar + x["Wc"].Transpose() * ac;
            D = back + drh.PointwiseMultiply(r[t]) + x["Uz"].Transpose() * az + x["Ur"].Transpose() * ar;
        }

        g["H0"] = D;
        return g.Gradients;
    }

    public static Gradients<double> Lstm(MatrixCase<double> x, string mistake)
    {
        var T = x.Shape["T"];
        var (H, C, f, i, k, o, tC) = (
            new M[T + 1], new M[T + 1], new M[T + 1], new M[T + 1], new M[T + 1], new M[T + 1], new M[T + 1]);
        (H[0], C[0]) = (x["H0"], x["C0"]);
        var p = x["p"].Column(0);
        for (var t = 1; t <= T; t++)
        {
            M Gate(string n) => Plus(x[$"W{n}"] * x[$"X{t}"] + x[$"U{n}"] * H[t - 1], x[$"b{n}"]);
            (f[t], i[t], k[t]) = (Gate("f").Map(Sigmoid), Gate("i").Map(Sigmoid), Gate("g").Map(Math.Tanh));
            C[t] = f[t].PointwiseMultiply(C[t - 1]) + i[t].PointwiseMultiply(k[t]);
            o[t] = (Gate("o") + C[t].MapIndexed((row, _, v) => p[row] * v)).Map(Sigmoid);
            tC[t] = C[t].Map(Math.Tanh);
            H[t] = o[t].PointwiseMultiply(tC[t]);
        }

        var g = new Sums();
        var (D, E) = (x.OutputGradient(H[T]), M.Build.Dense(H[0].RowCount, H[0].ColumnCount));
        for (var t = T; t > 0; t--)
        {
            var (X, h) = (x[$"X{t}"], H[t - 1]);
            var ao = D.PointwiseMultiply(tC[t]).PointwiseMultiply(o[t].Map(v => v * (1 - v)));
            var slope = mistake == "slope at the cell" ? C[t].Map(v => 1 - v * v) : tC[t].Map(v => 1 - v * v);
            var dC = D.PointwiseMultiply(o[t]).PointwiseMultiply(slope) + E;
            dC = mistake == "peephole forgotten" ? dC : dC + ao.MapIndexed((row, _, v) => p[row] * v);
            var af = dC.PointwiseMultiply(C[t - 1]).PointwiseMultiply(f[t].Map(v => v * (1 - v)));
            var ai = dC.PointwiseMultiply(k[t]).PointwiseMultiply(i[t].Map(v => v * (1 - v)));
            var dk = mistake == "stray factor"
                ? dC.PointwiseMultiply(i[t]).PointwiseMultiply(k[t])
                : dC.PointwiseMultiply(i[t]);
            var ag = dk.PointwiseMultiply(k[t].Map(v => 1 - v * v));
            foreach (var (n, a) in new[] { ("f", af), ("i", ai), ("g", ag), ("o", ao) })
            {
                g[$"W{n}"] = a * X.Transpose();
                g[$"U{n}"] = a * h.Transpose();
                g[$"b{n}"] = (mistake == "biases of f" && n is ("i" or "o") ? af : a).RowSums().ToColumnMatrix();
            }

            g["p"] = ao.PointwiseMultiply(C[t]).RowSums().ToColumnMatrix();
            M Back(string w) => x[$"{w}f"].Transpose() * af
                + x[$"{w}i"].Transpose() * ai
                + x[$"{w}g"].Transpose() * ag
                + x[$"{w}o"].Transpose() * ao;
            g[$"X{t}"] = Back("W");
            D = Back("U");
            E = mistake == "cell not carried back" ? 0 * E : dC.PointwiseMultiply(f[t]);
        }

        (g["H0"], g["C0"]) = (D, E);
        return g.Gradients;
    }

    public static Gradients<double> Penalised(MatrixCase<double> x, string mistake)
    {
        var (W, X) = (x["W"], x["X"]);
        var G = x.OutputGradient((W * X).Append(W.PointwiseMultiply(W)));
        var (G1, G2) = (
            G.SubMatrix(0, G.RowCount, 0, X.ColumnCount), G.SubMatrix(0, G.RowCount, X.ColumnCount, W.ColumnCount));
        var square = 2 * G2.PointwiseMultiply(W);
        return new()
        {
            ["W"] = G1 * X.Transpose()
                + (mistake == "only the first use" ? 0 * square : mistake == "halved" ? 0.5 * square : square),
            ["X"] = W.Transpose() * G1,
        };
    }

    public static Gradients<double> Dropout(MatrixCase<double> x, string mistake)
    {
        var (W, X, mask) = (x["W"], x["X"], x["M"]);
        var G = x.OutputGradient(W * (2 * X.PointwiseMultiply(mask)));
        var D = W.Transpose() * G;
        return new()
        {
            ["W"] = G * (2 * X.PointwiseMultiply(mask)).Transpose(),
            ["X"] = mistake switch { "mask forgotten" => 2 * D, "scale forgotten" => D.PointwiseMultiply(mask), _ => 2 * D.PointwiseMultiply(mask) },
            ["M"] = 2 * D.PointwiseMultiply(X),
        };
    }

    public static Gradients<double> Softmax(MatrixCase<double> x, string mistake)
    {
        var (W, X) = (x["W"], x["X"]);
        var E = (W * X).Map(Math.Exp);
        var S = E.MapIndexed((r, c, v) => v / E.Column(c).Sum());
        var G = x.OutputGradient(S);
        var dot = G.PointwiseMultiply(S).ColumnSums();
        var dZ = mistake == "diagonal only"
            ? G.PointwiseMultiply(S).PointwiseMultiply(S.Map(s => 1 - s))
            : S.PointwiseMultiply(G.MapIndexed((_, c, v) => v - dot[c]));
        return new() { ["W"] = dZ * X.Transpose(), ["X"] = W.Transpose() * dZ };
    }

    private static double Sigmoid(double v) => 1 / (1 + Math.Exp(-v));

    private static M Plus(M a, M bias) => a.MapIndexed((row, _, v) => v + bias[row, 0]);

    private sealed class Sums
    {
        private readonly HashSet<string> _names = [];

        public Gradients<double> Gradients { get; } = new();

        public M this[string name] { set => Gradients[name] = _names.Add(name) ? value : Gradients[name] + value; }
    }
}
