using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Derivations;

/// <summary>The gradients of one case by the names of its parameters and inputs; each has the size of what it belongs to.</summary>
public sealed class Gradients<T>
    where T : struct, INumberBase<T>
{
    private readonly Dictionary<string, Matrix<T>> _byName = [];

    /// <summary>The gradient with respect to the named parameter or input.</summary>
    public Matrix<T> this[string name]
    {
        get => _byName[name];
        set => _byName[name] = value;
    }

    /// <summary>The gradient with respect to the named parameter or input, if there is one.</summary>
    public bool TryGet(string name, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out Matrix<T> gradient) =>
        _byName.TryGetValue(name, out gradient);
}
