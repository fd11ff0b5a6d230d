using System.Text.Json;
using System.Text.Unicode;

namespace GradOracle.Cases;

/// <summary>A JSON file that somebody else may have written: every way in which it can be wrong has its sentence.</summary>
internal sealed class JsonInput : IDisposable
{
    /// <summary>The largest file read, in bytes: 64 MiB.</summary>
    public const long MaxBytes = 64L << 20;

    // No name is as long; one that is would be compared with every name there is.
    private const int LongestText = 1000;

    private readonly JsonDocument _document;
    private readonly string _file;

    private JsonInput(string file, JsonDocument document) => (_file, _document) = (file, document);

    public JsonElement Root => _document.RootElement;

    /// <summary>Opens a file.</summary>
    /// <param name="what">What the file is to be, at the head of every sentence: "Case file".</param>
    /// <param name="path">Its path.</param>
    /// <exception cref="BadInputException">It cannot be read, is too large, or is not JSON.</exception>
    public static JsonInput Open(string what, string path) => Parse($"{what} {path}", ReadBytes($"{what} {path}", path));

    /// <summary>Takes the contents of a file that has been read already.</summary>
    /// <exception cref="BadInputException">They are not JSON.</exception>
    public static JsonInput Parse(string file, ReadOnlyMemory<byte> bytes)
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

        return new(file, Take(file, null, () =>
        {
            var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            RequireText(document.RootElement);
            return document;
        }));
    }

    /// <summary>The root object as a value.</summary>
    /// <param name="schema">What it is to be, for messages: "gradoracle-report/1".</param>
    /// <param name="options">How it is read.</param>
    /// <exception cref="BadInputException">It is not such a value.</exception>
    public T Deserialize<T>(string schema, JsonSerializerOptions options) => Take(_file, schema, () => Root.Deserialize<T>(options)!);

    // Here and nowhere else: whatever the parser throws, documented or not, becomes the sentence.
    private static T Take<T>(string file, string? schema, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException or FormatException or NotSupportedException)
        {
            var json = error as JsonException;
            var reason = (json ?? error).Message.Split(" LineNumber:")[0].Split(" Path:")[0].Replace($"{typeof(T).Namespace}.", "", StringComparison.Ordinal).TrimEnd('.');
            var line = json?.LineNumber is { } number ? FormattableString.Invariant($" at line {number + 1}, byte {json.BytePositionInLine + 1}") : "";
            throw (schema, json) switch
            {
                (null, null) => new BadInputException($"{file} is not valid JSON: a string or a key holds half of a surrogate pair, which is not text.", error),
                (null, _) => new BadInputException($"{file} is not valid JSON{line}: {reason}; JSON has no comments, no NaN or infinity, and each name once.", error),
                _ => new BadInputException($"{file}: {(json?.Path is { Length: > 2 } path ? path[2..] : "the file")} is not as in {schema}: {reason}.", error),
            };
        }
    }

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

    public void Dispose() => _document.Dispose();

    /// <summary>The sentence that something in the file is wrong.</summary>
    public BadInputException Wrong(string sentence) => Wrong($"{sentence}");

    /// <summary>The sentence that something in the file is wrong, quoting it.</summary>
    public BadInputException Wrong(Sentence sentence) => new($"{_file}: {sentence}.");

    /// <summary>Requires an object with these keys and no others.</summary>
    public void RequireKeys(string where, JsonElement value, IReadOnlyList<string> known, params IReadOnlyList<string> optional)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Wrong($"{where} must be a JSON object with the keys {string.Join(", ", known)}");
        }

        foreach (var property in value.EnumerateObject())
        {
            if (!known.Contains(property.Name))
            {
                throw Wrong($"{where} has the unknown key \"{property.Name}\"; known are {string.Join(", ", known)}");
            }
        }

        if (known.Except(optional).FirstOrDefault(k => !value.TryGetProperty(k, out _)) is { } missing)
        {
            throw Wrong($"{where} lacks the key \"{missing}\"");
        }
    }

    /// <summary>A string of the root object, at most 1000 characters.</summary>
    public string Text(string key)
    {
        if (Root.GetProperty(key) is not { ValueKind: JsonValueKind.String } value)
        {
            throw Wrong($"\"{key}\" must be a string");
        }

        return value.GetString() is { Length: <= LongestText } text
            ? text
            : throw Wrong($"\"{key}\" is longer than {LongestText} characters, which no name is");
    }

    /// <summary>The sizes of a network's dimensions.</summary>
    public Shape ReadShape(JsonElement value, Network network)
    {
        RequireKeys("\"shape\"", value, network.Dimensions);
        return new Shape(network.Dimensions.Select(name =>
            value.GetProperty(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var size)
                ? (name, size)
                : throw Wrong($"the size {name} must be a whole number from 1 to {Shape.MaxSize}")));
    }

    /// <summary>One number, finite in the element type.</summary>
    public double ReadNumber(JsonElement value, string where, ElementType type)
    {
        if (value.ValueKind != JsonValueKind.Number)
        {
            throw Wrong($"{where} is not a number: {Raw(value)}");
        }

        var number = value.GetDouble();
        number = type == ElementType.Float32 ? (float)number : number;
        return double.IsFinite(number) ? number : throw Wrong($"{where} is {Raw(value)}, which is not finite in {type}");
    }

    /// <summary>Reads one matrix, a list of rows, into a stack of one.</summary>
    public void ReadMatrix(JsonElement value, TensorStack into, Shape shape, ElementType type)
    {
        BadInputException WrongSize(string found) => Wrong(
            $"{into.Name} must be {into.Rows}×{into.Columns} at {shape}, a list of {into.Rows} rows of {into.Columns} numbers; {found}");

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != into.Rows)
        {
            throw WrongSize(value.ValueKind == JsonValueKind.Array ? $"it has {value.GetArrayLength()} rows" : "it is not a list");
        }

        var index = 0;
        foreach (var row in value.EnumerateArray())
        {
            var at = index / into.Columns;
            if (row.ValueKind != JsonValueKind.Array || row.GetArrayLength() != into.Columns)
            {
                throw WrongSize(row.ValueKind == JsonValueKind.Array ? $"row {at} has {row.GetArrayLength()} numbers" : $"row {at} is not a list");
            }

            foreach (var entry in row.EnumerateArray())
            {
                into.Values[index] = ReadNumber(entry, $"{into.Name}[{at},{index % into.Columns}]", type);
                index++;
            }
        }
    }

    private static string Raw(JsonElement value)
    {
        var text = value.GetRawText().ReplaceLineEndings(" ");
        return text.Length <= 40 ? text : $"{text[..40]}…";
    }

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="BadInputException">It cannot be read, or is too large.</exception>
    public static byte[] ReadBytes(string file, string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                throw new BadInputException($"{file} {(Directory.Exists(path) ? "is a folder" : "does not exist")}: give the path of a JSON file.");
            }

            // A device has no length and perhaps no end: what counts is what comes.
            using var stream = File.OpenRead(path);
            var bytes = new MemoryStream();
            var buffer = new byte[1 << 16];
            for (int count; (count = stream.Read(buffer)) > 0;)
            {
                bytes.Write(buffer, 0, count);
                if (bytes.Length > MaxBytes)
                {
                    throw new BadInputException($"{file} is larger than {MaxBytes} bytes, the most that is read.");
                }
            }

            return bytes.ToArray();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new BadInputException($"{file} cannot be read: {error.Message.TrimEnd('.')}.", error);
        }
    }
}
