using System.Runtime.CompilerServices;

namespace GradOracle;

/// <summary>A hand-written forward and backward pass of one network: what is on trial.</summary>
/// <remarks>
/// Written for reading, derive from <see cref="MatrixDerivation"/>; written for speed, derive from this and take the
/// whole batch as spans. The harness checks either.
/// </remarks>
public abstract class Derivation
{
    /// <summary>The name in commands: lower case, words joined by hyphens.</summary>
    public abstract string Name { get; }

    /// <summary>What it does, in one line.</summary>
    public abstract string Summary { get; }

    /// <summary>The network it differentiates.</summary>
    public abstract Network Network { get; }

    /// <summary>
    /// Why exact cases of this loss and shape must not be held to equality: a detour of this derivation's through
    /// numbers that are in no term, such as dividing by B first and multiplying last. They are held to the rounding
    /// bound then, and reports give the reason. Null where there is none, as almost everywhere.
    /// </summary>
    /// <param name="loss">The loss.</param>
    /// <param name="shape">The sizes.</param>
    public virtual string? Detours(Loss loss, Shape shape) => null;

    /// <summary>The outputs, and the gradients with respect to every parameter and input, of every case of the
    /// batch.</summary>
    public abstract GradientStack Differentiate(CaseStack batch);

    /// <summary>
    /// Code as it is, behind a lambda: <c>Derivation.Of(network, (x, g) =&gt; g["W"] = Mine.Backward(x["W"],
    /// x["X"]))</c>. It is called for one case at a time.
    /// </summary>
    /// <param name="network">The network. Where the code leaves gradients out,
    /// <see cref="GradOracle.Network.Differentiates"/> says so.</param>
    /// <param name="differentiate">Takes a case's tensors from its first argument, in whatever form, and leaves the
    /// output and the gradients in its second.</param>
    /// <param name="name">The name in commands; by default the network's.</param>
    public static Derivation Of(Network network, Action<ArrayCase, ArrayGradients> differentiate, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(differentiate);
        if (name is { } given && string.IsNullOrWhiteSpace(given))
        {
            throw new BadInputException(
                $"The derivation of {network.Name} has an empty name: leave it out, and it is the network's.");
        }

        if (differentiate.Method.IsDefined(typeof(AsyncStateMachineAttribute), inherit: false))
        {
            // It is async void: nobody waits for it, and what it throws later ends the process.
            throw new BadInputException(
                $"The code for {network.Name} is async, and a check does not wait for it: "
                    + "leave async out, and wait within, Backward(…).GetAwaiter().GetResult().");
        }

        return new Derivations.ArrayDerivation(network, differentiate, name);
    }

    /// <summary>The element type it computes in whatever that of the case is, as far as it was seen; null where it
    /// follows the case.</summary>
    internal virtual ElementType? ComputesIn => null;

    /// <summary>Where it says that it accumulates: the gradients of which it leaves no sum in their buffer.</summary>
    /// <param name="batch">Some cases, of which one is tried.</param>
    /// <param name="received">What it gave for them.</param>
    /// <param name="rounding">What rounding may do to a gradient.</param>
    internal virtual IReadOnlyList<string> MisusedBuffers(
        CaseStack batch, GradientStack received, Func<string, double> rounding) => [];
}
