using System.Collections.Concurrent;
using GradOracle.Networks;

namespace GradOracle.Oracles;

/// <summary>TorchSharp code that is to be the same network: its forward and its autograd, held against those of the
/// graph.</summary>
/// <param name="network">The network that has a graph.</param>
/// <param name="formAt">The code at a shape.</param>
internal sealed class TorchDerivation(Network network, Func<Shape, TorchForm> formAt) : Derivation
{
    private readonly ConcurrentDictionary<(string Loss, Shape Shape), Scenario> _scenarios = new();

    public override string Name => $"{network.Name}-on-torch";

    public override string Summary => "TorchSharp code, and its autograd";

    public override Network Network => network;

    public override GradientStack Differentiate(CaseStack batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var specs = batch.Scenario.Inputs.Specs;
        var scenario = _scenarios.GetOrAdd(
            (batch.Loss.Name, batch.Shape), _ => new(new Stated(network, formAt, specs), batch.Loss, batch.Shape));
        var (mine, theirs) = (batch.Scenario.Output.Sizes, scenario.Output.Sizes);
        if (!mine.Equals(theirs))
        {
            return Misshapen(batch, $"the TorchSharp code gives {theirs}, the network {mine}");
        }

        var answer = Autograd.Differentiate(batch with { Scenario = scenario });
        var result = new GradientStack(batch) { Losses = answer.Losses };
        foreach (var stack in result.All)
        {
            answer.All.Single(t => t.Name == stack.Name).Values.CopyTo(stack.Values, 0);
        }

        return result;
    }

    private static GradientStack Misshapen(CaseStack batch, string reason)
    {
        var result = new GradientStack(batch);
        foreach (var stack in result.All)
        {
            for (var s = 0; s < batch.Count; s++)
            {
                result.SetFault(s, stack.Name, reason);
            }
        }

        return result;
    }

    // The tensors are those of the network, the output is the code's.
    private sealed class Stated(
        Network network, Func<Shape, TorchForm> formAt, IReadOnlyList<TensorSpec> specs) : Network
    {
        public override string Name => network.Name;

        public override string Summary => network.Summary;

        public override IReadOnlyList<string> Dimensions => network.Dimensions;

        public override bool RowsAreExamples => network.RowsAreExamples;

        public override string? TargetInput => network.TargetInput;

        internal override bool HasGraph => false;

        public override IReadOnlyList<TensorSpec> Tensors(Shape shape) => specs;

        public override Node Forward(Inputs x)
        {
            var code = new TorchStatement(formAt(x.Shape), x.Shape, specs);
            return new(new TorchForward(code), [.. specs.Select(spec => x[spec.Name])]);
        }
    }
}
