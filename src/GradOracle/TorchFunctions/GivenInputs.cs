using TorchSharp;

namespace GradOracle.TorchFunctions;

/// <summary>The tensors that a check of TorchSharp code is given.</summary>
internal static class GivenInputs
{
    /// <summary>Refuses inputs that are null, disposed or without entries.</summary>
    /// <exception cref="BadInputException">One is.</exception>
    public static void Require(IReadOnlyList<torch.Tensor> inputs)
    {
        for (var i = 0; i < inputs.Count; i++)
        {
            if (inputs[i] is null || inputs[i].IsInvalid)
            {
                throw new BadInputException(
                    $"Input {i} is {(inputs[i] is null ? "null" : "disposed")}: give a tensor.");
            }

            if (inputs[i].device_type == DeviceType.META)
            {
                throw new BadInputException(
                    $"Input {i} is on the device meta, where tensors have sizes and no entries: give one on the CPU.");
            }
        }

        if (inputs.Count > 0 && inputs.All(input => input.numel() == 0))
        {
            throw new BadInputException("No input has an entry: there is nothing to differentiate.");
        }
    }

    /// <summary>Copies that the check may change: floating ones in float64, all on the CPU.</summary>
    public static torch.Tensor[] Copies(IReadOnlyList<torch.Tensor> inputs) => [.. inputs.Select(Copy)];

    /// <summary>Which are differentiated: where the user marked some as needing a gradient, those; else all that can
    /// have one.</summary>
    public static bool[] Chosen(IReadOnlyList<torch.Tensor> inputs)
    {
        var isMarked = inputs.Any(t => t.requires_grad);
        return [.. inputs.Select(t => t.is_floating_point() && (!isMarked || t.requires_grad))];
    }

    private static torch.Tensor Copy(torch.Tensor given)
    {
        using var none = torch.no_grad();
        var copy = given.detach().cpu().clone().contiguous();
        return copy.is_floating_point() ? copy.to(torch.ScalarType.Float64) : copy;
    }
}
