using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>Mistakes in the two-input networks with biases, untied and stacked.</summary>
internal static class TwoInputTrials
{
    /// <summary>All of them.</summary>
    public static IEnumerable<Trial> All =>
    [
        Biased(
            "bias-of-one-use", "∂bh = D2 1", "the contribution of bh in H1 is missing", p => p["∂bh"] = Sum(p["D2"])),
        Biased("bias-doubled", "∂bh = 2 (D1 + D2) 1", "the gradient of bh is doubled", p => p["∂bh"] *= 2),
        Biased(
            "bias-mean",
            "∂by = 1/B G 1",
            "the gradient of by is multiplied by 1/B",
            p => p["∂by"] /= p["G"].ColumnCount),
        Biased(
            "bias-of-last-example",
            "∂by = the last column of G",
            "only the last example…by",
            p => p["∂by"] = Last(p["G"])),
        Biased(
            "bias-with-slope-of-h",
            "∂bh = (D1 + D2) ∘ H1 1",
            "H1…bh|∘ H1, where",
            p => p["∂bh"] = Sum((p["D1"] + p["D2"]).PointwiseMultiply(p["H1"])),
            "bh"),
        Untied(
            "wx1-with-d2",
            "∂Wx1 = D2 X1ᵀ",
            "∂L/∂H2 stands in place of ∂L/∂H1 in the gradient of Wx1",
            p => p["∂Wx1"] = p["D2"] * p["X1"].Transpose()),
        Untied(
            "tied-after-all",
            "∂Wx1 = D1 X1ᵀ + D2 X2ᵀ",
            "Wx2…Wx1|X2…Wx1|+ ∂L/∂H2 X2ᵀ, where",
            p => p["∂Wx1"] += p["D2"] * p["X2"].Transpose(),
            "Wx1"),
        Untied(
            "exchanged-weights",
            "∂Wx1 and ∂Wx2 in each other's place",
            "the gradients of Wx1 and Wx2 are exchanged",
            p => (p["∂Wx1"], p["∂Wx2"]) = (p["∂Wx2"], p["∂Wx1"])),
        UntiedBiased(
            "other-weight",
            "∂X1 = Wx2ᵀ D1",
            "Wx2 stands in place of Wx1 in the gradient of X1",
            p => p["∂X1"] = p["Wx2"].Transpose() * p["D1"]),
        UntiedBiased(
            "bias-of-first-use", "∂bh = D1 1", "the contribution of bh in H2 is missing", p => p["∂bh"] = Sum(p["D1"])),
        Stacked(
            "first-input-only",
            "∂Wx = the first half of D1 times X1ᵀ",
            "Wx",
            p => p["∂Wx"] = p["D1"].SubMatrix(0, p["D1"].RowCount, 0, p["X1"].ColumnCount) * p["X1"].Transpose()),
        Stacked(
            "exchanged-halves",
            "∂X1 and ∂X2 in each other's place",
            "the gradients of X1 and X2 are exchanged",
            p => (p["∂X1"], p["∂X2"]) = (p["∂X2"], p["∂X1"])),
        Stacked(
            "detached",
            "∂X1 = ∂X2 = 0: D1 is not carried to the inputs",
            "X1…missing|X…missing|zero",
            p => (p["∂X1"], p["∂X2"]) = (p["∂X1"] * 0, p["∂X2"] * 0),
            "X1|X2"),
        StackedBiased(
            "bias-of-one-use", "∂bh = D1 1", "the contribution of bh in H2 is missing", p => p["∂bh"] = Sum(p["D1"])),
        StackedBiased("minus-by", "∂by = −G 1", "the gradient of by has the wrong sign", p => p["∂by"] *= -1),
    ];

    /// <summary>The backward pass that all of them change, unchanged.</summary>
    public static Derivation Unchanged(Network network) =>
        new Derivations.LambdaDerivation(network, x => new Pass(network, x).Changed(_ => { }));

    private static Matrix<double> Sum(Matrix<double> matrix) => matrix.SumOfColumns();

