using System.Text.Json.Nodes;

namespace GradOracle.Reports;

/// <summary>The gradients of one case as JSON, both ways, in full precision.</summary>
internal static class JsonGradients
{
    /// <summary>
    /// The text: the case's name, and under <c>derivation</c> and <c>autograd</c> the output and every gradient, lists
    /// in lists as many as it has axes, a row on a line.
    /// </summary>
    public static string Of(CaseStack batch, GradientStack derivation, GradientStack autograd)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(autograd);
        return JsonLayout.Of(new JsonObject
        {
            ["case"] = batch.NameOf(0),
            ["derivation"] = Gradients(derivation),
            ["autograd"] = Gradients(autograd),
        });
    }

    private static JsonObject Gradients(GradientStack batch)
    {
        var gradients = new JsonObject { ["output"] = Nested(batch.Output) };
        foreach (var gradient in batch.Gradients)
        {
            gradients[gradient.Name] = batch.FaultOf(0, gradient.Name) is { } fault ? fault : Nested(gradient);
        }

        return gradients;
    }

    private static JsonNode Nested(TensorStack stack)
    {
        List<JsonNode> level = [.. stack[0].ToArray().Select(JsonLayout.Number)];
        for (var axis = stack.Sizes.Count - 1; axis >= 0; axis--)
        {
            level = [.. level.Chunk(stack.Sizes[axis]).Select(items => new JsonArray([.. items]))];
        }

        return level.Single();
    }
}
