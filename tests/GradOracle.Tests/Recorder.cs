using System.Collections.Concurrent;
using GradOracle.Oracles;

namespace GradOracle.Tests;

/// <summary>A derivation that writes down the names of all cases it is asked about.</summary>
internal sealed class Recorder(Derivation inner) : Derivation
{
    public ConcurrentQueue<string> Names { get; } = [];

    public override string Name => inner.Name;

    public override string Summary => "for a test";

    public override Network Network => inner.Network;

    public override GradientStack Differentiate(CaseStack batch)
    {
        for (var s = 0; s < batch.Count; s++)
        {
            if (!Enumerable.Range(0, s).Any(earlier => IsSame(batch, earlier, s)))
            {
                Names.Enqueue(batch.NameOf(s));
            }
        }

        return inner.Differentiate(batch);
    }

    // A case that stands in a batch once more has no name of its own.
    private static bool IsSame(CaseStack batch, int one, int other) =>
        batch.Tensors.All(tensor => tensor[one].SequenceEqual(tensor[other]));
}

/// <summary>Autograd as the derivation of any network: right, to the bit.</summary>
internal sealed class Echo(Network network) : Derivation
{
    public override string Name => "echo";

    public override string Summary => "for a test";

    public override Network Network => network;

    public override GradientStack Differentiate(CaseStack batch) => Autograd.Differentiate(batch);
}

/// <summary>A network of which no bound can tell anything: the argument of a sine is rounded by about 10⁻⁴.</summary>
internal sealed class Steep : Renamed
{
    public override string Name => "steep";

    public override Node Forward(Inputs x) => (1e12 * base.Forward(x)).Sin();
}
