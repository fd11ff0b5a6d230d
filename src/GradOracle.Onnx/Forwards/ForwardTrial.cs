using GradOracle.Bounds;
using GradOracle.Cases;
using GradOracle.Graphs;
using GradOracle.Networks;
using GradOracle.Onnx.Models;
using GradOracle.Oracles;

namespace GradOracle.Onnx.Forwards;

/// <summary>The cases of one kind and element type, each put through OnnxRuntime, the network's own forward and
/// TorchSharp's.</summary>
internal sealed class ForwardTrial(
    Network network,
    CaseKind kind,
    ElementType type,
    int suite,
    CheckOptions options,
    Func<ElementType, OnnxGraph> graph)
{
    private const int MostShapes = 16;

    public CaseKind Kind => kind;

    public ElementType Type => type;

    /// <summary>What was compared; empty where there are no cases of the kind.</summary>
    public IReadOnlyList<Compared> Cases { get; private set; } = [];

    /// <summary>Why OnnxRuntime cannot serve the element type; null where it can.</summary>
    public string? NotApplicable { get; private set; }

    /// <exception cref="BadInputException">The network cannot be written as a model.</exception>
    public ForwardTrial Run()
    {
        var found = new List<Compared>();
        foreach (var batches in Batches().GroupBy(batch => batch.First.Scenario))
        {
            var model = OnnxModel.Of(batches.Key, graph(type));
            try
            {
                using var session = new OnnxSession(model);
                foreach (var (first, count) in batches)
                {
                    found.AddRange(Compare(CaseGenerator.Generate(first, count), session, RoundingOf(model)));
                }
            }
            catch (BadInputException refused)
            {
                NotApplicable = refused.Message;
                break;
            }
        }

        Cases = NotApplicable is null ? found : [];
        return this;
    }

    private IEnumerable<(CaseId First, int Count)> Batches()
    {
        bool Admits(Scenario s) => CaseBudget.Drawn.Admits(s) && (kind == CaseKind.Real || s.RangeOf(type) > 0);
        Scenario Make(Shape shape) => new(network, OnnxExtensions.Projection, shape);
        var selection = new ShapeSelection(network, options.MaxSize, options.Seed, suite);
        var shapes = options.Shapes is { } asked
            ? asked.Select(Make)
            : Enumerable.Range(0, Math.Clamp(options.Cases / 2, 1, MostShapes))
                .Select(i => selection.Of(i, Make, Admits));
        Scenario[] admitted = [.. shapes.Where(s => kind == CaseKind.Real || s.RangeOf(type) > 0)];
        return new SuiteDraw(kind, type, suite).Batches(admitted, options.Cases, options.Seed);
    }

    private IEnumerable<Compared> Compare(CaseStack batch, OnnxSession session, Rounding rounding)
    {
        var (own, errors) = Forward(batch, rounding);
        var torch = Autograd.Differentiate(batch).Output;
        for (var s = 0; s < batch.Count; s++)
        {
            var scored = session.Run(name => batch[name][s].ToArray(), OnnxModel.Output)[0];
            yield return new(
                batch.NameOf(s),
                torch.Sizes,
                scored,
                [.. Of(own, s)],
                torch[s].ToArray(),
                errors is null ? new double[scored.Length] : [.. Of(errors, s)]);
        }

        ArraySegment<double> Of(double[] all, int s) => new(all, s * torch.Length, torch.Length);
    }

    private Rounding RoundingOf(OnnxModel model)
    {
        var rounding = Rounding.Of(type);
        var isTanhInSingle = type == ElementType.Float32 && model.Operators.Contains("Tanh");
        return rounding with
        {
            // Its hyperbolic tangent in float32 is a quotient that underflows on the way.
            Underflow = isTanhInSingle ? rounding.SmallestNormal : rounding.Underflow,
            // Its logistic function is right beside 1, and not beside itself.
            SmallestNormal = model.Operators.Contains("Sigmoid") ? 2 * rounding.Unit : rounding.SmallestNormal,
        };
    }

    // OnnxRuntime fuses a product and the sum behind it, so a bound must hold whichever way sums of products are
    // written.
    // What is compared with is in float64, and off by little.
    private (double[] Own, double[]? Errors) Forward(CaseStack batch, Rounding rounding)
    {
        var (schedule, output) = (batch.Scenario.ToOutput, batch.Scenario.Output);
        var values = schedule.Evaluate(batch.Count, batch.ValuesOf);
        if (kind == CaseKind.Exact)
        {
            return (values[output], null);
        }

        var inType = new TermErrors(schedule, values, rounding)[output];
        var inDouble = new TermErrors(schedule, values, Rounding.Of(ElementType.Float64))[output];
        return (values[output], [.. inType.Zip(inDouble, (error, own) => error + own)]);
    }
}
