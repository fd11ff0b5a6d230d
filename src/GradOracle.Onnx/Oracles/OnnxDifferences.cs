using System.Runtime.CompilerServices;
using GradOracle.Networks;
using GradOracle.Onnx.Models;
using GradOracle.Oracles;

namespace GradOracle.Onnx.Oracles;

/// <summary>Central differences of the loss as OnnxRuntime scores it, in float64: from the graph they take the
/// statement only.</summary>
internal sealed class OnnxDifferences(Func<OnnxGraph>? graph = null) : CentralDifference
{
    private readonly ConditionalWeakTable<Scenario, Scored> _scored = [];

    public override string Name => "onnx-difference";

    public override string Summary =>
        "(L(x + s) − L(x − s)) / 2s by OnnxRuntime, extrapolated to 0: a third forward, differenced";

    public override string? NotApplicable(CaseStack batch) => Of(batch.Scenario).Reason;

    protected override Perturbed<double> LossOf(CaseStack batch, int index) =>
        new ByOnnx(batch, index, Of(batch.Scenario).Session!);

    private Scored Of(Scenario scenario) => _scored.GetValue(scenario, made =>
    {
        try
        {
            var written = OnnxModel.Of(made, graph?.Invoke() ?? new(ElementType.Float64), hasLoss: true);
            return new(new OnnxSession(written), null);
        }
        catch (BadInputException reason)
        {
            return new(null, reason.Message.TrimEnd('.'));
        }
    });

    private sealed record Scored(OnnxSession? Session, string? Reason);

    private sealed class ByOnnx(CaseStack batch, int index, OnnxSession session)
        : Perturbed<double>(batch, index, v => v)
    {
        protected override (double[] Output, double[] Entries) Evaluate(
            IReadOnlyDictionary<string, double[]> tensors)
        {
            var found = session.Run(name => tensors[name], OnnxModel.Output, OnnxModel.Entries);
            return (found[0], found[1]);
        }
    }
}
