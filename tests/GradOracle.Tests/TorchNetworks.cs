using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GradOracle.Tests;

/// <summary>Networks that are TorchSharp code, and their derivations by hand, in TorchSharp operations without
/// autograd.</summary>
internal static class TorchNetworks
{
    private static readonly Scalar s_one = 1;
    private static readonly Scalar s_minusOne = -1;
    private static readonly Scalar s_epsilon = 1e-5;

    /// <summary>Ŷ = tanh(X W1ᵀ + b1) W2ᵀ + b2.</summary>
    public static Network Perceptron { get; } = Network.Of("perceptron-on-torch", ["n", "h", "m", "B"], x =>
    {
        var hidden = tanh(
            functional.linear(x.Input("X", "B", "n"), x.Parameter("W1", "h", "n"), x.Parameter("b1", "h")));
        return functional.linear(hidden, x.Parameter("W2", "m", "h"), x.Parameter("b2", "m"));
    });

    /// <summary>The same in a graph, its rows the examples.</summary>
    public static Network PerceptronGraph { get; } = Network.Define(
        "perceptron-in-rows",
        ["n", "h", "m", "B"],
        x =>
        {
            var hidden = x.Input("X", "B", "n") * x.Parameter("W1", "h", "n").Transposed();
            hidden = (hidden + x.Parameter("b1", "h").Broadcast(hidden.Sizes)).Tanh().Named("H");
            var output = hidden * x.Parameter("W2", "m", "h").Transposed();
            return output + x.Parameter("b2", "m").Broadcast(output.Sizes);
        },
        rowsAreExamples: true);

    /// <summary>The module of it.</summary>
    public sealed class PerceptronModule : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear hidden;
        private readonly TorchSharp.Modules.Linear output;

        public PerceptronModule(long n, long h, long m)
            : base("Perceptron")
        {
            (hidden, output) = (Linear(n, h), Linear(h, m));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => output.forward(tanh(hidden.forward(input)));
    }

    /// <summary>The derivation.</summary>
    public static void PerceptronByHand(ArrayCase x, ArrayGradients g) =>
        PerceptronByHand(x, g, "W1", "b1", "W2", "b2");

    /// <summary>The derivation, for parameters of other names.</summary>
    public static void PerceptronByHand(ArrayCase x, ArrayGradients g, string w1, string b1, string w2, string b2)
    {
        Tensor X = x["X"], W1 = x[w1], W2 = x[w2];
        var H = tanh(Plus(X.mm(W1.t()), x[b1]));
        Tensor G = x.OutputGradient(Plus(H.mm(W2.t()), x[b2]));
        var D = G.mm(W2).mul(Minus(ones_like(H), H.mul(H)));
        (g[w2], g[b2]) = (G.t().mm(H), G.sum(0L));
        (g[w1], g[b1]) = (D.t().mm(X), D.sum(0L));
        g["X"] = D.mm(W1);
    }

    /// <summary>Every row normalised, times γ plus β.</summary>
    public static Network LayerNorm { get; } = Network.Of(
        "layer-norm-on-torch",
        ["B", "d"],
        x => functional.layer_norm(
            x.Input("X", "B", "d"), [x.Shape["d"]], x.Parameter("gamma", "d"), x.Parameter("beta", "d")),
        smallest: [("d", 3)]);

    /// <summary>The derivation.</summary>
    public static void LayerNormByHand(ArrayCase x, ArrayGradients g)
    {
        Tensor X = x["X"], gamma = x["gamma"];
        var centred = Minus(X, X.mean([1], keepdim: true));
        var r = centred.mul(centred).mean([1], keepdim: true).add(s_epsilon, s_one).rsqrt();
        var normal = centred.mul(r);
        Tensor G = x.OutputGradient(Plus(normal.mul(gamma), x["beta"]));
        var D = G.mul(gamma);
        (g["gamma"], g["beta"]) = (G.mul(normal).sum(0L), G.sum(0L));
        g["X"] = r.mul(Minus(Minus(D, D.mean([1], keepdim: true)), normal.mul(D.mul(normal).mean([1], keepdim: true))));
    }

    /// <summary>One head of attention, with biases of queries and keys.</summary>
    public static Network Attention { get; } = Network.Of("attention-on-torch", ["T", "d", "k"], x =>
    {
        var X = x.Input("X", "T", "d");
        var Q = functional.linear(X, x.Parameter("Wq", "k", "d"), x.Parameter("bq", "k"));
        var K = functional.linear(X, x.Parameter("Wk", "k", "d"), x.Parameter("bk", "k"));
        var V = functional.linear(X, x.Parameter("Wv", "d", "d"));
        return functional.softmax(Q.mm(K.t()).div(Root(x.Shape["k"])), 1).mm(V);
    });

