using System.Collections.Concurrent;
using System.Text;
using GradOracle.Messages;
using GradOracle.Torch;
using TorchSharp;

namespace GradOracle.Networks;

/// <summary>TorchSharp code: a function of tensors, and the module whose parameters it uses beside them.</summary>
/// <param name="Name">How messages write it.</param>
/// <param name="Forward">The function.</param>
internal sealed record TorchForm(string Name, Func<TorchInputs, torch.Tensor> Forward)
{
    /// <summary>The module; null where the function has no parameters but those that it declares.</summary>
    public torch.nn.Module? Module { get; init; }

    /// <summary>The tensor of the network that a parameter of the module is.</summary>
    public Func<string, string> NameOf { get; init; } = LegalName;

    /// <summary>Which parts of the module draw in their present mode, as a clause; empty where none is known.</summary>
    public string Drawing
    {
        get
        {
            var drawing = Module is null ? "" : TorchModules.Drawing(Module);
            return drawing.Length == 0 ? "" : $" ({drawing} in training mode)";
        }
    }

    /// <summary>Calls the code, and refuses what is no output.</summary>
    /// <param name="inputs">What it may take.</param>
    /// <param name="lent">The module, with the values of a case; null where there is none.</param>
    /// <param name="type">The element type of every tensor.</param>
    /// <param name="value">The tensor of a leaf that is no parameter of the module.</param>
    /// <exception cref="BadInputException">It throws, or gives none, or one of another type.</exception>
#pragma warning disable CA1031 // whatever the code throws
    public torch.Tensor Call(Inputs inputs, LentModule? lent, ElementType type, Func<Node, torch.Tensor> value)
    {
        using var enabled = torch.enable_grad();
        torch.Tensor? output;
        try
        {
            output = Forward(new TorchInputs(inputs, leaf => lent?.Find(leaf.Name!) ?? value(leaf)));
        }
        catch (Exception thrown) when (thrown is not BadInputException)
        {
            throw new BadInputException(
                $"The forward of {Name} fails at {inputs.Shape}: {ForeignError.Sentence(thrown)}.");
        }

        return output is null || output.IsInvalid
            ? throw new BadInputException($"The forward of {Name} gives no tensor at {inputs.Shape}.")
            : output.device_type != DeviceType.CPU || output.is_sparse
            ? throw new BadInputException(
                $"The forward of {Name} gives a tensor {(output.is_sparse ? "that is sparse" : $"on {output.device_type}")} at {inputs.Shape}: "
                + "give a dense one on the CPU.")
            : output.numel() == 0
            ? throw new BadInputException($"The forward of {Name} gives a tensor without entries at {inputs.Shape}.")
            : output.dtype == TorchMemory.ScalarTypeOf(type)
            ? output
            : throw new BadInputException(
                $"The forward of {Name} gives {output.dtype} where its tensors are {type}: "
                + "do not convert, and make tensors of your own with the type of an input.");
    }
#pragma warning restore CA1031

    /// <summary>Modules, made for a shape where it is first asked for.</summary>
    /// <param name="name">How messages write it.</param>
    /// <param name="module">Makes them.</param>
    /// <param name="forward">The output of one.</param>
    /// <param name="nameOf">The tensor that a parameter is.</param>
    /// <exception cref="BadInputException">A module cannot be made, or two of its parameters have one name.</exception>
    public static Func<Shape, TorchForm> Made<TModule>(
        string name,
        Func<Shape, TModule> module,
        Func<TModule, TorchInputs, torch.Tensor> forward,
        Func<string, string>? nameOf = null)
        where TModule : torch.nn.Module
    {
        var made = new ConcurrentDictionary<Shape, Lazy<TorchForm>>();
        return shape => made.GetOrAdd(shape, s => new(() => At(s))).Value;

        TorchForm At(Shape shape)
        {
            var mine = Make(name, module, shape);
            var form = new TorchForm(name, x => forward(mine, x)) { Module = mine, NameOf = nameOf ?? LegalName };
            var twice = mine.named_parameters().GroupBy(p => form.NameOf(p.name)).FirstOrDefault(p => p.Count() > 1);
            return twice is null
                ? form
                : throw new BadInputException(
                    $"{string.Join(" and ", twice.Select(p => p.name))} of {name} are both {twice.Key}: rename one of them.");
        }
    }

#pragma warning disable CA1031 // whatever the code throws
    private static TModule Make<TModule>(string name, Func<Shape, TModule> module, Shape shape)
    {
        TorchRuntime.EnsureLoaded();
        try
        {
            return module(shape) ?? throw new BadInputException(
                $"There is no module of {name} at {shape}: the function that makes it gives null.");
        }
        catch (Exception thrown) when (thrown is not BadInputException)
        {
            throw new BadInputException(
                $"The module of {name} cannot be made at {shape}: {ForeignError.Sentence(thrown)}.");
        }
    }
#pragma warning restore CA1031

    /// <summary>
    /// The name of a tensor, from that of a parameter: what is no letter, digit or underscore becomes an underscore,
    /// and before a digit at the beginning there is one more: <c>linear1_weight</c>, <c>_0_bias</c>.
    /// </summary>
    public static string LegalName(string parameter)
    {
        var name = new StringBuilder(parameter);
        for (var i = 0; i < name.Length; i++)
        {
            name[i] = char.IsAsciiLetterOrDigit(name[i]) ? name[i] : '_';
        }

        return name.Length == 0 || char.IsAsciiDigit(name[0]) ? $"_{name}" : name.ToString();
    }
}
