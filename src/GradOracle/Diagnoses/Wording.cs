using GradOracle.Oracles;

namespace GradOracle.Diagnoses;

/// <summary>The names by which diagnoses speak of the places in a backward pass.</summary>
internal static class Wording
{
    /// <summary>A value: its name, or the expression that makes it.</summary>
    public static string NameOf(this BackwardPass pass, int step)
    {
        var s = pass.Steps[step];
        if (s.Name is { } name)
        {
            return name;
        }

        if (step == pass.Steps.Count - 1)
        {
            return "Ŷ";
        }

        string Operand(int i) => pass.NameOf(s.Operands[i]);
        return s.Operation switch
        {
            Operation.Product => $"{Operand(0)} {Operand(1)}",
            Operation.Sum => $"({Operand(0)} + {Operand(1)})",
            Operation.Difference => $"({Operand(0)} − {Operand(1)})",
            Operation.Hadamard => $"({Operand(0)} ∘ {Operand(1)})",
            Operation.PlusColumn => $"({Operand(0)} + {Operand(1)})",
            Operation.Beside => $"[{Operand(0)} | {Operand(1)}]",
            Operation.Multiple => $"{Operand(1)} {Operand(0)}",
            Operation.Elementwise => $"φ({Operand(0)})",
            Operation.Transposed => $"({Operand(0)})ᵀ",
            _ => $"(a multiple of {Operand(0)})",
        };
    }

    /// <summary>The adjoint of a value. What only flows into a sum has the adjoint of the sum.</summary>
    public static string AdjointOf(this BackwardPass pass, int step) =>
        pass.Steps[step].Name is null && pass.Consumers(step) is [var only] && pass.Steps[only].Operation is Operation.Sum or Operation.PlusColumn
            ? pass.AdjointOf(only)
            : $"∂L/∂{pass.NameOf(step)}";

    /// <summary>What a message is part of: a contribution, a gradient, or the adjoint of a value on the way.</summary>
    public static string PlaceOf(this BackwardPass pass, Edge edge)
    {
        var receiver = pass.Receiver(edge);
        var step = pass.Steps[receiver];
        return !step.IsLeaf ? pass.AdjointOf(receiver)
            : pass.IsUsedOnce(step.Name!) ? pass.GradientOf(step.Name!)
            : $"the contribution of {step.Name} {step.Use ?? $"in {pass.NameOf(edge.Step)}"}";
    }

    public static string GradientOf(this BackwardPass _, string tensor) => $"the gradient of {tensor}";

    public static bool IsUsedOnce(this BackwardPass pass, string tensor) =>
        Enumerable.Range(0, pass.Steps.Count).Where(i => pass.Steps[i].IsLeaf && pass.Steps[i].Name == tensor).Sum(i => pass.Consumers(i).Count) == 1;
}
