using System.Globalization;

namespace GradOracle.Diagnoses;

/// <summary>A factor that does not belong there, as a person would read it: a number, or one made of sizes, as the mean
/// has.</summary>
/// <param name="Symbol">As a formula writes it.</param>
/// <param name="At">Its value at a shape.</param>
/// <param name="Rounds">Whether multiplying by it may round.</param>
internal sealed record Coefficient(string Symbol, Func<Shape, double> At, bool Rounds = true)
{
    /// <summary>Whether a person would write it: no long decimal fraction.</summary>
    public bool IsPlain { get; private init; } = true;

    private const int LargestDenominator = 12;
    private const double Tolerance = 1e-9;

    /// <summary>What is the matter with what it multiplies.</summary>
    public string Words => Symbol switch
    {
        "0" => "is missing",
        "−1" => "has the wrong sign",
        "2" => "is doubled",
        "½" => "is halved",
        _ => $"is multiplied by {Symbol}",
    };

    /// <summary>The same of several.</summary>
    public string WordsOfSeveral =>
        Words.StartsWith("has ", StringComparison.Ordinal) ? $"have{Words[3..]}" : $"are{Words[2..]}";

    /// <summary>The readings of a factor that was found at a shape, the plainest first; 1 has none.</summary>
    public static IEnumerable<Coefficient> Readings(double found, Shape shape) =>
        Near(found, 1, found) || !double.IsFinite(found) ? []
        : Near(found, 0, found) ? [Known([]).First()] : [.. Known(shape.Dimensions.Select(d => d.Name).ToList()).Where(c => Near(c.At(shape), found, found)), .. Fractions(found)];

    /// <summary>The readings of a factor that was found at a shape, null for 1; none where it is no plain
    /// number.</summary>
    public static IReadOnlyList<Coefficient?> Plain(double found, Shape shape) =>
        Near(found, 1, found) ? [null] : [.. Readings(found, shape).Where(c => c.IsPlain)];

    /// <summary>All factors of sizes and all plain numbers that people put in by mistake.</summary>
    public static IEnumerable<Coefficient> Known(IReadOnlyList<string> dimensions)
    {
        yield return new("0", _ => 0, false);
        yield return new("−1", _ => -1, false);
        yield return new("2", _ => 2, false);
        yield return new("½", _ => 0.5, false);
        yield return new("√2", _ => Math.Sqrt(2));
        yield return new("1/√2", _ => Math.Sqrt(0.5));
        foreach (var d in dimensions)
        {
            yield return new($"1/{d}", s => 1.0 / s[d]);
            yield return new($"{d}", s => s[d]);
            yield return new($"2/{d}", s => 2.0 / s[d]);
            yield return new($"({d} − 1)", s => s[d] - 1);
            yield return new($"1/({d} − 1)", s => 1.0 / (s[d] - 1));
            yield return new($"{d}/({d} − 1)", s => (double)s[d] / (s[d] - 1));
            yield return new($"({d} − 1)/{d}", s => (s[d] - 1.0) / s[d]);
            yield return new($"√{d}", s => Math.Sqrt(s[d]));
            yield return new($"1/√{d}", s => 1 / Math.Sqrt(s[d]));
        }

        for (var i = 0; i < dimensions.Count; i++)
        {
            for (var j = i + 1; j < dimensions.Count; j++)
            {
                var (a, b) = (dimensions[i], dimensions[j]);
                yield return new($"1/({a}{b})", s => 1.0 / (s[a] * s[b]));
                yield return new($"2/({a}{b})", s => 2.0 / (s[a] * s[b]));
                yield return new($"{a}{b}", s => s[a] * s[b]);
                yield return new($"{a}/{b}", s => (double)s[a] / s[b]);
                yield return new($"{b}/{a}", s => (double)s[b] / s[a]);
            }
        }
    }

    private static IEnumerable<Coefficient> Fractions(double found)
    {
        for (var q = 1; q <= LargestDenominator; q++)
        {
            var p = Math.Round(found * q);
            if (p is not (0 or -1 or 1 or 2) && Math.Abs(p) < 1000 && Near(p / q, found, found))
            {
                yield return new($"{Number(p)}{(q > 1 ? $"/{q}" : "")}", _ => p / q);
                yield break;
            }

            if (q > 1 && p is -1 or 1 or 2 && Near(p / q, found, found))
            {
                yield return new($"{Number(p)}/{q}", _ => p / q);
                yield break;
            }
        }

        // A rate, a decay: two digits, and a power of ten.
        var digits = found.ToString("G2", CultureInfo.InvariantCulture);
        var plain = double.Parse(digits, CultureInfo.InvariantCulture);
        if (Near(plain, found, found))
        {
            yield return new(digits.Replace('-', '−'), _ => plain);
            yield break;
        }

        // Not simple, but the same in every case: a slip of the pen, an epsilon.
        yield return new($"{found.ToString("G10", CultureInfo.InvariantCulture)}", _ => found) { IsPlain = false };
    }

    private static string Number(double value) => value.ToString("0", CultureInfo.InvariantCulture).Replace('-', '−');

    // What is nearly 0 is the noise of least squares: of the size of 1, which is what belongs there.
    private static bool Near(double a, double b, double scale) =>
        Math.Abs(a - b) <= Tolerance * (b == 0 || a == 0 ? 1 : Math.Max(1e-3, Math.Abs(scale)));
}
