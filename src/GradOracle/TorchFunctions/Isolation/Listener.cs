using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp;

namespace GradOracle.TorchFunctions.Isolation;

/// <summary>Makes of words what was told: the child's side of <see cref="Teller"/>.</summary>
internal sealed class Listener
{
    private readonly List<object> _made = [];

    /// <summary>The value; null for nothing told.</summary>
    public object? Value(Told? told)
    {
        switch (told?.Kind)
        {
            case null or Told.Null:
                return null;
            case Told.Again:
                return _made[int.Parse(told.Text!, CultureInfo.InvariantCulture)];
            case Told.Array:
                var array = Array.CreateInstance(Type.GetType(told.Text!, throwOnError: true)!, told.Parts!.Length);
                _made.Add(array);
                for (var i = 0; i < array.Length; i++)
                {
                    array.SetValue(Value(told.Parts[i]), i);
                }

                return array;
            case Told.Object:
                var made = RuntimeHelpers.GetUninitializedObject(TypeOf(told));
                _made.Add(made);
                SetFields(made, new(told.Parts!));
                return made;
            case Told.Module:
                return Module(told);
            default:
                return told.Sizes is null
                    ? Convert.ChangeType(told.Text, Type.GetType(told.Kind)!, CultureInfo.InvariantCulture)
                    : Tensor(told);
        }
    }

    private torch.Tensor Tensor(Told told)
    {
        var tensor = torch.empty(told.Sizes!, Enum.Parse<torch.ScalarType>(told.Kind));
        told.Bytes!.CopyTo(tensor.bytes);
        tensor.requires_grad_(told.Flag);
        _made.Add(tensor);
        return tensor;
    }

    private torch.nn.Module Module(Told told)
    {
        var module = (torch.nn.Module)Activator.CreateInstance(TypeOf(told), nonPublic: true)!;
        var parts = new Queue<Told?>(told.Parts!);
        if (parts.FirstOrDefault() is { Sizes: not null } first && told.Names!.Length > 0)
        {
            module.to(Enum.Parse<torch.ScalarType>(first.Kind));
        }

        _made.Add(module);
        module.train(told.Flag);
        var state = Told.StateOf(module).ToDictionary(s => s.Name, s => s.Tensor);
        foreach (var name in told.Names!)
        {
            var part = parts.Dequeue();
            if (state.GetValueOrDefault(name) is { } tensor && part?.Bytes is { } bytes
                && tensor.bytes.Length == bytes.Length)
            {
                bytes.CopyTo(tensor.bytes);
                tensor.requires_grad_(part.Flag);
                _made.Add(tensor);
            }
        }

        // Whatever was not made alike shows when the module is told again.
        var modules = Told.ModulesOf(module);
        _made.AddRange(modules.Skip(1));
        foreach (var part in modules)
        {
            SetFields(part, parts);
        }

        return module;
    }

    private void SetFields(object made, Queue<Told?> parts)
    {
        foreach (var field in Told.FieldsOf(made.GetType()))
        {
            if (parts.TryDequeue(out var part))
            {
                field.SetValue(made, Value(part));
            }
        }
    }

    private static Type TypeOf(Told told)
    {
        var (name, place) = (told.Text!.Split('|')[0], told.Text.Split('|')[1]);
        return Assembly.LoadFrom(place).GetType(name, throwOnError: true)!;
    }
}
