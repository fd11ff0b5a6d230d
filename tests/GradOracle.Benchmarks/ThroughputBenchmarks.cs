using BenchmarkDotNet.Attributes;
using GradOracle.Cases;
using GradOracle.Gallery;
using GradOracle.Networks;
using GradOracle.Oracles;
using GradOracle.Torch;
using TorchSharp;

namespace GradOracle.Benchmarks;

/// <summary>Time per case, side by side: a plain TorchSharp loop, bare batched autograd, and the whole check.</summary>
[Config(typeof(RatioConfig))]
public class ThroughputBenchmarks
{
    // The plain loop holds its scalars, or it does not survive the run: a collected temporary is read by native code.
    private static readonly Scalar s_one = 1;
    private static readonly Scalar s_minusOne = -1;
    private static readonly Scalar s_half = 0.5;

    private CaseStack _batch = null!;
    private CheckOptions _options = null!;
    private readonly SharedWeightBackprop _matrices = new();
    private readonly SharedWeightBatchBackprop _spans = new();

    /// <summary>n,h,m,B.</summary>
    public static IReadOnlyList<string> AllSizes { get; } = ["2,3,1,1", "8,8,4,4", "32,32,16,16", "128,128,64,64"];

    [ParamsSource(nameof(AllSizes))]
    public string Sizes { get; set; } = "";

    private int Cases => CasesAt(Sizes);

    /// <summary>How many cases one call of a benchmark treats.</summary>
    public static int CasesAt(string sizes) =>
        sizes switch { "2,3,1,1" => 131072, "8,8,4,4" => 8192, "32,32,16,16" => 512, _ => 64 };

    [GlobalSetup]
    public void Setup()
    {
        TorchRuntime.EnsureLoaded();
        var network = Catalog.Networks.Find("shared-weight");
        var loss = Named.Losses.Find("squared-error");
        var shape = new Shape(network.Dimensions.Zip(Sizes.Split(',').Select(int.Parse)));
        var name = new CaseId(network, loss, shape, CaseKind.Exact, ElementType.Float64, 1);
        _batch = CaseGenerator.Generate(name, Math.Min(Cases, 4096));
        _options = new CheckOptions { Losses = [loss], Kinds = [CaseKind.Exact], Cases = Cases, Shapes = [shape] };
    }

    /// <summary>What a user writes: one case at a time, tensors made from arrays, gradients read as arrays.</summary>
    [Benchmark(Baseline = true, Description = "plain TorchSharp loop")]
    public double PlainLoop()
    {
        var sum = 0.0;
        for (var s = 0; s < Cases; s++)
        {
            using var scope = torch.NewDisposeScope();
            var x = _batch.Tensors.ToDictionary(
                t => t.Name,
                t => torch.tensor(t[s % _batch.Count].ToArray(), [t.Rows, t.Columns], requires_grad: t.Name != "T"));
            var H1 = x["Wx"].matmul(x["X1"]);
            var H2 = x["Wh"].matmul(H1).add(x["Wx"].matmul(x["X2"]), s_one);
            var difference = x["Wy"].matmul(H2).add(x["T"], s_minusOne);
            var loss = (difference * difference).sum().mul(s_half);
            loss.backward();
            sum += x.Where(t => t.Key != "T").Sum(t => t.Value.grad!.data<double>().ToArray()[0]);
        }

        return sum;
    }

    /// <summary>The limit: autograd alone, a batch in one pass, cases made beforehand, nothing compared.</summary>
    [Benchmark(Description = "bare batched autograd")]
    public int BareAutograd()
    {
        var done = 0;
        for (; done < Cases; done += _batch.Count)
        {
            Autograd.Differentiate(_batch);
        }

        return done;
    }

    /// <summary>The whole check: draw, differentiate twice, compare, judge; derivation in spans.</summary>
    [Benchmark(Description = "whole check, spans")]
    public CheckResult WholeCheckSpans() => GradientCheck.Run(_spans, _options);

    /// <summary>The whole check; derivation with MathNet matrices.</summary>
    [Benchmark(Description = "whole check, matrices")]
    public CheckResult WholeCheckMatrices() => GradientCheck.Run(_matrices, _options);
}