    private static Matrix<double> Last(Matrix<double> matrix) =>
        matrix.SubMatrix(0, matrix.RowCount, matrix.ColumnCount - 1, 1);

    private static Trial Biased(string name, string line, string says, Action<Pass> change, string places = "") =>
        Wrong(new TwoInputNetwork(bias: true), name, line, says, change, places);

    private static Trial Untied(string name, string line, string says, Action<Pass> change, string places = "") =>
        Wrong(new TwoInputNetwork(tied: false), name, line, says, change, places);

    private static Trial UntiedBiased(string name, string line, string says, Action<Pass> change, string places = "") =>
        Wrong(new TwoInputNetwork(tied: false, bias: true), name, line, says, change, places);

    private static Trial Stacked(string name, string line, string says, Action<Pass> change, string places = "") =>
        Wrong(new StackedNetwork(), name, line, says, change, places);

    private static Trial StackedBiased(
        string name, string line, string says, Action<Pass> change, string places = "") =>
        Wrong(new StackedNetwork(bias: true), name, line, says, change, places);

    private static Trial Wrong(
        Network network, string name, string line, string says, Action<Pass> change, string places) =>
        Trial.Wrong(
            name,
            new Derivations.LambdaDerivation(network, x => new Pass(network, x).Changed(change)),
            line,
            says,
            places);

    /// <summary>The backward pass of any of the two-input networks, its values by their names, and the gradients by the
    /// names ∂W.</summary>
    private sealed class Pass : Dictionary<string, Matrix<double>>
    {
        private readonly Matrix<double> _output;

        public Pass(Network network, MatrixCase<double> x)
        {
            var (X1, X2, Wh, Wy) = (this["X1"] = x["X1"], this["X2"] = x["X2"], x["Wh"], x["Wy"]);
            string[] tensors = [.. network.Tensors(x.Shape).Select(t => t.Name)];
            var (isStacked, isTied, isBiased) = (
                network is StackedNetwork, tensors.Contains("Wx"), tensors.Contains("bh"));
            var (Wx1, Wx2) = (this["Wx1"] = x[isTied ? "Wx" : "Wx1"], this["Wx2"] = x[isTied ? "Wx" : "Wx2"]);
            Matrix<double> WithBias(Matrix<double> a, string b) => isBiased ? a.AddBias(x[b]) : a;
            var H1 = this["H1"] = WithBias(Wx1 * (isStacked ? X1.Append(X2) : X1), "bh");
            var H2 = this["H2"] = WithBias(isStacked ? Wh * H1 : Wh * H1 + Wx2 * X2, "bh");
            _output = WithBias(Wy * H2, "by");
            var G = this["G"] = x.OutputGradient(_output);
            var D2 = this["D2"] = Wy.Transpose() * G;
            var D1 = this["D1"] = Wh.Transpose() * D2;
            this["∂Wh"] = D2 * H1.Transpose();
            this["∂Wy"] = G * H2.Transpose();
            if (isBiased)
            {
                (this["∂bh"], this["∂by"]) = (Sum(D1 + D2), Sum(G));
            }

            var (dX, B) = (Wx1.Transpose() * D1, X1.ColumnCount);
            this["∂X1"] = isStacked ? dX.SubMatrix(0, dX.RowCount, 0, B) : dX;
            this["∂X2"] = isStacked ? dX.SubMatrix(0, dX.RowCount, B, B) : Wx2.Transpose() * D2;
            if (isTied)
            {
                this["∂Wx"] = isStacked ? D1 * X1.Append(X2).Transpose() : D1 * X1.Transpose() + D2 * X2.Transpose();
            }
            else
            {
                (this["∂Wx1"], this["∂Wx2"]) = (D1 * X1.Transpose(), D2 * X2.Transpose());
            }
        }

        public Gradients<double> Changed(Action<Pass> change)
        {
            change(this);
            var gradients = new Gradients<double> { Output = _output };
            foreach (var (name, value) in this.Where(v => v.Key[0] == '∂'))
            {
                gradients[name[1..]] = value;
            }

            return gradients;
        }
    }
}
