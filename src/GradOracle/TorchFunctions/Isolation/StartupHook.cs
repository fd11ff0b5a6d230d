using GradOracle.TorchFunctions.Isolation;

// The host looks for a type of this name, in no namespace, in what DOTNET_STARTUP_HOOKS names.
#pragma warning disable CA1050 // declare types in namespaces

/// <summary>Turns the process into a child before its <c>Main</c>, where it was started as one.</summary>
internal static class StartupHook
{
    /// <summary>Called by the host.</summary>
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(ChildLoop.Variable) is { Length: > 0 })
        {
            ChildLoop.Run();
            Environment.Exit(0);
        }
    }
}
