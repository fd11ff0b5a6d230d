using GradOracle.Tests;
using NUnit.Framework;

namespace GradOracle.Faults;

/// <summary>The same command writes the same bytes, whatever the processor can do.</summary>
[Platform("Linux", Reason = "elsewhere libtorch and its kernels are others")]
public sealed class PortabilityTests
{
    private static readonly string[] s_lines =
    [
        "check --dtype both --cases 4 --derivation missing-x1-contribution",
        "check --dtype both --cases 2 --network elman-tanh-bias --kind real",
        "check --dtype both --cases 3 --network all",
        "check --update sgd --cases 2 --steps 5 --rate 0.1 --momentum 0.9",
        "check --cases 2 --max-dim 70 --kind real --loss free-target-cross-entropy --dtype both",
    ];

    private static readonly (string Name, string Value)[][] s_processors =
    [
        [("ATEN_CPU_CAPABILITY", "default")],
        [("ATEN_CPU_CAPABILITY", "avx2")],
        [("MKL_ENABLE_INSTRUCTIONS", "SSE4_2"), ("DOTNET_EnableAVX2", "0")],
        [("MKL_CBWR", "AVX2"), ("DOTNET_EnableAVX512", "0"), ("DOTNET_PROCESSOR_COUNT", "1"), ("OMP_NUM_THREADS", "3")],
        [("DOTNET_EnableHWIntrinsic", "0"), ("DOTNET_TieredCompilation", "0")],
    ];

    [Test]
    public void Reports_are_the_same_bytes_on_every_processor()
    {
        using var folder = new TemporaryFolder();
        var lines = s_lines.Take(Effort.Times(2)).ToList();
        foreach (var line in lines)
        {
            var expected = Reports(folder.Path, line);
            foreach (var processor in s_processors)
            {
                Assert.That(
                    Reports(folder.Path, line, processor),
                    Is.EqualTo(expected),
                    $"{string.Join(' ', processor)}: {line}");
            }
        }

        Effort.Tell(
            $"processors: {3 * lines.Count} reports under {s_processors.Length + 1} processors, the same bytes");
    }

    private static string[] Reports(string folder, string line, params (string Name, string Value)[] processor)
    {
        string[] files = ["page.html", "summary.md", "report.json"];
        var result = Attempt.Run(
            folder,
            $"{Attempt.Command} {line} {string.Concat(files.Select(f => $" --report {f}"))} > /dev/null",
            processor);
        Attempt.AssertIsOurs(result, line, 0, 1);
        return [.. files.Select(f => File.ReadAllText(Path.Combine(folder, f)))];
    }
}
