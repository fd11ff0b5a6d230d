using System.Text.Json;
using System.Text.Unicode;

namespace GradOracle.Cases;

/// <summary>Bytes that are to be JSON: every way in which they are not has its sentence.</summary>
internal static class JsonText
{
    /// <summary>The document.</summary>
    /// <param name="file">What the file is called in sentences.</param>
    /// <param name="bytes">Its contents.</param>
    /// <exception cref="BadInputException">They are not JSON.</exception>
    public static JsonDocument Parse(string file, ReadOnlyMemory<byte> bytes)
    {
        bytes = bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        if (bytes.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            throw new BadInputException($"{file} is not valid JSON: it is empty.");
        }

        if (!Utf8.IsValid(bytes.Span))
        {
            throw new BadInputException($"{file} is not UTF-8 text: save it as UTF-8.");
        }

        return Take(file, null, () =>
        {
            var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            RequireText(document.RootElement);
            return document;
        });
    }

    // Here and nowhere else: whatever the parser throws, documented or not, becomes the sentence.
    public static T Take<T>(string file, string? schema, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException or FormatException or NotSupportedException)
        {
            var json = error as JsonException;
            var reason = Plain((json ?? error).Message.Split(" LineNumber:")[0].Split(" Path:")[0].TrimEnd('.'));
            var line = json?.LineNumber is { } number
                ? FormattableString.Invariant($" at line {number + 1}, byte {json.BytePositionInLine + 1}")
                : "";
            throw (schema, json) switch
            {
                (null, null) => new BadInputException(
                    $"{file} is not valid JSON: a string or a key holds half of a surrogate pair, which is not text."),
                (null, _) => new BadInputException($"{file} is not valid JSON{line}: {reason}; JSON has no comments, no NaN or infinity, and each name once."),
                _ => new BadInputException($"{file}: {(json?.Path is { Length: > 2 } path ? path[2..] : "the file")} is not as in {schema}: {reason}."),
            };
        }
    }

    // The parser's words where they name types of .NET, or say less than could be said.
    private static string Plain(string reason) =>
        reason.StartsWith("The JSON value could not be converted", StringComparison.Ordinal)
        ? "the value is of another kind"
        : reason.Contains("end of data", StringComparison.Ordinal)
            || reason.Contains("end of the JSON payload", StringComparison.Ordinal)
        ? "it ends too early"
        : reason;

    // Half of a surrogate pair can be written in JSON, but is no text: every string and every key is decoded once.
    private static void RequireText(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    RequireText(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    RequireText(property.Value);
                }

                break;
            default:
                break;
        }
    }
}
