using CsCheck;
using GradOracle.Cases;
using GradOracle.Derivations;
using GradOracle.Networks;
using GradOracle.Oracles;
using GradOracle.Reports;
using GradOracle.Verdicts;

namespace GradOracle.Tests;

/// <summary>Cases and generators that several tests share.</summary>
internal static class Samples
{
    public static readonly Network SharedWeight = Registry.Networks.Find("shared-weight");
    public static readonly Loss SquaredError = Registry.Losses.Find("squared-error");
    public static readonly Loss Projection = Registry.Losses.Find("projection");

    public static readonly IDerivation MissingX1Contribution = Registry.Derivations.Find("missing-x1-contribution");

    /// <summary>The report of a derivation that drops a term.</summary>
    public static Report Wrong => s_wrong.Value;

    private static readonly Lazy<Report> s_wrong = new(() => Check(MissingX1Contribution, new CheckOptions { Cases = 4, Losses = [SquaredError], MaxSize = 5, FindingsKept = 10 }));

    /// <summary>The report of a check, as it is written to a file.</summary>
    public static Report Check(IDerivation derivation, CheckOptions options)
    {
        var (check, cases) = CheckReport.Of(GradientCheck.Run(derivation, options), ReportDepth.Page);
        return Report.Of("gradoracle check", [check], cases);
    }

    /// <summary>Unequal sizes: a square matrix hides a missing transpose.</summary>
    public static readonly Shape Unequal = SizesOf(2, 3, 4, 5);

    public static readonly Gen<Shape> Shapes = Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6], Gen.Int[1, 6], Gen.Int[1, 6], SizesOf);

    public static Shape SizesOf(int n, int h, int m, int B) => new(("n", n), ("h", h), ("m", m), ("B", B));

    public static CaseBatch Exact(Shape shape, Loss? loss = null, ulong seed = 1, int count = 1, Network? network = null) =>
        Generate(new CaseName(network ?? SharedWeight, loss ?? SquaredError, shape, CaseKind.Exact, ElementType.Float64, seed), count);

    public static CaseBatch Real(Shape shape, Loss? loss = null, ulong seed = 1, int count = 1, ElementType? type = null) =>
        Generate(new CaseName(SharedWeight, loss ?? SquaredError, shape, CaseKind.Real, type ?? ElementType.Float64, seed), count);

    public static CaseBatch Generate(CaseName name, int count = 1) =>
        CaseGenerator.Generate(name, Certificate.Of(name.Network, name.Loss, name.Shape, name.Type).Magnitude, count);

    /// <summary>The batch with one tensor replaced.</summary>
    public static CaseBatch With(this CaseBatch batch, string tensor, Func<TensorStack, double[]> values) => batch with
    {
        Tensors = [.. batch.Tensors.Select(t => t.Name == tensor ? new TensorStack(t.Name, t.Count, t.Rows, t.Columns, values(t)) : t)],
    };

    /// <summary>A compared case as text.</summary>
    public static string Text(IDerivation derivation, CaseComparison comparison) => CaseText.Of(CaseReport.Of(derivation, comparison));

    /// <summary>A case looked into, as text.</summary>
    public static string Examined(IDerivation derivation, CaseBatch batch) => CaseText.Of(CaseReport.Of(derivation, Examination.Of(derivation, batch)));

    public static double Dot(TensorStack a, TensorStack b) => a.Values.Zip(b.Values, (x, y) => x * y).Sum();
}
