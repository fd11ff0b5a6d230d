using GradOracle.Graphs;
using GradOracle.Messages;

namespace GradOracle.Networks;

/// <summary>A network with a loss at a shape: the graph, and what follows from it before any case is drawn. Immutable;
/// what is not asked for is not made.</summary>
internal sealed class Scenario
{
    /// <summary>The name of the output among the tensors.</summary>
    public const string OutputName = "Ŷ";

    /// <summary>By how much a target that is drawn about the output differs from it at most.</summary>
    public const int LargestTargetDifference = 2;

    private const int HighestDegree = 12;

    private readonly Lazy<BackwardGraph> _backward;
    private readonly Lazy<LossPass> _lossPass;
    private readonly Lazy<IReadOnlyList<Node>> _named;
    private readonly Lazy<Schedule> _gradients;
    private readonly Lazy<Schedule> _onTorch;
    private readonly Lazy<Schedule> _toOutput;
    private readonly Lazy<TermCount[]> _counts;
    private readonly Lazy<int> _degree;
    private readonly Dictionary<string, int> _places = [];
    private readonly Lazy<MajorantGraph> _majorant;
    private readonly Lazy<MajorantGraph> _undamped;
    private readonly Lazy<double[]> _atOne;
    private readonly Lazy<CaseCost> _cost;
    private readonly LatticeRange _range;

    /// <exception cref="BadInputException">The network or the loss fails at this shape.</exception>
    public Scenario(Network network, Loss loss, Shape shape)
    {
        (Network, Loss, Shape) = (network, loss, shape);
        RequireDimensions();
        var inputs = Inputs = Stated(
            () => new Inputs(shape, network.Tensors(shape)) { RowsAreExamples = network.RowsAreExamples });
        var output = Stated(() => network.Forward(inputs))
            ?? throw new BadInputException($"The forward of {network.Name} gives null at {shape}: return the output.");
        Output = output.Name is null ? output.Named(OutputName) : output;
        TargetSpec = Stated(() => TargetTensor.Of(network, loss, inputs, Output));
        Target = network.TargetInput is { } input
            ? inputs[input, "as the target"]
            : Node.Leaf(TargetSpec.Name, TargetSpec.Sizes, isRounded: TargetSpec.Holds.AreNumbers);
        Entries = Stated(() => loss.Entries(Output, Target, inputs));
        Tensors = network.TargetInput is null ? [.. inputs.Specs, TargetSpec] : inputs.Specs;
        Differentiated = [.. inputs.Specs.Where(spec => spec.IsDifferentiated)];
        Leaves = [.. Differentiated.Select(spec => inputs[spec.Name])];

        for (var i = 0; i < Differentiated.Count; i++)
        {
            _places.Add(Differentiated[i].Name, i);
        }

        _lossPass = new(() => new(this));
        _named = new(() =>
        [
            .. Backward.Forward.Nodes.Reverse().Where(node => node is { Name: not (null or OutputName), Operation: not Leaf }
                && !_places.ContainsKey(node.Name) && Backward.AdjointOf(node) is not null),
        ]);
        _backward = new(() => new BackwardGraph(Entries, Constant.Of(Entries.Sizes, 1), Leaves));
        _gradients = new(() => new Schedule([Output, Entries, .. Leaves.Select(Backward.GradientOf)]));
        _toOutput = new(() => new Schedule([Output]));
        _onTorch = new(() => Schedule.OnTorch(Output, Entries));
        _counts = new(() => CountsOf(null));
        _degree = new(() => Forward.Counts()[^1].Degree);
        _majorant = new(() => new(Output, Entries, Leaves, undamped: false, Forward));
        _undamped = new(() => new(Output, Entries, Leaves, undamped: true, Forward));
        _cost = new(() => CaseCost.Of(Entries));
        _atOne = new(() => Undamped.Largest(_ => 1));
        _range = new(this, _counts);
    }

    public Network Network { get; }

    public Loss Loss { get; }

    public Shape Shape { get; }

    /// <summary>What the network and the loss are stated with.</summary>
    public Inputs Inputs { get; }

    /// <summary>What the output is compared with: a tensor of its own, or an input.</summary>
    public TensorSpec TargetSpec { get; }

    /// <summary>
    /// Whether the target may have other entries than were drawn: it is a tensor of its own, of numbers, one for each
    /// of the output.
    /// </summary>
    public bool HasFreeTarget =>
        Network.TargetInput is null && TargetSpec.Holds.AreNumbers && TargetSpec.Sizes.Equals(Output.Sizes);

    /// <summary>Whether there are enough classes to tell right from wrong: a softmax of one is constant.</summary>
    public bool HasEnoughClasses =>
        Output.Sizes.Count == 0 || Output.Sizes[Inputs.ClassAxisOf(Output)] >= Loss.LeastRows;

    /// <summary>Whether all that is drawn is numbers: what is counted of polynomials holds for nothing else.</summary>
    public bool DrawsNumbersOnly => Tensors.All(spec => spec.Holds.AreNumbers);

    /// <summary>The loss at an output, and its gradient there, by its graph.</summary>
    public LossPass LossPass => _lossPass.Value;

    /// <summary>
    /// Parameters, inputs, constants and the target, in the order of the random streams, the target last where it is a
    /// tensor of its own.
    /// </summary>
    public IReadOnlyList<TensorSpec> Tensors { get; }

    /// <summary>Those with a gradient, in the network's order.</summary>
    public IReadOnlyList<TensorSpec> Differentiated { get; }

    /// <summary>Their leaves.</summary>
    public IReadOnlyList<Node> Leaves { get; }

    public Node Output { get; }

    public Node Target { get; }

