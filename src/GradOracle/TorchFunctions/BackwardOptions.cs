namespace GradOracle;

/// <summary>How the backward pass of a TorchSharp function or module is checked.</summary>
public sealed record BackwardOptions
{
    /// <summary>
    /// True: random projections of the Jacobian. False: every entry of it. Left out: every entry, up to 20 000 of them.
    /// </summary>
    public bool? Fast { get; init; }

    /// <summary>
    /// How many random directions the fast way takes, from one random upstream gradient. An error of the Jacobian is
    /// invisible to one with probability at most 2⁻²⁰.
    /// </summary>
    public int Projections { get; init; } = 2;

    /// <summary>Where the random directions and upstream gradients start; a message names it.</summary>
    public ulong Seed { get; init; } = 2020;

    /// <summary>Whether the gradient of the gradient is checked too.</summary>
    public bool SecondOrder { get; init; }

    /// <summary>
    /// The inputs, counted from 0, whose first axis is a batch: their examples must not depend on each other.
    /// </summary>
    public IReadOnlyList<int> Batch { get; init; } = [];

    /// <summary>
    /// Whether the code on trial runs in this process, where a debugger sees it and where some of its errors end the
    /// process. By default a child process runs it, if all of it can be told: a function's type; a lambda that captures
    /// tensors, numbers, texts and such modules as can be told: those whose class makes them without arguments.
    /// </summary>
    public bool InThisProcess { get; init; }

    internal void Validate(int inputs)
    {
        if (Projections is < 1 or > 1000)
        {
            throw new BadInputException($"Projections is {Projections}: it must be from 1 to 1000.");
        }

        if (Batch is null)
        {
            throw new BadInputException("BackwardOptions.Batch is null: leave it out where no input is a batch.");
        }

        foreach (var index in Batch)
        {
            if (index < 0 || index >= inputs)
            {
                throw new BadInputException($"Batch names input {index}: there are inputs 0 to {inputs - 1}.");
            }
        }
    }
}
