using TorchSharp;

namespace GradOracle;

/// <summary>What TorchSharp code that is a network is written with: its parameters and inputs at one shape.</summary>
/// <remarks>
/// As <see cref="Inputs"/>, with tensors in place of nodes. A tensor of one case has the sizes that it is declared with
/// and the element type of the case; class indices are int64.
/// </remarks>
public sealed class TorchInputs
{
    private readonly Inputs _inputs;
    private readonly Func<Node, torch.Tensor> _value;

    internal TorchInputs(Inputs inputs, Func<Node, torch.Tensor> value) => (_inputs, _value) = (inputs, value);

    /// <summary>The sizes of the dimensions.</summary>
    public Shape Shape => _inputs.Shape;

    /// <summary>The named parameter or input, declared before.</summary>
    /// <exception cref="BadInputException">There is none of this name.</exception>
    public torch.Tensor this[string name] => _value(_inputs[name]);

    /// <summary>
    /// A parameter, declared where it is used: its sizes are those of the named dimensions, or numbers: <c>"h",
    /// "1"</c>.
    /// </summary>
    public torch.Tensor Parameter(string name, params string[] dimensions) =>
        _value(_inputs.Parameter(name, dimensions));

    /// <summary>A parameter that holds something else than numbers.</summary>
    public torch.Tensor Parameter(string name, string[] dimensions, Holds holds) =>
        _value(_inputs.Parameter(name, dimensions, holds));

    /// <summary>
    /// An input, declared where it is used: its sizes are those of the named dimensions, or numbers: <c>"h", "1"</c>.
    /// </summary>
    public torch.Tensor Input(string name, params string[] dimensions) => _value(_inputs.Input(name, dimensions));

    /// <summary>
    /// An input that holds something else than numbers: <c>x.Input("ids", ["B"], Holds.Indices(below: "V"))</c>.
    /// </summary>
    public torch.Tensor Input(string name, string[] dimensions, Holds holds) =>
        _value(_inputs.Input(name, dimensions, holds));
}
