using System.Text.Json;

namespace GradOracle.Cases;

/// <summary>A JSON file that somebody else may have written: every way in which it can be wrong has its
/// sentence.</summary>
internal sealed class JsonInput : IDisposable
{
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
    public static JsonInput Open(string what, string path) =>
        Parse($"{what} {path}", JsonBytes.Read($"{what} {path}", path));

    /// <summary>Takes the contents of a file that has been read already.</summary>
    /// <exception cref="BadInputException">They are not JSON.</exception>
    public static JsonInput Parse(string file, ReadOnlyMemory<byte> bytes) => new(file, JsonText.Parse(file, bytes));

    /// <summary>The root object as a value.</summary>
    /// <param name="schema">What it is to be, for messages: "gradoracle-report/1".</param>
    /// <param name="options">How it is read.</param>
    /// <exception cref="BadInputException">It is not such a value.</exception>
    public T Deserialize<T>(string schema, JsonSerializerOptions options) =>
        JsonText.Take(_file, schema, () => Root.Deserialize<T>(options)!);

    public void Dispose() => _document.Dispose();

    /// <summary>The sentence that something in the file is wrong.</summary>
    public BadInputException Wrong(string sentence) => Wrong($"{sentence}");

    /// <summary>The sentence that something in the file is wrong, quoting it.</summary>
    public BadInputException Wrong(Sentence sentence) => new($"{_file}: {sentence}.");

    /// <summary>Requires an object with these keys and no others.</summary>
    public void RequireKeys(
        string where, JsonElement value, IReadOnlyList<string> known, params IReadOnlyList<string> optional)
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
        return double.IsFinite(number)
            ? number
            : throw Wrong($"{where} is {Raw(value)}, which is not finite in {type}");
    }

    /// <summary>Reads one tensor into a stack of one: a matrix is a list of rows.</summary>
    public void ReadTensor(JsonElement value, TensorStack into, Shape shape, ElementType type) =>
        new JsonTensor(this, into, shape, type).Read(value);

    private static string Raw(JsonElement value)
    {
        var text = value.GetRawText().ReplaceLineEndings(" ");
        return text.Length <= 40 ? text : $"{text[..40]}…";
    }
}