    /// <summary>The entries whose sum is the loss.</summary>
    public Node Entries { get; }

    /// <summary>The backward pass from the loss to the parameters and inputs.</summary>
    public BackwardGraph Backward => _backward.Value;

    /// <summary>The forward pass to the entries of the loss, which are the last.</summary>
    public Schedule Forward => Backward.Forward;

    /// <summary>The network alone, to the output, which is the last.</summary>
    public Schedule ToOutput => _toOutput.Value;

    /// <summary>The output, the entries of the loss, and the gradients: what a derivation computes.</summary>
    public Schedule Gradients => _gradients.Value;

    /// <summary>The forward pass as TorchSharp runs it.</summary>
    public Schedule OnTorch => _onTorch.Value;

    public MajorantGraph Majorant => _majorant.Value;

    /// <summary>The majorant with constant factors below 1 raised to 1: nothing is damped on its way.</summary>
    public MajorantGraph Undamped => _undamped.Value;

    /// <summary>About how many multiplications and additions the forward and the backward pass of one case
    /// take.</summary>
    public long Operations => _cost.Value.Operations;

    /// <summary>About how much memory one case takes while it is checked.</summary>
    public long Bytes => _cost.Value.Bytes;

    /// <summary>d: the degree of the gradients as polynomials in all entries; null where they are polynomials in pieces
    /// only, or none.</summary>
    public int? Degree => _degree.Value > 0 ? _degree.Value - 1 : null;

    /// <summary>
    /// Whether rounding is bounded by a running error analysis of the case itself: where there is no degree, and where
    /// it is so high that the majorant, which grows with it, would say nothing.
    /// </summary>
    public bool NeedsRunningError => Degree is null or > HighestDegree;

    /// <summary>
    /// The values with a name between the leaves and the loss, the last one first: the way back. The output is among
    /// them only under a name of its own.
    /// </summary>
    public IReadOnlyList<Node> NamedValues => _named.Value;

    /// <summary>The value with this name on the way; null where there is none.</summary>
    public Node? FindNamed(string name) => NamedValues.FirstOrDefault(node => node.Name == name);

    /// <summary>The node of a gradient, or of the output by its name.</summary>
    public Node ResultOf(string tensor) => tensor == OutputName ? Output
        : !_places.ContainsKey(tensor) && FindNamed(tensor) is { } named ? Backward.AdjointOf(named)!
        : Backward.GradientOf(Leaves[PlaceOf(tensor)]);

    /// <summary>The place of a parameter or input among those with a gradient.</summary>
    /// <exception cref="KeyNotFoundException">There is no gradient with respect to it.</exception>
    public int PlaceOf(string tensor) => _places.TryGetValue(tensor, out var place)
        ? place
        : throw new KeyNotFoundException(
            $"There is no gradient {tensor}; there are {string.Join(", ", _places.Keys)}.");

    /// <summary>k: exact entries are drawn from −k..k; 0 where no exact case stays on the lattice.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="targetsOutput">Whether the target is no such entry, but drawn about the output.</param>
    public int RangeOf(ElementType type, bool targetsOutput = false) => _range.Of(type, targetsOutput);

    /// <summary>K: how many roundings any term of a gradient (or of the output) passes at most.</summary>
    public int RoundingsOf(string tensor) => _counts.Value[tensor == OutputName ? 0 : PlaceOf(tensor) + 1].Roundings;

    /// <summary>The largest entry of the undamped majorant's gradient (or output) where every entry of the case is
    /// 1.</summary>
    public double AtOne(string tensor) => _atOne.Value[tensor == OutputName ? 0 : PlaceOf(tensor) + 1];

    /// <summary>The counts of the output and the gradients, in this order.</summary>
    /// <param name="fractionBits">For tensors whose entries are multiples of 2⁻ᵉ and no integers, e.</param>
    public TermCount[] CountsOf(Func<string, int>? fractionBits)
    {
        var counts = Gradients.Counts(fractionBits is null ? null : leaf => fractionBits(leaf.Name!));
        return [counts[Gradients[Output]], .. Leaves.Select(leaf => counts[Gradients[Backward.GradientOf(leaf)]])];
    }

    /// <summary>What on the way these numbers cannot do, as a noun; null where they can do everything.</summary>
    /// <param name="numbers">The numbers.</param>
    /// <param name="isBackward">Whether the backward pass is asked about too.</param>
    public string? WhyNot(NumberSystem numbers, bool isBackward = false) =>
        (isBackward ? Gradients : Forward).Nodes.Select(
            n => n.Operation.WhyNot(numbers)).FirstOrDefault(reason => reason is not null);

    /// <summary>Whether a network with a loss has exact cases at any shape: at the smallest, if at any.</summary>
    public static bool MayBeExact(Network network, Loss loss) =>
        new Scenario(network, loss, network.SmallestShape()).RangeOf(ElementType.Float64) > 0;

    // Another name of a case would say the same, and none of them could be read back.
    private void RequireDimensions()
    {
        if (!Shape.Dimensions.Select(d => d.Name).SequenceEqual(Network.Dimensions))
        {
            throw new BadInputException(
                $"The shape {Shape} is none of {Network.Name}, which has {string.Join(' ', Network.Dimensions)}, in this order.");
        }
    }

    // The network is the user's statement of the problem: where it fails there is nothing to check.
#pragma warning disable CA1031
    private T Stated<T>(Func<T> statement)
    {
        try
        {
            return statement();
        }
        catch (Exception thrown) when (thrown is not BadInputException)
        {
            throw new BadInputException(
                $"The forward of {Network.Name} with {Loss.Name} fails at {Shape}: {ForeignError.Sentence(thrown)}.");
        }
    }
#pragma warning restore CA1031
}
