using System.Text.Json;
using GradOracle.Networks;

namespace GradOracle.Cases;

/// <summary>Reads a case with the user's own numbers from a JSON file.</summary>
/// <remarks>
/// <code>
/// {
///   "network": "shared-weight",
///   "loss": "squared-error",
///   "dtype": "float64",                              optional: float64 or float32
///   "shape": { "n": 2, "h": 3, "m": 1, "B": 1 },
///   "tensors": {
///     "Wx": [[1, 2], [3, 4], [5, 6]],                rows, lists in lists as many as axes; every parameter, every
/// input, and the target
///     ...
///   }
/// }
/// </code>
/// What the network fixes may be left out. The case is exact where every entry is an integer and the largest of them
/// stays exact at the shape; real otherwise.
/// Entries of a float32 case are rounded to nearest.
/// </remarks>
internal static class CaseFile
{
    /// <summary>Reads a case file of at most 64 MiB.</summary>
    /// <exception cref="BadInputException">The file cannot be read or used; the message says why and where.</exception>
    public static CaseStack Read(string path, Named<Network> networks)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var input = JsonInput.Open("Case file", path);
        var root = input.Root;
        input.RequireKeys("the file", root, ["network", "loss", "dtype", "shape", "tensors"], "dtype");
        var network = networks.Find(input.Text("network"));
        var loss = Named.LossesOf(network).Find(input.Text("loss"));
        var type = root.TryGetProperty("dtype", out _) ? ReadType(input) : ElementType.Float64;
        var shape = input.ReadShape(root.GetProperty("shape"), network);

        var scenario = new Scenario(network, loss, shape);
        CaseBudget.Single.Require(scenario);
        var tensors = root.GetProperty("tensors");
        var optional = scenario.Tensors.Where(s => s.Holds is Fixed).Select(s => s.Name).ToList();
        input.RequireKeys("\"tensors\"", tensors, [.. scenario.Tensors.Select(s => s.Name)], optional);
        var stacks = scenario.Tensors.Select(spec => Read(input, tensors, spec, shape, type)).ToList();
        var real = new CaseStack(scenario, CaseKind.Real, type, stacks, 0) { File = path };
        var isExact = stacks.All(s => s.Values.All(double.IsInteger))
            && scenario.RangeOf(type) is > 0 and var k
            && real.LargestMagnitude() <= k;
        return isExact ? real with { Kind = CaseKind.Exact } : real;
    }

    private static TensorStack Read(
        JsonInput input, JsonElement tensors, TensorSpec spec, Shape shape, ElementType type)
    {
        var stack = new TensorStack(spec.Name, 1, spec.Sizes);
        if (tensors.TryGetProperty(spec.Name, out var given))
        {
            input.ReadTensor(given, stack, shape, type);
            var reason = spec.Holds.WhyNot(stack.Values, spec.Sizes, shape);
            return reason is null ? stack : throw input.Wrong(spec.Name + reason);
        }

        CaseGenerator.Fill(stack, 0, spec, shape, key: 0, range: 0); // what is fixed is known
        return stack;
    }

    private static ElementType ReadType(JsonInput input) =>
        ElementType.All.FirstOrDefault(t => t.Name == input.Text("dtype"))
        ?? throw input.Wrong($"\"dtype\" is \"{input.Text("dtype")}\"; it must be float64 or float32");
}
