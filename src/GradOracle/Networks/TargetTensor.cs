namespace GradOracle.Networks;

/// <summary>Which tensor the output of a network is compared with: one of its own, or an input that is to be given
/// back.</summary>
internal static class TargetTensor
{
    /// <summary>The tensor.</summary>
    /// <exception cref="BadInputException">Its name is taken, or the loss cannot have an input as its
    /// target.</exception>
    public static TensorSpec Of(Network network, Loss loss, Inputs inputs, Node output)
    {
        var target = loss.Target(output.Sizes, inputs.ClassAxisOf(output));
        if (network.TargetInput is not { } input)
        {
            return inputs.Specs.Any(spec => spec.Name == target.Name)
                ? throw new BadInputException(
                    $"{network.Name} has a tensor {target.Name}, which is the name of the target of {loss.Name}: give it another name.")
                : target;
        }

        var given = inputs.Specs.FirstOrDefault(spec => spec.Name == input)
            ?? throw new BadInputException($"{network.Name} has no tensor {input}, which it names as its target.");
        return target.Holds.AreNumbers && target.Sizes.Equals(given.Sizes)
            ? given
            : throw new BadInputException(
                $"{network.Name} has its input {input} of {given.Sizes} as target, and {loss.Name} asks for {target.Sizes} of its own: "
                + "choose another loss.");
    }
}
