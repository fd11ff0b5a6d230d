using System.Globalization;
using GradOracle.Files;
using GradOracle.Messages;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GradOracle.ML.Cli;

/// <summary>Examples for trainers: random ones, or those of a file.</summary>
internal sealed class Examples
{
    private const int Count = 64;
    private const int Width = 5;

    private readonly float[][] _features;
    private readonly float[]? _labels; // of a file
    private readonly float[] _scores;
    private readonly Func<int, string> _placeOf;

    private Examples(float[][] features, float[]? labels, float[] scores, Func<int, string> placeOf) =>
        (_features, _labels, _scores, _placeOf) = (features, labels, scores, placeOf);

    /// <summary>Random examples, with labels of every kind.</summary>
    public static Examples Random(int seed)
    {
        var random = new Random(seed);
        float Draw() => (float)(random.NextDouble() * 2 - 1);
        float[] Draws() => [.. Enumerable.Range(0, Width).Select(_ => Draw())];
        float[][] features = [.. Enumerable.Range(0, Count).Select(_ => Draws())];
        var truth = Draws();
        float[] scores = [.. features.Select(x => 2 * x.Zip(truth, (a, b) => a * b).Sum() + 0.9f * Draw())];
        return new(features, null, scores, i => $"Example {i}");
    }

    /// <summary>The examples of a file.</summary>
    /// <exception cref="BadInputException">It cannot be read, or is no table of numbers.</exception>
    public static Examples Of(string path)
    {
        var lines = Lines(path);
        var width = lines.Length > 0 ? lines[0].Split(',').Length : 0;
        if (width < 2)
        {
            throw new BadInputException(
                $"{PlainText.Quote(path)} has no header of features and a label: "
                    + "names parted by commas, the label last.");
        }

        var rows = new List<float[]>();
        var numbers = new List<int>();
        foreach (var (line, number) in lines.Select((line, i) => (line, i + 1)).Skip(1).Where(l => l.line.Length > 0))
        {
            rows.Add(Numbers(line, number));
            numbers.Add(number);
        }

        return rows.Count > 0
            ? new(
                [.. rows.Select(row => row[..^1])],
                [.. rows.Select(row => row[^1])],
                [],
                i => $"Line {numbers[i]} of {PlainText.Quote(path)}")
            : throw new BadInputException($"{PlainText.Quote(path)} has no rows: there is nothing to train on.");

        float[] Numbers(string line, int number)
        {
            var words = line.Split(',');
            if (words.Length != width)
            {
                throw new BadInputException(
                    $"Line {number} of {PlainText.Quote(path)} has {words.Length} entries, and the header {width}.");
            }

            return Array.ConvertAll(words, word =>
            {
                var isNumber = float.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var entry);
                return isNumber && float.IsFinite(entry)
                    ? entry
                    : throw new BadInputException(
                        $"Line {number} of {PlainText.Quote(path)} has the entry \"{PlainText.Quote(word)}\": "
                            + "it is no finite number.");
            });
        }
    }

    /// <summary>With labels that are true or not: 1 or 0 in a file.</summary>
    public IDataView OfFlags(MLContext ml) => View(ml, i => new FlagRow
    {
        Features = _features[i],
        Label = _labels is null ? _scores[i] > 0 : Labelled(i, 2, "0 or 1 for logistic") == 1,
    });

    /// <summary>With labels that are classes: whole numbers from 0 in a file.</summary>
    public IDataView OfClasses(MLContext ml)
    {
        var classes = _labels is null ? 3 : Math.Max(2, (int)Math.Min(_labels.Max(), short.MaxValue) + 1);
        return View(
            ml,
            i => new ClassRow
            {
                Features = _features[i],
                Label = _labels is not null ? (uint)Labelled(i, classes, "a class for maximum-entropy, a whole number from 0")
                    : _scores[i] > 0.5f ? 0u : _scores[i] > -0.5f ? 1u : 2u,
            },
            new KeyDataViewType(typeof(uint), classes));
    }

    /// <summary>With labels that are counts.</summary>
    public IDataView OfCounts(MLContext ml) => View(ml, i => new NumberRow
    {
        Features = _features[i],
        Label = _labels is null ? MathF.Round(MathF.Exp(_scores[i] / 2)) : Counted(i),
    });

    private static string[] Lines(string path)
    {
        if (!File.Exists(path))
        {
            throw new BadInputException(
                $"{PlainText.Quote(path)} {(Directory.Exists(path) ? "is a folder" : "does not exist")}: "
                    + "give the path of a text file.");
        }

        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception unread) when (FileTrouble.IsOfTheSystem(unread))
        {
            throw new BadInputException($"{PlainText.Quote(path)} cannot be read: {FileTrouble.Reason(unread)}.");
        }
    }

    private int Labelled(int row, int below, string what)
    {
        var label = _labels![row];
        return label >= 0 && label < below && float.IsInteger(label)
            ? (int)label
            : throw Unfit(row, what);
    }

    private float Counted(int row) => _labels![row] >= 0
        ? _labels[row]
        : throw Unfit(row, "a count for poisson, not negative");

    private BadInputException Unfit(int row, string what) => new(
        $"{_placeOf(row)} has the label {NumberFormat.Full(_labels![row])}: it must be {what}; "
            + "--only names the trainers that are asked.");

    private IDataView View<T>(MLContext ml, Func<int, T> row, DataViewType? label = null)
        where T : class =>
        DataRows.View(ml, Enumerable.Range(0, _features.Length).Select(row), _features[0].Length, label);
}
