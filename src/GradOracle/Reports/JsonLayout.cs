using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using GradOracle.Messages;

namespace GradOracle.Reports;

/// <summary>JSON laid out for reading and for line-by-line comparison: indented, but what holds nothing but numbers
/// stands on one line, such as the row of a matrix.</summary>
internal static class JsonLayout
{
    private static readonly JsonSerializerOptions s_readable =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text, with LF, ending in one.</summary>
    public static string Of(JsonNode root)
    {
        var text = new StringBuilder();
        Write(text, root, "\n");
        return text.Append('\n').ToString();
    }

    /// <summary>A number, or what says it in a string, because JSON has no word for what is not finite.</summary>
    public static JsonValue Number(double value) =>
        double.IsFinite(value) ? JsonValue.Create(value) : JsonValue.Create(NumberFormat.Full(value));

    private static void Write(StringBuilder text, JsonNode? node, string newLine)
    {
        switch (node)
        {
            case JsonArray array:
                Write(text, '[', ']', [.. array.Select(item => ("", item))], newLine);
                break;
            case JsonObject map:
                Write(
                    text,
                    '{',
                    '}',
                    [.. map.Select(p => ($"{Plain(JsonSerializer.Serialize(p.Key, s_readable))}: ", p.Value))],
                    newLine);
                break;
            default:
                text.Append(Plain(node?.ToJsonString(s_readable) ?? "null"));
                break;
        }
    }

    private static void Write(
        StringBuilder text, char open, char close, IReadOnlyList<(string Key, JsonNode? Value)> items, string newLine)
    {
        var onOneLine = items.All(i => IsNumber(i.Value));
        var inner = onOneLine ? "" : $"{newLine}  ";
        text.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            text.Append(i == 0 ? "" : onOneLine ? ", " : ",").Append(inner).Append(items[i].Key);
            Write(text, items[i].Value, inner);
        }

        text.Append(onOneLine ? "" : newLine).Append(close);
    }

    // What a terminal or a build server obeys is written as JSON's own escapes: the text is plain, and reads back to
    // what it was.
    private static string Plain(string json)
    {
        json = json.Replace("##", "#\\u0023", StringComparison.Ordinal);
        return !json.EnumerateRunes().Any(PlainText.IsHidden)
            ? json
            : string.Concat(json.EnumerateRunes().Select(r => PlainText.IsHidden(r)
            ? string.Concat(r.ToString().Select(c => FormattableString.Invariant($"\\u{(int)c:x4}")))
            : r.ToString()));
    }

    private static bool IsNumber(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.Number => true,
        JsonValueKind.String => node.GetValue<string>() is "NaN" or "Infinity" or "-Infinity",
        _ => false,
    };
}
