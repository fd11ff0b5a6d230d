using GradOracle.Torch;
using TorchSharp;

namespace GradOracle.Networks;

/// <summary>A module while it computes with the values of cases: nobody else uses it, and afterwards it is what it
/// was.</summary>
/// <remarks>
/// Values, gradients, buffers and element type are put back. Where the type had to change, TorchSharp makes new
/// parameters: those that somebody else holds are disposed by it.
/// </remarks>
internal sealed class LentModule : IDisposable
{
    private readonly torch.nn.Module _module;
    private readonly DisposeScope _scope;
    private readonly List<(string Name, torch.Tensor Value, torch.Tensor? Gradient)> _held;
    private readonly List<(string Name, torch.Tensor Value)> _buffers;
    private readonly Dictionary<string, torch.Tensor> _parameters;
    private readonly torch.ScalarType? _type;

    /// <param name="module">The module.</param>
    /// <param name="type">The element type to compute in.</param>
    /// <param name="nameOf">The tensor of the network that a parameter is.</param>
    public LentModule(torch.nn.Module module, torch.ScalarType type, Func<string, string> nameOf)
    {
        Monitor.Enter(module);
        _module = module;
        _scope = torch.NewDisposeScope();
        try
        {
            _held =
                [.. module.named_parameters().Select(p => (p.name, p.parameter.detach().clone(), p.parameter.grad))];
            _buffers = [.. module.named_buffers().Select(b => (b.name, b.buffer.detach().clone()))];
            _type = _held.FirstOrDefault(p => p.Value.dtype != type && p.Value.is_floating_point()).Value?.dtype;
            if (_type is not null)
            {
                Convert(type);
            }

            _parameters = module.named_parameters()
                .Where(p => p.parameter.requires_grad).ToDictionary(
                    p => nameOf(p.name), p => (torch.Tensor)p.parameter);
        }
        catch
        {
            _scope.Dispose();
            Monitor.Exit(module);
            throw;
        }
    }

    /// <summary>The parameters that are differentiated.</summary>
    public IReadOnlyList<TensorSpec> Parameters => [.. _parameters.Select(
        p => new TensorSpec(p.Key, TensorRole.Parameter, TorchTensors.SizesOf(p.Value.shape)))];

    /// <summary>The parameter with a name; null where there is none.</summary>
    public torch.Tensor? Find(string name) => _parameters.GetValueOrDefault(name);

    /// <summary>Gives a parameter the values of a case, and no gradient.</summary>
    public void Set(string name, ReadOnlySpan<double> values)
    {
        var parameter = _parameters[name];
        using var frozen = torch.no_grad();
        using var given = torch.empty(parameter.shape, parameter.dtype);
        TorchMemory.Write(given, values);
        parameter.copy_(given);
        parameter.grad = null;
    }

    /// <summary>Refuses a network that has a parameter under another name, or of other sizes.</summary>
    /// <param name="specs">The tensors of the network.</param>
    /// <param name="name">How messages write the code.</param>
    /// <param name="shape">The shape of the network.</param>
    /// <exception cref="BadInputException">It has.</exception>
    public void Require(IReadOnlyList<TensorSpec> specs, string name, Shape shape)
    {
        foreach (var parameter in Parameters)
        {
            var spec = specs.FirstOrDefault(s => s.Name == parameter.Name)
                ?? throw TensorNames.Unknown(parameter.Name, [.. specs.Select(s => s.Name)]);
            if (!spec.Sizes.Equals(parameter.Sizes))
            {
                throw new BadInputException(
                    $"{parameter.Name} is {parameter.Sizes} in the module of {name} and {spec.Sizes} at {shape}: "
                    + "make a module of these sizes, or ask for its own (Shapes).");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            using var frozen = torch.no_grad();
            if (_type is { } type)
            {
                Convert(type);
            }

            var parameters = _module.named_parameters().ToDictionary(p => p.name, p => p.parameter);
            foreach (var (name, value, gradient) in _held)
            {
                parameters[name].copy_(value);
                parameters[name].grad = gradient;
            }

            var buffers = _module.named_buffers().ToDictionary(b => b.name, b => b.buffer);
            foreach (var (name, value) in _buffers)
            {
                buffers[name].copy_(value);
            }
        }
        finally
        {
            _scope.Dispose();
            Monitor.Exit(_module);
        }
    }

    // What is made on the way belongs to the module, and to no scope.
    private void Convert(torch.ScalarType type)
    {
        _module.to(type);
        foreach (var (_, parameter) in _module.named_parameters())
        {
            parameter.DetachFromDisposeScope();
        }

        foreach (var (_, buffer) in _module.named_buffers())
        {
            buffer.DetachFromDisposeScope();
        }
    }
}
