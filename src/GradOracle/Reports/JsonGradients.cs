using System.Text.Json.Nodes;

namespace GradOracle.Reports;

/// <summary>The gradients of one case as JSON, both ways, in full precision.</summary>
internal static class JsonGradients
{
    /// <summary>The text: the case's name, and under <c>derivation</c> and <c>autograd</c> the output and every gradient, a row of a matrix on a line.</summary>
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
        var gradients = new JsonObject { ["output"] = Matrix(batch.Output) };
        foreach (var gradient in batch.Gradients)
        {
            gradients[gradient.Name] = batch.FaultOf(0, gradient.Name) is { } fault ? fault : Matrix(gradient);
        }

        return gradients;
    }

    private static JsonArray Matrix(TensorStack stack) =>
        new([.. stack[0].ToArray().Chunk(stack.Columns).Select(row => new JsonArray([.. row.Select(JsonLayout.Number)]))]);
}
