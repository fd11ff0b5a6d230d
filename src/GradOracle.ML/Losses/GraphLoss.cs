using GradOracle.Graphs;
using GradOracle.Torch;
using TorchSharp;

namespace GradOracle.ML.Losses;

/// <summary>A loss as a graph of one output and one label: its slope is reverse mode's, and its bounds are the running
/// error analysis of its steps in float.</summary>
internal sealed class GraphLoss : StatedLoss
{
    private static readonly Rounding s_float = Rounding.Of(ElementType.Float32);
    private static readonly Sizes s_one = new(1, 1);

    private readonly Node _output = Node.Leaf("output", s_one);
    private readonly Node _label = Node.Leaf("label", s_one);
    private readonly Node _value;
    private readonly Node _slope;
    private readonly Node _written;
    private readonly Schedule _schedule;

    /// <summary>A loss as stated, and as a class writes it.</summary>
    /// <exception cref="BadInputException">It is no function of one entry each.</exception>
    public GraphLoss(Func<Node, Node, Node> stated, Func<Node, Node, Node>? written)
    {
        _value = Entry(stated);
        _slope = new BackwardGraph(_value, Constant.Of(s_one, 1), [_output]).GradientOf(_output);
        _written = written is null ? _value : Entry(written);
        _schedule = new([_value, _slope, _written]);
    }

    public override string Source => "autograd and reverse mode of the statement";

    public override string Basis => "a running error analysis of the statement's steps in float";

    public override Stated[] At(IReadOnlyList<(float Output, float Label)> points)
    {
        var values = ValuesAt(points);
        var errors = _schedule.Errors(values, s_float);
        var (value, slope, written) = (values[_value], values[_slope], values[_written]);
        var (e, eSlope) = (errors[_schedule[_written]], errors[_schedule[_slope]]);
        var found = new Stated[points.Count];
        for (var i = 0; i < found.Length; i++)
        {
            // The class rounds what it returns, once more.
            var bound = Bound(e?[i] ?? 0, written[i]);
            var slopeBound = Bound(eSlope?[i] ?? 0, slope[i]);
            found[i] = new(value[i], bound, slope[i], slopeBound);
            var isComparable = Math.Abs(value[i]) <= float.MaxValue && double.IsFinite(written[i]);
            if (isComparable && !(Math.Abs(value[i] - written[i]) <= bound))
            {
                throw new BadInputException(
                    $"Written is not the stated loss in other steps: at output {points[i].Output}, label "
                        + $"{points[i].Label} it gives {written[i]}, the statement {value[i]}.");
            }
        }

        return found;
    }

    // Where an error reaches a pole nothing can be told.
    private static double Bound(double error, double value) =>
        double.IsNaN(error) ? double.PositiveInfinity : error + s_float.Unit * Math.Abs(value) + s_float.Underflow;

    public override double[]? SlopesAgain(IReadOnlyList<(float Output, float Label)> points)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = torch.NewDisposeScope();
        var (outputs, labels) = (Leaf(points.Select(p => (double)p.Output)), Leaf(points.Select(p => (double)p.Label)));
        outputs.requires_grad_(true);
        var schedule = Schedule.OnTorch(_value);
        var values = schedule.EvaluateOnTorch(node => node == _output ? outputs : node == _label ? labels : null);
        values[schedule[_value]].sum().backward();
        var slopes = new double[points.Count];
        if (outputs.grad is { } gradient)
        {
            TorchMemory.Read(gradient, slopes);
        }

        return slopes;

        torch.Tensor Leaf(IEnumerable<double> entries) =>
            TorchMemory.Of([.. entries], [points.Count, 1, 1], ElementType.Float64);
    }

    private Values<double> ValuesAt(IReadOnlyList<(float Output, float Label)> points)
    {
        double[] outputs = [.. points.Select(p => (double)p.Output)], labels = [.. points.Select(p => (double)p.Label)];
        return ValuesAt(outputs, labels);
    }

    private Values<double> ValuesAt(double[] outputs, double[] labels) =>
        _schedule.Evaluate<double>(outputs.Length, node => node == _output ? outputs : node == _label ? labels : null);

    private Node Entry(Func<Node, Node, Node> of)
    {
        Node? entry;
        try
        {
            entry = of(_output, _label);
        }
        catch (InvalidOperationException misfit)
        {
            throw new BadInputException($"The loss cannot be stated so: {misfit.Message}");
        }

        return entry is { Sizes.Length: 1 }
            ? entry.Sizes.Equals(s_one) ? entry : entry.Reshape(1, 1)
            : throw new BadInputException(
                $"A stated loss is one number for one output and one label; this one is {entry?.Sizes.ToString() ?? "nothing"}.");
    }
}
