using CsCheck;
using GradOracle.Cases;
using GradOracle.Diagnoses;
using GradOracle.Gallery;
using GradOracle.Graphs;
using GradOracle.Networks;
using GradOracle.Reports;
using GradOracle.Verdicts;

namespace GradOracle.Tests;

/// <summary>Cases and generators that several tests share.</summary>
internal static class Samples
{
    public static readonly Network SharedWeight = Catalog.Networks.Find("shared-weight");
    public static readonly Loss SquaredError = Named.Losses.Find("squared-error");
    public static readonly Loss Projection = Named.Losses.Find("projection");

    public static readonly Derivation MissingX1Contribution = Catalog.Derivations.Find("missing-x1-contribution");

    /// <summary>A right derivation of the network of the question that is not the one on trial by default.</summary>
    public const string Other = "shared-weight-batch";

    /// <summary>A right derivation of a network: of the network of the question the tests' own.</summary>
    public static Derivation Right(Network network) =>
        network.Name == SharedWeight.Name ? new OwnBackprop() : Catalog.DefaultDerivation(network);

    /// <summary>The report of a derivation that drops a term.</summary>
    public static Report Wrong => s_wrong.Value;

    private static readonly Lazy<Report> s_wrong = new(
        () => Check(
            MissingX1Contribution,
            new CheckOptions { Cases = 4, Losses = [SquaredError], MaxSize = 5, FindingsKept = 10 }));

    /// <summary>The report of a check, as it is written to a file.</summary>
    public static Report Check(Derivation derivation, CheckOptions options)
    {
        var (check, cases) = GradientCheck.Run(derivation, options).Report(
            AnalysisDepth.Page, Cli.CommandReplay.Instance);
        return Report.Of("gradoracle check", [check], cases);
    }

    /// <summary>Unequal sizes: a square matrix hides a missing transpose.</summary>
    public static readonly Shape Unequal = SizesOf(2, 3, 4, 5);

    public static readonly Gen<Shape> Shapes = Gen.Select(
        Gen.Int[1, 6], Gen.Int[1, 6], Gen.Int[1, 6], Gen.Int[1, 6], SizesOf);

    public static Shape SizesOf(int n, int h, int m, int B) => new(("n", n), ("h", h), ("m", m), ("B", B));

    public static CaseStack Exact(
        Shape shape, Loss? loss = null, ulong seed = 1, int count = 1, Network? network = null) =>
        Generate(
            new CaseId(network ?? SharedWeight, loss ?? SquaredError, shape, CaseKind.Exact, ElementType.Float64, seed),
            count);

    public static CaseStack Real(
        Shape shape, Loss? loss = null, ulong seed = 1, int count = 1, ElementType? type = null) =>
        Generate(
            new CaseId(SharedWeight, loss ?? SquaredError, shape, CaseKind.Real, type ?? ElementType.Float64, seed),
            count);

    public static CaseStack Generate(CaseId name, int count = 1) => CaseGenerator.Generate(name, count);

    /// <summary>The name of a case of a registered network.</summary>
    public static CaseId Case(string name) => CaseId.Parse(name, Catalog.Networks);

    /// <summary>The same numbers for another network.</summary>
    public static CaseStack For(this CaseStack batch, Network network, Shape? shape = null) =>
        batch with { Scenario = new Scenario(network, batch.Loss, shape ?? batch.Shape) };

    /// <summary>The gradient through each use of each parameter and input alone, in the order of the network's
    /// statement.</summary>
    public static IReadOnlyList<(string Tensor, string Use, double[] Gradient)> Contributions(CaseStack batch)
    {
        var pass = new BackwardPass(batch);
        return [.. from edge in pass.Edges
                   where edge.Receiver.Operands.Count == 0 && batch.Scenario.Leaves.Contains(edge.Receiver)
                   select (
                       edge.Receiver.Name!,
                       (edge.Node.Operation as Use)?.Label ?? "",
                       pass.ValueOf(pass.Backward.MessageOf(edge)!).Values)];
    }

    /// <summary>The batch with one tensor replaced.</summary>
    public static CaseStack With(this CaseStack batch, string tensor, Func<TensorStack, double[]> values) => batch with
    {
        Tensors = [.. batch.Tensors.Select(t => t.Name == tensor ? t.With(values(t)) : t)],
    };

    /// <summary>A compared case as text.</summary>
    public static string Text(Derivation derivation, CaseComparison comparison) =>
        CaseText.Of(CaseReport.Of(derivation, comparison, Cli.CommandReplay.Instance));

    /// <summary>A case looked into, as text.</summary>
    public static string Examined(Derivation derivation, CaseStack batch) =>
        CaseText.Of(CaseReport.Of(FailureAnalysis.Of(derivation, batch), Cli.CommandReplay.Instance));

    public static double Dot(TensorStack a, TensorStack b) => a.Values.Zip(b.Values, (x, y) => x * y).Sum();
}
