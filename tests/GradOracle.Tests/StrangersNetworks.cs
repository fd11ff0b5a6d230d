using GradOracle.Graphs;

namespace GradOracle.Tests;

/// <summary>The networks of strangers: what people differentiate by hand, and got wrong.</summary>
internal static class StrangersNetworks
{
    /// <summary>P = A X, Q = B X, R = C X, Ŷ = P ∘ Q − P ∘ R.</summary>
    public static readonly Network Gated = Network.Define("gated-difference", ["n", "m", "B"], x =>
    {
        var X = x.Input("X", "n", "B");
        var P = (x.Parameter("A", "m", "n") * X).Named("P");
        var Q = (x.Parameter("Bq", "m", "n") * X).Named("Q");
        var R = (x.Parameter("C", "m", "n") * X).Named("R");
        return P.Hadamard(Q) - P.Hadamard(R);
    });

    /// <summary>Ŷ = W2 φ(W1 X), nothing named, or under some names.</summary>
    public static Network Perceptron(string function, string? before = null, string? behind = null) =>
        Network.Define($"perceptron-{function}", ["n", "h", "m", "B"], x =>
        {
            var Z = x.Parameter("W1", "h", "n") * x.Input("X", "n", "B");
            Z = before is null ? Z : Z.Named(before);
            var H = Of(function, Z);
            return x.Parameter("W2", "m", "h") * (behind is null ? H : H.Named(behind));
        });

    /// <summary>A layer with the examples in rows: Ŷ = σ(X W + b).</summary>
    public static readonly Network SigmoidRows = Network.Define("sigmoid-rows", ["n", "m", "B"], x =>
    {
        var Z = x.Input("X", "B", "n") * x.Parameter("W", "n", "m");
        return (Z + x.Parameter("b", "1", "m").Broadcast(Z.Sizes)).Sigmoid();
    });

    /// <summary>One step in rows: Ŷ = tanh(X Wx + Hprev Wh + b).</summary>
    public static readonly Network RowCell = Network.Define("row-cell", ["n", "h", "B"], x =>
        (
            x.Input("X", "B", "n") * x.Parameter("Wx", "n", "h")
                + x.Input("Hprev", "B", "h") * x.Parameter("Wh", "h", "h")).Tanh());

    /// <summary>A GRU over T steps from a given state.</summary>
    public static readonly Network Gru = Network.Define("gru", ["T", "n", "h", "B"], x =>
    {
        var H = x.Input("H0", "h", "B");
        for (var t = 1; t <= x.Shape["T"]; t++)
        {
            var X = x.Input($"X{t}", "n", "B");
            var z = (x.Parameter("Wz", "h", "n") * X + x.Parameter("Uz", "h", "h") * H).Sigmoid().Named("z", t);
            var r = (x.Parameter("Wr", "h", "n") * X + x.Parameter("Ur", "h", "h") * H).Sigmoid().Named("r", t);
            var c = (
                x.Parameter("Wc", "h", "n") * X + x.Parameter("Uc", "h", "h") * r.Hadamard(H)).Tanh().Named("c", t);
            H = (z.Hadamard(c) + (Constant.Of(z.Sizes, 1) - z).Hadamard(H)).Named("H", t);
        }

        return H;
    });

    /// <summary>An LSTM with biases and a peephole over T steps from a given state.</summary>
    public static readonly Network Lstm = Network.Define("lstm", ["T", "n", "h", "B"], x =>
    {
        var (H, C) = (x.Input("H0", "h", "B"), x.Input("C0", "h", "B"));
        for (var t = 1; t <= x.Shape["T"]; t++)
        {
            var X = x.Input($"X{t}", "n", "B");
            Node Gate(string g) => (x.Parameter($"W{g}", "h", "n") * X + x.Parameter($"U{g}", "h", "h") * H).AddBias(
                x.Parameter($"b{g}", "h", "1"));
            var f = Gate("f").Sigmoid().Named("f", t);
            var i = Gate("i").Sigmoid().Named("i", t);
            var g = Gate("g").Tanh().Named("g", t);
            C = (f.Hadamard(C) + i.Hadamard(g)).Named("C", t);
            var o = (Gate("o") + x.Parameter("p", "h", "1").Broadcast(C.Sizes).Hadamard(C)).Sigmoid().Named("o", t);
            H = o.Hadamard(C.Tanh().Named("tC", t)).Named("H", t);
        }

        return H;
    });

    /// <summary>Ŷ = [W X | W ∘ W]: a value used twice.</summary>
    public static readonly Network Penalised = Network.Define("beside-square", ["n", "m", "B"], x =>
    {
        var W = x.Parameter("W", "m", "n");
        return (W * x.Input("X", "n", "B")).Concat(W.Hadamard(W));
    });

    /// <summary>Ŷ = W (2 X ∘ M): dropout with p = ½ and its mask.</summary>
    public static readonly Network Dropout = Network.Define("dropout", ["n", "m", "B"], x =>
        x.Parameter("W", "m", "n") * x.Input("X", "n", "B").Hadamard(x.Input("M", "n", "B")).Scaled(2));

    /// <summary>Ŷ = softmax of the columns of W X.</summary>
    public static readonly Network Softmax = Network.Define("softmax-layer", ["n", "m", "B"], x =>
    {
        var E = (x.Parameter("W", "m", "n") * x.Input("X", "n", "B")).Exp().Named("E");
        return (E / E.SumOver(0).Broadcast(E.Sizes)).Named("S");
    });

    private static Node Of(string function, Node Z) =>
        function switch { "tanh" => Z.Tanh(), "sigmoid" => Z.Sigmoid(), _ => Z.Relu() };
}
