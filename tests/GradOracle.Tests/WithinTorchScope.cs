using NUnit.Framework;
using TorchSharp;
using static TorchSharp.torch;

namespace GradOracle.Tests;

/// <summary>Tests of TorchSharp code: what one makes is freed with it.</summary>
public abstract class WithinTorchScope
{
    private DisposeScope _scope = null!;

    [SetUp]
    public void Open()
    {
        Torch.TorchRuntime.EnsureLoaded();
        _scope = NewDisposeScope();
    }

    [TearDown]
    public void Close() => _scope.Dispose();

    /// <summary>Numbers of any sizes, none of them alike.</summary>
    protected static Tensor Numbers(params long[] sizes)
    {
        var count = (int)sizes.Aggregate(1L, (product, size) => product * size);
        return torch.tensor(Enumerable.Range(1, count).Select(i => Math.Sin(1.7 * i)).ToArray()).reshape(sizes);
    }
}
