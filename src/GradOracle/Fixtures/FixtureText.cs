using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using GradOracle.Cases;
using GradOracle.Messages;
using GradOracle.Networks;

namespace GradOracle.Fixtures;

/// <summary>A fixture as text: JSON with one row a line, so that a diff reads like a matrix.</summary>
/// <remarks>
/// Ordered keys, LF, no newline at the end, shortest round-trip numbers, integers as integers, no negative zero. What
/// was received but can be no fixture is written all the same, for a person to read: a value that is not finite as a
/// string, a missing gradient as the reason.
/// </remarks>
internal static class FixtureText
{
    private static readonly JsonSerializerOptions s_readable =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] s_keys = ["schema", "case", "shape", "tensors", "output", "loss", "gradients"];

    /// <summary>The text of a fixture.</summary>
    public static string Of(GradientFixture fixture)
    {
        ArgumentNullException.ThrowIfNull(fixture);
        var name = fixture.Name;
        var text = new StringBuilder("{\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"  \"schema\": \"{GradientFixture.Schema}\",\n  \"case\": \"{name}\",\n  \"shape\": {{ ");
        text.AppendJoin(
            ", ",
            name.Shape.Dimensions.Select(d => string.Create(CultureInfo.InvariantCulture, $"\"{d.Name}\": {d.Size}")));
        text.Append(" },\n  \"tensors\": {\n").AppendJoin(
            ",\n", fixture.Case.Tensors.Select(t => Tensor(t.Name, t, "    ", name.Type)));
        text.Append("\n  },\n").Append(Tensor("output", fixture.Results.Output, "  ", name.Type));
        text.Append(",\n  \"loss\": ").Append(
            fixture.Results.Losses is [var loss, ..] ? Number(loss, name.Type) : "null");
        text.Append(",\n  \"gradients\": {\n")
            .AppendJoin(",\n", fixture.Results.Gradients.Select(t => fixture.Results.FaultOf(0, t.Name) is { } fault
            ? $"    {JsonSerializer.Serialize(t.Name, s_readable)}: {JsonSerializer.Serialize(fault, s_readable)}"
            : Tensor(t.Name, t, "    ", name.Type)));
        return text.Append("\n  }\n}").ToString();
    }

    /// <summary>Reads a fixture.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="bytes">Its contents.</param>
    /// <param name="networks">The networks that it may be of.</param>
    /// <exception cref="BadInputException">They are not a fixture of this schema.</exception>
    public static GradientFixture Read(string file, ReadOnlyMemory<byte> bytes, Named<Network> networks)
    {
        if (bytes.Span.Contains((byte)'\r'))
        {
            throw new BadInputException($"Fixture {file} contains a carriage return: fixtures have LF line ends; check the line-end settings of your editor and of git.");
        }

        using var input = JsonInput.Parse($"Fixture {file}", bytes);
        input.RequireKeys("the file", input.Root, s_keys);
        if (input.Text("schema") != GradientFixture.Schema)
        {
            throw input.Wrong(
                $"its schema is \"{input.Text("schema")}\"; this version reads \"{GradientFixture.Schema}\"");
        }

        var name = CaseId.Parse(input.Text("case"), networks);
        if (!input.ReadShape(input.Root.GetProperty("shape"), name.Network).Equals(name.Shape))
        {
            throw input.Wrong($"\"shape\" is not that of its case, {name.Shape}");
        }

        var tensors = name.Scenario.Tensors.Select(s => new TensorStack(s.Name, 1, s.Sizes)).ToList();
        var batch = new CaseStack(
            name.Scenario,
            name.Kind,
            name.Type,
            tensors,
            name.Seed)
        { Magnitude = name.Magnitude, Values = name.Values };
        var results = new GradientStack(batch);
        ReadAll(input, "tensors", tensors, name);
        ReadAll(input, "gradients", results.Gradients, name);
        input.ReadTensor(input.Root.GetProperty("output"), results.Output, name.Shape, name.Type);
        results.Losses = [input.ReadNumber(input.Root.GetProperty("loss"), "loss", name.Type)];
        return new GradientFixture(name, batch, results) { IsNamedAsWritten = input.Text("case") == name.ToString() };
    }

    private static void ReadAll(JsonInput input, string key, IReadOnlyList<TensorStack> into, CaseId name)
    {
        var matrices = input.Root.GetProperty(key);
        input.RequireKeys($"\"{key}\"", matrices, [.. into.Select(t => t.Name)]);
        foreach (var stack in into)
        {
            input.ReadTensor(matrices.GetProperty(stack.Name), stack, name.Shape, name.Type);
        }
    }

    private static string Tensor(string key, TensorStack stack, string indent, ElementType type)
    {
        List<string> level = [.. stack.Values.Select(v => Number(v, type))];
        for (var axis = stack.Sizes.Count - 1; axis >= 0; axis--)
        {
            var isRow = axis == stack.Sizes.Count - 1;
            level = [.. level.Chunk(stack.Sizes[axis]).Select(items => isRow ? $"[{string.Join(", ", items)}]" : Block(items))];
        }

        return $"{indent}{JsonSerializer.Serialize(key, s_readable)}: {level.Single().ReplaceLineEndings($"\n{indent}")}";

        static string Block(string[] items) =>
            $"[\n{string.Join(",\n", items.Select(item => $"  {item.ReplaceLineEndings("\n  ")}"))}\n]";
    }

    private static string Number(double value, ElementType type)
    {
        if (!double.IsFinite(value))
        {
            return $"\"{NumberFormat.Full(value)}\"";
        }

        var integer = double.IsInteger(value) && Math.Abs(value) < 1L << 53;
        return integer ? ((long)value).ToString(CultureInfo.InvariantCulture) // −0 as 0
            : type == ElementType.Float32 ? ((float)value).ToString("R", CultureInfo.InvariantCulture)
            : NumberFormat.Full(value);
    }
}
