using System.Globalization;
using System.Text.Json;
using GradOracle.Networks;
using GradOracle.Oracles;

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
///     "Wx": [[1, 2], [3, 4], [5, 6]],                rows; every parameter, every input, and the target
///     ...
///   }
/// }
/// </code>
/// The case is exact where every entry is an integer and the certificate of the shape holds for the largest of them; real otherwise.
/// Entries of a float32 case are rounded to nearest.
/// </remarks>
public static class CaseFile
{
    /// <summary>The largest file read, in bytes: 64 MiB.</summary>
    public const long MaxBytes = 64L << 20;

    /// <summary>Reads a case file.</summary>
    /// <exception cref="BadInputException">The file cannot be read or used; the message says why and where.</exception>
    public static CaseBatch Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var document = Parse(path, ReadBytes(path));
        return Read(path, document.RootElement);
    }

    private static byte[] ReadBytes(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                throw new BadInputException($"Case file {path} does not exist: give the path of a JSON file.");
            }

            if (file.Length > MaxBytes)
            {
                throw new BadInputException(string.Create(
                    CultureInfo.InvariantCulture, $"Case file {path} has {file.Length} bytes: at most {MaxBytes} are read."));
            }

            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new BadInputException($"Case file {path} cannot be read: {error.Message.TrimEnd('.')}.", error);
        }
    }

    private static JsonDocument Parse(string path, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException error)
        {
            var place = error.LineNumber is { } line
                ? string.Create(CultureInfo.InvariantCulture, $" at line {line + 1}, byte {error.BytePositionInLine + 1}")
                : "";
            var reason = error.Message.Split(" LineNumber:")[0].Split(" Path:")[0].TrimEnd('.');
            throw new BadInputException($"Case file {path} is not valid JSON{place}: {reason}; numbers must be finite, and the file complete.", error);
        }
    }

    private static CaseBatch Read(string path, JsonElement root)
    {
        RequireKeys(path, "the file", root, ["network", "loss", "dtype", "shape", "tensors"], ["dtype"]);
        var network = Registry.Networks.Find(Text(path, root, "network"));
        var loss = Registry.Losses.Find(Text(path, root, "loss"));
        var type = root.TryGetProperty("dtype", out _) ? ReadType(path, Text(path, root, "dtype")) : ElementType.Float64;
        var shape = ReadShape(path, root.GetProperty("shape"), network);

        var specs = CaseBatch.SpecsOf(network, loss, shape);
        var tensors = root.GetProperty("tensors");
        RequireKeys(path, "\"tensors\"", tensors, [.. specs.Select(s => s.Name)], []);
        var stacks = specs.Select(s => ReadTensor(path, tensors.GetProperty(s.Name), s, shape, type)).ToList();
        var real = new CaseBatch(network, loss, shape, CaseKind.Real, type, stacks, 0, path);
        var exact = stacks.All(s => s.Values.All(double.IsInteger))
            && real.LargestMagnitude() <= Certificate.Of(network, loss, shape, type).Magnitude;
        return exact ? real with { Kind = CaseKind.Exact } : real;
    }

    private static void RequireKeys(string path, string where, JsonElement value, IReadOnlyList<string> known, IReadOnlyList<string> optional)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new BadInputException($"Case file {path}: {where} must be a JSON object with the keys {string.Join(", ", known)}.");
        }

        foreach (var property in value.EnumerateObject())
        {
            if (!known.Contains(property.Name))
            {
                throw new BadInputException($"Case file {path}: {where} has the unknown key \"{property.Name}\"; known are {string.Join(", ", known)}.");
            }
        }

        if (known.Except(optional).FirstOrDefault(k => !value.TryGetProperty(k, out _)) is { } missing)
        {
            throw new BadInputException($"Case file {path}: {where} lacks the key \"{missing}\".");
        }
    }

    private static string Text(string path, JsonElement root, string key) =>
        root.GetProperty(key) is { ValueKind: JsonValueKind.String } value
            ? value.GetString()!
            : throw new BadInputException($"Case file {path}: \"{key}\" must be a string.");

    private static ElementType ReadType(string path, string name) =>
        ElementType.All.FirstOrDefault(t => t.Name == name)
        ?? throw new BadInputException($"Case file {path}: \"dtype\" is \"{name}\"; it must be float64 or float32.");

    private static Shape ReadShape(string path, JsonElement value, Network network)
    {
        RequireKeys(path, "\"shape\"", value, network.Dimensions, []);
        return new Shape(network.Dimensions.Select(name =>
            value.GetProperty(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var size)
                ? (name, size)
                : throw new BadInputException($"Case file {path}: the size {name} must be a whole number from 1 to {Shape.MaxSize}.")));
    }

    private static TensorStack ReadTensor(string path, JsonElement value, TensorSpec spec, Shape shape, ElementType type)
    {
        var stack = new TensorStack(spec.Name, 1, spec.Rows, spec.Columns);
        BadInputException WrongSize(string found) =>
            new($"Case file {path}: {spec.Name} must be {spec.Rows}×{spec.Columns} at {shape}, a list of {spec.Rows} rows of {spec.Columns} numbers; {found}.");

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != spec.Rows)
        {
            throw WrongSize(value.ValueKind == JsonValueKind.Array ? $"it has {value.GetArrayLength()} rows" : "it is not a list");
        }

        var index = 0;
        foreach (var row in value.EnumerateArray())
        {
            var at = index / spec.Columns;
            if (row.ValueKind != JsonValueKind.Array || row.GetArrayLength() != spec.Columns)
            {
                throw WrongSize(row.ValueKind == JsonValueKind.Array ? $"row {at} has {row.GetArrayLength()} numbers" : $"row {at} is not a list");
            }

            foreach (var entry in row.EnumerateArray())
            {
                stack.Values[index] = ReadEntry(path, entry, $"{spec.Name}[{at},{index % spec.Columns}]", type);
                index++;
            }
        }

        return stack;
    }

    private static double ReadEntry(string path, JsonElement entry, string where, ElementType type)
    {
        if (entry.ValueKind != JsonValueKind.Number)
        {
            throw new BadInputException($"Case file {path}: {where} is not a number: {entry.GetRawText()}.");
        }

        var number = entry.GetDouble();
        number = type == ElementType.Float32 ? (float)number : number;
        return double.IsFinite(number)
            ? number
            : throw new BadInputException($"Case file {path}: {where} is {entry.GetRawText()}, which is not finite in {type}.");
    }
}