    /// <summary>The derivation.</summary>
    public static void AttentionByHand(ArrayCase x, ArrayGradients g)
    {
        Tensor X = x["X"], Wq = x["Wq"], Wk = x["Wk"], Wv = x["Wv"];
        Tensor Q = Plus(X.mm(Wq.t()), x["bq"]), K = Plus(X.mm(Wk.t()), x["bk"]), V = X.mm(Wv.t());
        var root = Root(x.Shape["k"]);
        var A = Q.mm(K.t()).div(root).softmax(1);
        Tensor G = x.OutputGradient(A.mm(V));
        var DA = G.mm(V.t());
        var S = A.mul(Minus(DA, DA.mul(A).sum(1L, keepdim: true))).div(root);
        Tensor DQ = S.mm(K), DK = S.t().mm(Q), DV = A.t().mm(G);
        (g["Wq"], g["bq"]) = (DQ.t().mm(X), DQ.sum(0L));
        (g["Wk"], g["bk"]) = (DK.t().mm(X), DK.sum(0L));
        g["Wv"] = DV.t().mm(X);
        g["X"] = Plus(Plus(DQ.mm(Wq), DK.mm(Wk)), DV.mm(Wv));
    }

    /// <summary>An LSTM over a sequence, its last h the output.</summary>
    public static Network Lstm { get; } = Network.Of("lstm-on-torch", ["n", "h", "T", "B"], x =>
    {
        var X = x.Input("X", "T", "B", "n");
        Tensor W = x.Parameter("W", "4", "h", "n"), U = x.Parameter("U", "4", "h", "h"), b = x.Parameter("b", "4", "h");
        var (h, c) = (zeros_like(X[0].mm(W[0].t())), zeros_like(X[0].mm(W[0].t())));
        for (var t = 0; t < x.Shape["T"]; t++)
        {
            Tensor Gate(int k) => Plus(functional.linear(X[t], W[k], b[k]), h.mm(U[k].t()));
            c = Plus(Gate(1).sigmoid().mul(c), Gate(0).sigmoid().mul(Gate(2).tanh()));
            h = Gate(3).sigmoid().mul(c.tanh());
        }

        return h;
    });

    /// <summary>The derivation.</summary>
    public static void LstmByHand(ArrayCase x, ArrayGradients g) => LstmByHand(x, g, carriesCell: true);

    /// <summary>The derivation, or one that forgets to carry the cell's adjoint back.</summary>
    public static void LstmByHand(ArrayCase x, ArrayGradients g, bool carriesCell)
    {
        Tensor X = x["X"], W = x["W"], U = x["U"], b = x["b"];
        var T = x.Shape["T"];
        var zero = zeros_like(X[0].mm(W[0].t()));
        List<Tensor> hs = [zero], cs = [zero];
        var gates = new List<Tensor[]>();
        for (var t = 0; t < T; t++)
        {
            Tensor Z(int k) => Plus(Plus(X[t].mm(W[k].t()), hs[t].mm(U[k].t())), b[k]);
            Tensor[] a = [Z(0).sigmoid(), Z(1).sigmoid(), Z(2).tanh(), Z(3).sigmoid()];
            gates.Add(a);
            cs.Add(Plus(a[1].mul(cs[t]), a[0].mul(a[2])));
            hs.Add(a[3].mul(cs[t + 1].tanh()));
        }

        Tensor Dh = x.OutputGradient(hs[T]), Dc = zero;
        Tensor dX = zeros_like(X), dW = zeros_like(W), dU = zeros_like(U), db = zeros_like(b);
        for (var t = T - 1; t >= 0; t--)
        {
            var (a, tanhC) = (gates[t], cs[t + 1].tanh());
            Dc = Plus(Dc, Dh.mul(a[3]).mul(Minus(ones_like(tanhC), tanhC.mul(tanhC))));
            Tensor Sigmoid(int k, Tensor D) => D.mul(a[k]).mul(Minus(ones_like(a[k]), a[k]));
            Tensor[] D =
            [
                Sigmoid(0, Dc.mul(a[2])), Sigmoid(1, Dc.mul(cs[t])),
                Dc.mul(a[0]).mul(Minus(ones_like(a[2]), a[2].mul(a[2]))), Sigmoid(3, Dh.mul(tanhC)),
            ];
            Dh = zero;
            for (var k = 0; k < 4; k++)
            {
                dW[k].add_(D[k].t().mm(X[t]), s_one);
                dU[k].add_(D[k].t().mm(hs[t]), s_one);
                db[k].add_(D[k].sum(0L), s_one);
                dX[t].add_(D[k].mm(W[k]), s_one);
                Dh = Plus(Dh, D[k].mm(U[k]));
            }

            Dc = carriesCell ? Dc.mul(a[1]) : zero;
        }

        (g["X"], g["W"], g["U"], g["b"]) = (dX, dW, dU, db);
    }

    /// <summary>a + b: with a factor that nobody collects.</summary>
    public static Tensor Plus(Tensor a, Tensor b) => a.add(b, s_one);

    /// <summary>a − b.</summary>
    public static Tensor Minus(Tensor a, Tensor b) => a.add(b, s_minusOne);

    private static Tensor Root(int k) => tensor(Math.Sqrt(k), ScalarType.Float64);
}
