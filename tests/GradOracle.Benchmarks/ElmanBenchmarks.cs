using BenchmarkDotNet.Attributes;
using GradOracle.Cases;
using GradOracle.Gallery;
using GradOracle.Networks;
using GradOracle.Oracles;
using GradOracle.Torch;
using TorchSharp;

namespace GradOracle.Benchmarks;

/// <summary>One gradient through 64 steps, side by side: TorchSharp forward and backward, and the hand-written
/// derivation twice.</summary>
[Config(typeof(RatioConfig))]
public class ElmanBenchmarks
{
    private static readonly Scalar s_one = 1;
    private static readonly Scalar s_minusOne = -1;
    private static readonly Scalar s_half = 0.5;

    private const int Steps = 64;

    private CaseStack _batch = null!;
    private Derivation _matrices = null!;
    private Derivation _spans = null!;

    /// <summary>The network; the plain loop is linear or has a tanh.</summary>
    [Params("elman", "elman-tanh")]
    public string Network { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        TorchRuntime.EnsureLoaded();
        torch.set_num_threads(1);
        _matrices = Catalog.Derivations.Find(Network);
        _spans = Catalog.Derivations.Find($"{Network}-batch");
        var shape = new Shape(("T", Steps), ("n", 32), ("h", 32), ("m", 8), ("B", 16));
        _batch = CaseGenerator.Generate(
            new CaseId(
                _matrices.Network, Named.Losses.Find("squared-error"), shape, CaseKind.Real, ElementType.Float64, 1));
    }

    /// <summary>What a user writes: tensors from arrays, a loop over the steps, gradients read as arrays; torch on one
    /// thread.</summary>
    [Benchmark(Baseline = true, Description = "TorchSharp forward and backward")]
    public double PlainLoop()
    {
        using var scope = torch.NewDisposeScope();
        var x = _batch.Tensors.ToDictionary(
            t => t.Name, t => torch.tensor(t[0].ToArray(), [t.Rows, t.Columns], requires_grad: t.Name != "T"));
        torch.Tensor? h = null;
        for (var t = 1; t <= Steps; t++)
        {
            var a = x["Wx"].matmul(x[$"X{t}"]);
            a = h is null ? a : x["Wh"].matmul(h).add(a, s_one);
            h = Network == "elman" ? a : a.tanh();
        }

        var difference = x["Wy"].matmul(h!).add(x["T"], s_minusOne);
        (difference * difference).sum().mul(s_half).backward();
        return x.Where(t => t.Key != "T").Sum(t => t.Value.grad!.data<double>().ToArray()[0]);
    }

    /// <summary>The oracle: the same on the tape, memory through spans.</summary>
    [Benchmark(Description = "autograd, the oracle")]
    public double Oracle() => Autograd.Differentiate(_batch)["Wx"].Values[0];

    /// <summary>The readable derivation.</summary>
    [Benchmark(Description = "by hand, matrices")]
    public double Matrices() => _matrices.Differentiate(_batch)["Wx"].Values[0];

    /// <summary>The derivation in spans.</summary>
    [Benchmark(Description = "by hand, spans")]
    public double Spans() => _spans.Differentiate(_batch)["Wx"].Values[0];
}
