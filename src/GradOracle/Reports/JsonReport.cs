using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using GradOracle.Cases;

namespace GradOracle.Reports;

/// <summary>A report as JSON and back: every field of the model, in its order; the same bytes for the same
/// report.</summary>
/// <remarks>What is not finite is a string: <c>"NaN"</c>, <c>"Infinity"</c>, <c>"-Infinity"</c>. Verdicts and kinds are
/// their words. <c>report.schema.json</c> describes the format.</remarks>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions s_format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new WordConverter<Verdict>(VerdictWords.Word), new WordConverter<CaseKind>(CaseId.Word) },
    };

    /// <summary>The text of a report.</summary>
    public static string Of(Report report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return JsonLayout.Of(JsonSerializer.SerializeToNode(report, s_format)!);
    }

    /// <summary>Reads a report of at most 64 MiB.</summary>
    /// <exception cref="BadInputException">The file cannot be read, is not JSON, or is no report of this schema; the
    /// message says why and where.</exception>
    public static Report Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var input = JsonInput.Open("Report", path);
        if (input.Root.ValueKind != JsonValueKind.Object || !input.Root.TryGetProperty("schema", out _))
        {
            throw input.Wrong("it is no report of gradoracle: it must be a JSON object with the key \"schema\"");
        }

        if (input.Text("schema") != Report.SchemaName)
        {
            throw input.Wrong($"its schema is \"{input.Text("schema")}\"; this version reads \"{Report.SchemaName}\"");
        }

        if (HoldsNull(input.Root))
        {
            throw input.Wrong("a list in it holds null where something must stand");
        }

        var report = input.Deserialize<Report>(Report.SchemaName, s_format);
        if (report.Shard is { } shard
            && !(shard.Number >= 1 && shard.Number <= shard.Count && shard.Count <= shard.Checks))
        {
            throw input.Wrong($"there is no shard {shard} of {shard.Checks} checks");
        }

        return Ragged(report) is not { } tensor
            ? report
            : throw input.Wrong($"the entries shown of {tensor.Name} do not fit its size {SizeOf(tensor)}");
    }

    private static bool HoldsNull(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().Any(e => e.ValueKind == JsonValueKind.Null || HoldsNull(e)),
        JsonValueKind.Object => element.EnumerateObject().Any(p => HoldsNull(p.Value)),
        _ => false,
    };

    // What renderings rely on: entries are the tensor's, grids are rectangles, and contributions stand on the same
    // grid.
    private static ReportedTensor? Ragged(Report report) => report.Cases.SelectMany(
        c => (c.OnTheWayBack ?? []).Concat(c.Gradients).Concat(c.Smallest?.Wrong ?? []).Prepend(c.Forward))
        .FirstOrDefault(t =>
        t.Rows < 1
            || t.Columns < 1
            || !HasItsSizes(t)
            || !t.Worst.All(e => IsWithin(t, e))
            || !IsGrid(t, t.Map)
            || !IsGrid(t, t.Zoom)
        || t.Formula.Any(
            f => f.Values is { } values
                && !(t.Map is { } map && values.Select(r => r.Count).SequenceEqual(map.Entries.Select(r => r.Count)))));

    // Of the last two axes are the columns and a panel's rows, of the others the panels.
    private static bool HasItsSizes(ReportedTensor tensor) => tensor.Sizes is not { } sizes
        || (sizes.All(size => size > 0) && sizes.Aggregate(1.0, (product, size) => product * size) == (double)tensor.Rows * tensor.Columns
            && (sizes.Count == 0 ? 1 : sizes[^1]) == tensor.Columns);

    private static string SizeOf(ReportedTensor tensor) =>
        tensor.Sizes is { Count: > 0 } sizes
            ? string.Join('×', sizes)
            : FormattableString.Invariant($"{tensor.Rows}×{tensor.Columns}");

    private static bool IsGrid(ReportedTensor tensor, ReportedMap? map) => map is null
        || (map is { BlockRows: > 0, BlockColumns: > 0, Entries: [{ Count: > 0 }, ..] }
            && map.Entries.All(row => row.Count == map.Entries[0].Count)
            && map.Entries.SelectMany(row => row).All(e => IsWithin(tensor, e)));

    private static bool IsWithin(ReportedTensor tensor, ReportedEntry entry) =>
        entry.Row >= 0 && entry.Row < tensor.Rows && entry.Column >= 0 && entry.Column < tensor.Columns;

    /// <summary>An enumeration by its words, as a value and as a key.</summary>
    private sealed class WordConverter<T>(Func<T, string> word) : JsonConverter<T>
        where T : struct, Enum
    {
        public override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String
                ? Parse(reader.GetString()!)
                : throw new JsonException($"it must be {Words}");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(word(value));

        public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            Parse(reader.GetString()!);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WritePropertyName(word(value));

        private static IReadOnlyList<T> All => Enum.GetValues<T>();

        private string Words => string.Join(", ", All.Select(word));

        private T Parse(string text) => All.Cast<T?>()
            .FirstOrDefault(v => word(v!.Value) == text) ?? throw new JsonException($"\"{text}\" is none of {Words}");
    }
}
