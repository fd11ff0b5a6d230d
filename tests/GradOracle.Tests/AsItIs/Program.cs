using TorchSharp;

namespace GradOracle.Tests.AsItIs;

/// <summary>These tests as a process of their own: one that calls TorchSharp before anything of GradOracle's.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is ["torch-first"])
        {
            using var ones = torch.ones(2, 3);
            Console.WriteLine($"torch says {(ones.sum().item<float>() == 6 ? "six" : "nothing")}");
        }

        return 0;
    }
}
