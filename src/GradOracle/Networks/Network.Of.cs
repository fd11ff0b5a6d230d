using System.Text;
using GradOracle.Networks;
using TorchSharp;

namespace GradOracle;

/// <content>TorchSharp code as a network.</content>
public abstract partial class Network
{
    /// <summary>A function of TorchSharp tensors as the network: autograd of its output decides.</summary>
    /// <remarks>
    /// It has no graph, so there are no exact cases and nothing is proven: the rounding bound is estimated, and
    /// verdicts say so. The rows of a matrix are its examples. The function is called for one case at a time, by
    /// several threads.
    /// </remarks>
    /// <param name="name">The name in case names: lower case, words joined by hyphens.</param>
    /// <param name="dimensions">The names of the dimensions, in the order in which case names write them.</param>
    /// <param name="forward">The output; the tensors are those it declares, in this order.</param>
    /// <param name="smallest">The smallest sizes that are drawn, where 1 says nothing: <c>[("d", 2)]</c>.</param>
    /// <param name="losses">See <see cref="Losses"/>.</param>
    /// <example><code>Network.Of("linear", ["n", "m", "B"], x =&gt; functional.linear(x.Input("X", "B", "n"),
    /// x.Parameter("W", "m", "n"), x.Parameter("b", "m")))</code></example>
    public static Network Of(
        string name,
        IReadOnlyList<string> dimensions,
        Func<TorchInputs, torch.Tensor> forward,
        IReadOnlyList<(string Dimension, int Size)>? smallest = null,
        IReadOnlyList<Loss>? losses = null)
    {
        RequireName(name);
        ArgumentNullException.ThrowIfNull(forward);
        RequireDimensions(name, dimensions, smallest ?? [], []);
        return new TorchNetwork(name, dimensions, _ => new(name, forward), smallest ?? [], losses ?? []);
    }

    /// <summary>
    /// Modules as the network, one for every shape: <c>Network.Of("lstm", ["n", "h", "T", "B"], s =&gt; LSTM(s["n"],
    /// s["h"]), (lstm, x) =&gt; lstm.forward(x.Input("X", "T", "B", "n")).Item1)</c>.
    /// </summary>
    /// <remarks>
    /// The parameters that require a gradient are the network's, under their names with underscores for dots
    /// (<c>linear1_weight</c>); a name that begins with a digit gets an underscore before it. Everything else in the
    /// module stays as it is, and its mode is the one it is in. After each call a module has its own values again.
    /// </remarks>
    /// <param name="name">The name in case names: lower case, words joined by hyphens.</param>
    /// <param name="dimensions">The names of the dimensions, in the order in which case names write them.</param>
    /// <param name="module">Makes the module of a shape; <c>_ =&gt; mine</c> where all have one.</param>
    /// <param name="forward">The output of the module, on the inputs that are declared.</param>
    /// <param name="smallest">The smallest sizes that are drawn, where 1 says nothing.</param>
    /// <param name="losses">See <see cref="Losses"/>.</param>
    public static Network Of<TModule>(
        string name,
        IReadOnlyList<string> dimensions,
        Func<Shape, TModule> module,
        Func<TModule, TorchInputs, torch.Tensor> forward,
        IReadOnlyList<(string Dimension, int Size)>? smallest = null,
        IReadOnlyList<Loss>? losses = null)
        where TModule : torch.nn.Module
    {
        RequireName(name);
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(forward);
        RequireDimensions(name, dimensions, smallest ?? [], []);
        return new TorchNetwork(name, dimensions, TorchForm.Made(name, module, forward), smallest ?? [], losses ?? []);
    }

    /// <summary>
    /// A module of one tensor as the network: <c>Network.Of(new Perceptron(), "B", "3")</c>. Its name is the module's,
    /// its input <c>X</c>.
    /// </summary>
    /// <param name="module">The module; where it is not in the element type of the cases it is converted for a while,
    /// and TorchSharp disposes the parameters that somebody else holds.</param>
    /// <param name="input">The sizes of its input: names of dimensions, or numbers.</param>
    public static Network Of(torch.nn.Module<torch.Tensor, torch.Tensor> module, params string[] input)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(input);
        var name = CaseNameOf(module.GetName());
        List<string> dimensions = [.. input.Where(d => d is not [>= '0' and <= '9', ..]).Distinct()];
        if (dimensions.Count == 0)
        {
            throw new BadInputException(
                (Sentence)$"Network.Of({name}, …) names no dimension of its input: say its sizes, such as \"B\", \"3\".");
        }

        return Of(name, dimensions, _ => module, (m, x) => m.call(x.Input("X", input)));
    }

    /// <summary>Whether there is a graph to be interpreted, and not TorchSharp code alone.</summary>
    internal virtual bool HasGraph => true;

    // MyPerceptron becomes my-perceptron.
    private static string CaseNameOf(string name)
    {
        var words = new StringBuilder();
        foreach (var letter in name)
        {
            if ((char.IsAsciiLetterUpper(letter) || !char.IsAsciiLetterOrDigit(letter))
                && words.Length > 0
                && words[^1] != '-')
            {
                words.Append('-');
            }

            words.Append(char.IsAsciiLetterOrDigit(letter) ? char.ToLowerInvariant(letter).ToString() : "");
        }

        return words.ToString().TrimEnd('-') is { Length: > 0 } found ? found : "module";
    }
}
