namespace GradOracle.Gallery;

/// <summary>
/// The Elman network through T steps: <c>a_t = Wx x_t + Wh h_{t−1} (+ bh), h_t = φ(a_t), h_0 = 0</c>, with the output
/// <c>Ŷ = Wy h_T (+ by)</c>, or one at every step, beside each other. Linear, without biases and with T = 2 it is the
/// shared-weight network.
/// </summary>
/// <remarks>J. L. Elman, "Finding structure in time", Cognitive Science 14 (1990).</remarks>
internal sealed class ElmanNetwork(Activation activation, bool bias = false, bool everyStep = false) : Network
{
    private const int MostSteps = 12;
    private const int MostStepsAlone = 20;
    private const int MostPolynomialSteps = 4;
    private const int MostPolynomialStepsAlone = 6;

    /// <summary>φ.</summary>
    public Activation Activation => activation;

    /// <summary>Whether there are biases bh and by.</summary>
    public bool HasBias => bias;

    /// <summary>Whether there is an output at every step, and not at the last one only.</summary>
    public bool HasOutputAtEveryStep => everyStep;

    /// <inheritdoc/>
    public override string Name => string.Join(
        '-',
        ((string[])["elman", everyStep ? "sequence" : "", activation.Name, bias ? "bias" : ""])
            .Where(part => part.Length > 0));

    /// <inheritdoc/>
    public override string Summary =>
        $"a_t = Wx x_t + Wh h_(t−1){(bias ? " + bh" : "")}, {(activation.Name.Length == 0 ? "h_t = a_t" : $"h_t = φ(a_t)")}, Ŷ = {(everyStep ? "[Wy h_1 | … | Wy h_T]" : "Wy h_T")}{(bias ? " + by" : "")}{(activation.Name.Length == 0 ? "" : $"; {activation.Summary}")}";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Dimensions { get; } = ["T", "n", "h", "m", "B"];

    // What grows with its square overflows within a dozen steps.
    /// <inheritdoc/>
    public override int LargestDrawn(string dimension) =>
        dimension != "T" ? base.LargestDrawn(dimension) : activation.GrowsFast ? MostPolynomialSteps : MostSteps;

    /// <inheritdoc/>
    public override int LargestAlone(string dimension) => dimension != "T"
        ? base.LargestAlone(dimension)
        : activation.GrowsFast
        ? MostPolynomialStepsAlone
        : MostStepsAlone;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorSpec> Tensors(Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var (n, h, m, B) = (shape["n"], shape["h"], shape["m"], shape["B"]);
        return
        [
            new("Wx", TensorRole.Parameter, h, n),
            new("Wh", TensorRole.Parameter, h, h),
            new("Wy", TensorRole.Parameter, m, h),
            .. bias ? [new("bh", TensorRole.Parameter, h, 1), new("by", TensorRole.Parameter, m, 1)] : (TensorSpec[])[],
            .. activation.Constants,
            .. Steps(shape).Select(t => new TensorSpec($"X{t}", TensorRole.Input, n, B) { Step = t }),
        ];
    }

    /// <inheritdoc/>
    public override Node Forward(Inputs x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Node? h = null, outputs = null;
        foreach (var t in Steps(x.Shape))
        {
            var a = x["Wx", $"at t={t}"] * x[$"X{t}"];           // [h×B]
            a = h is null ? a : x["Wh", $"at t={t}"] * h + a;
            a = bias ? a.AddBias(x["bh", $"at t={t}"]) : a;
            h = (activation.Name.Length == 0 ? a : activation.Of(a.Named("A", t), x)).Named("H", t);
            if (everyStep || t == x.Shape["T"])
            {
                var output = x["Wy", $"at t={t}"] * h;           // [m×B]
                output = bias ? output.AddBias(x["by", $"at t={t}"]) : output;
                outputs = outputs is null ? output : outputs.Concat(output);
            }
        }

        return outputs!;
    }

    internal static IEnumerable<int> Steps(Shape shape) => Enumerable.Range(1, shape["T"]);
}
