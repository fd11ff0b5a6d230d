using GradOracle.Derivations;
using GradOracle.Networks;

namespace GradOracle;

/// <summary>One case for code as it is: its tensors in whatever form the code takes them.</summary>
/// <remarks>They are copies, and compared afterwards: code that changes its inputs is told so.</remarks>
public sealed class ArrayCase
{
    private readonly CaseStack _batch;
    private readonly int _index;
    private readonly ElementsUsed _uses;
    private readonly Dictionary<string, AnyTensor> _given = [];

    internal ArrayCase(CaseStack batch, int index, ElementsUsed uses) => (_batch, _index, _uses) = (batch, index, uses);

    /// <summary>The sizes of the case: <c>x.Shape["B"]</c>.</summary>
    public Shape Shape => _batch.Shape;

    /// <summary>The target.</summary>
    public AnyTensor Target => Given(_batch.Target);

    /// <summary>The named parameter, input, constant or target.</summary>
    /// <exception cref="BadInputException">There is none of this name; the message gives the nearest.</exception>
    public AnyTensor this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            return Given(_batch.Tensors.FirstOrDefault(t => t.Name == name)
                ?? throw TensorNames.Unknown(name, [.. _batch.Tensors.Select(t => t.Name)]));
        }
    }

    /// <summary>The output that <see cref="OutputGradient"/> was last asked about.</summary>
    internal AnyTensor? Output { get; private set; }

    /// <summary>What was asked for, by name.</summary>
    internal IReadOnlyDictionary<string, AnyTensor> Taken => _given;

    /// <summary>G = ∂L/∂Ŷ, the gradient of the case's loss at this output, of its size. The output is noted: it is the
    /// first thing that is compared.</summary>
    /// <exception cref="ArgumentException">The output has another size than the network's.</exception>
    public AnyTensor OutputGradient(AnyTensor output)
    {
        ArgumentNullException.ThrowIfNull((object)output, nameof(output));
        Output = output.Keep();
        _uses.Note(output.Form);
        var asked = _batch.Scenario.Output.Sizes;
        if (output.Read() is not var (entries, sizes) || entries.Length != asked.Length || !IsOf(asked, sizes))
        {
            var given = output.Read() is var (found, axes) ? string.Join('×', axes ?? [found.Length]) : "empty";
            var what = _batch.Target.Sizes.Equals(asked) ? "target" : "network's output";
            throw new ArgumentException($"Ŷ is {given}, the {what} is {asked}", nameof(output));
        }

        var gradient = _batch.Type == ElementType.Float32
            ? Array.ConvertAll(GradientAt<float>(entries), entry => (double)entry)
            : GradientAt<double>(entries);
        return new(new Held("G", asked, gradient, _batch.Type), _uses);
    }

    /// <summary>L at an output.</summary>
    internal double LossAt(double[] output) => _batch.Type == ElementType.Float32
        ? _batch.LossAt<float>(_index, As<float>(output))
        : _batch.LossAt<double>(_index, output);

    /// <summary>Whether sizes that were given are those of a tensor; axes of size 1 may be missing or more.</summary>
    internal static bool IsOf(Sizes sizes, int[]? given) => given is null || given.SequenceEqual(sizes)
        || (given.Length != sizes.Count && given.Where(n => n != 1).SequenceEqual(sizes.Where(n => n != 1)));

    private T[] GradientAt<T>(double[] output)
        where T : struct, System.Numerics.INumberBase<T>
    {
        var gradient = new T[output.Length];
        _batch.OutputGradient<T>(_index, As<T>(output), gradient);
        return gradient;
    }

    private static T[] As<T>(ReadOnlySpan<double> entries)
        where T : struct, System.Numerics.INumberBase<T> => Array.ConvertAll(entries.ToArray(), T.CreateTruncating);

    private AnyTensor Given(TensorStack stack)
    {
        if (!_given.TryGetValue(stack.Name, out var given))
        {
            given = new(new Held(stack.Name, stack.Sizes, stack[_index].ToArray(), _batch.Type), _uses);
            _given.Add(stack.Name, given);
        }

        return given;
    }
}
