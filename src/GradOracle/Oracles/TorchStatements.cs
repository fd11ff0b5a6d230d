using GradOracle.Networks;
using GradOracle.Oracles;
using TorchSharp;

namespace GradOracle;

/// <summary>TorchSharp code as a second statement of a network that has a graph: each checks the other.</summary>
public static class TorchStatements
{
    /// <summary>
    /// The network as TorchSharp code states it, to be checked like a derivation:
    /// <c>GradientAssert.Agrees(network.StatedBy(x =&gt; x["W"].mm(x["X"])))</c>. Outputs are compared first, then
    /// gradients.
    /// </summary>
    /// <param name="network">The network, with its tensors.</param>
    /// <param name="forward">Its output, of the network's tensors by their names.</param>
    public static Derivation StatedBy(this Network network, Func<TorchInputs, torch.Tensor> forward)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(forward);
        return new TorchDerivation(network, _ => new(network.Name, forward));
    }

    /// <summary>The network as modules state it, one for every shape.</summary>
    /// <param name="network">The network, with its tensors.</param>
    /// <param name="module">Makes the module of a shape.</param>
    /// <param name="forward">The output of the module, of the network's inputs by their names.</param>
    /// <param name="names">Which parameter of the module is which tensor, where their names are not the same:
    /// <c>("linear1.weight", "W1")</c>.</param>
    public static Derivation StatedBy<TModule>(
        this Network network,
        Func<Shape, TModule> module,
        Func<TModule, TorchInputs, torch.Tensor> forward,
        params IReadOnlyList<(string Parameter, string Tensor)> names)
        where TModule : torch.nn.Module
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(forward);
        ArgumentNullException.ThrowIfNull(names);
        string NameOf(string parameter) => names.Where(n => n.Parameter == parameter).Select(n => n.Tensor)
            .FirstOrDefault(TorchForm.LegalName(parameter));
        return new TorchDerivation(network, TorchForm.Made(network.Name, module, forward, NameOf));
    }
}
