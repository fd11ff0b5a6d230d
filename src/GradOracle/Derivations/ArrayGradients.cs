using GradOracle.Derivations;
using GradOracle.Networks;

namespace GradOracle;

/// <summary>Where code leaves what it found for one case, in whatever form it has it: <c>g["W"] = dW;</c>. Code that
/// writes into arrays takes them from here: <c>float[] dW = g["W"];</c>.</summary>
public sealed class ArrayGradients
{
    private readonly CaseStack _batch;
    private readonly ElementsUsed _uses;
    private readonly Func<string, double[]?> _before;
    private readonly Dictionary<string, AnyTensor> _found = [];
    private IReadOnlyCollection<string>? _accumulated;

    /// <param name="batch">The cases.</param>
    /// <param name="uses">Told what the code takes and gives.</param>
    /// <param name="before">What a buffer that is added to holds before; null: nothing but zeros.</param>
    /// <param name="unwritten">What a buffer that is overwritten holds before.</param>
    internal ArrayGradients(CaseStack batch, ElementsUsed uses, Func<string, double[]?> before, double unwritten) =>
        (_batch, _uses, _before, Unwritten) = (batch, uses, before, unwritten);

    /// <summary>The gradient with respect to the named parameter or input, or to a value on the way that the network
    /// has named: given, or taken as a buffer to be written. A buffer is full of NaN, unless <see cref="Accumulates"/>
    /// was said: then of zeros.</summary>
    /// <exception cref="BadInputException">There is none of this name; the message gives the nearest.</exception>
    public AnyTensor this[string name]
    {
        get => Find(name) ?? Buffer(name, SizesOf(name));
        set => Give(Known(name), value);
    }

    /// <summary>Ŷ: given, or taken as a buffer to be written. Where it is not given, it is what
    /// <see cref="ArrayCase.OutputGradient"/> was asked about.</summary>
    public AnyTensor Output
    {
        get => Find(Scenario.OutputName) ?? Buffer(Scenario.OutputName, _batch.Scenario.Output.Sizes);
        set => Give(Scenario.OutputName, value);
    }

    /// <summary>Says that the code adds to what is in its buffers (<c>+=</c>), and does not overwrite it. It is
    /// believed, and checked: called twice into one buffer, it must leave the sum of both.</summary>
    /// <param name="names">The gradients of which it is so; none means all.</param>
    /// <exception cref="InvalidOperationException">A buffer has been taken already.</exception>
    /// <exception cref="BadInputException">There is no gradient of a name.</exception>
    public void Accumulates(params IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (_found.Keys.Any(name => name != Scenario.OutputName))
        {
            throw new InvalidOperationException("say that the code accumulates before it takes a buffer");
        }

        _accumulated = [.. names.Select(Known)];
    }

    /// <summary>What its buffers hold that are overwritten, before they are.</summary>
    internal double Unwritten { get; }

    /// <summary>Whether the code says that it adds to what a buffer holds.</summary>
    internal bool IsAccumulated(string name) =>
        name != Scenario.OutputName && _accumulated is { } some && (some.Count == 0 || some.Contains(name));

    /// <summary>What was given or taken under a name.</summary>
    internal AnyTensor? Find(string name) => _found.GetValueOrDefault(name);

    private AnyTensor Buffer(string name, Sizes sizes)
    {
        var entries = IsAccumulated(name) ? _before(name) ?? new double[sizes.Length] : new double[sizes.Length];
        if (!IsAccumulated(name))
        {
            entries.AsSpan().Fill(Unwritten);
        }

        return _found[name] = new(new Held(name, sizes, entries, _batch.Type), _uses, isBuffer: true);
    }

    /// <summary>The values on the way whose gradients were given.</summary>
    internal IEnumerable<string> OnTheWay => _found.Keys.Where(name => _batch.Scenario.FindNamed(name) is not null);

    private void Give(string name, AnyTensor value)
    {
        ArgumentNullException.ThrowIfNull((object)value, nameof(value));
        _uses.Note(value.Form);
        _found[name] = value.Keep();
    }

    private string Known(string name)
    {
        SizesOf(name);
        return name;
    }

    // Code may differentiate more than is asked for: what is left out is taken, and not compared.
    private Sizes SizesOf(string name)
    {
        var specs = _batch.Scenario.Tensors.Where(t => t.Role is TensorRole.Parameter or TensorRole.Input).ToList();
        return specs.Find(spec => spec.Name == name)?.Sizes ?? _batch.Scenario.FindNamed(name)?.Sizes
            ?? throw TensorNames.Unknown(
                name, specs.ConvertAll(s => s.Name), [.. _batch.Scenario.NamedValues.Select(n => n.Name!)]);
    }
}
