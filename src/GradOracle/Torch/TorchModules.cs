using TorchSharp;

namespace GradOracle.Torch;

/// <summary>What is asked of modules.</summary>
internal static class TorchModules
{
    /// <summary>The parts that draw random numbers in their present mode, by type and name; empty where none is
    /// known.</summary>
    public static string Drawing(torch.nn.Module module) => string.Join(", ", module.named_modules()
        .Where(m => m.module.training && m.module.GetType().Name.Contains("Dropout", StringComparison.Ordinal))
        .Select(m => $"{m.module.GetType().Name} {m.name}".TrimEnd()));
}
