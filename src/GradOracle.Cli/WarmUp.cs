using GradOracle.Torch;

namespace GradOracle.Cli;

/// <summary>Loads libtorch while the command is still reading its arguments and drawing its shapes: it takes about as
/// long as they do.</summary>
internal static class WarmUp
{
    /// <summary>Begins, where the command is one that needs libtorch.</summary>
    public static void Begin(IReadOnlyList<string> arguments)
    {
        if (arguments is ["check" or "gradient" or "fixtures" or "mistakes", ..]
            && !arguments.Any(a => a is "--help" or "-h" or "-?"))
        {
            new Thread(Load) { IsBackground = true }.Start();
        }
    }

    private static void Load()
    {
        try
        {
            TorchRuntime.EnsureLoaded();
        }
#pragma warning disable CA1031 // what escapes a thread ends the process with a trace
        catch (Exception)
        {
            // Whoever comes to need it meets it again, and says so.
        }
#pragma warning restore CA1031
    }
}
