using System.Globalization;
using GradOracle.Cases;
using GradOracle.Messages;

namespace GradOracle.Diagnoses;

/// <summary>Finds out whether a derivation is wrong at some sizes only, whatever the numbers, and at which.</summary>
internal sealed class SizeRules
{
    private const int MostProbes = 260;
    private const int LeastOfEach = 3;
    private const int Confirming = 8;
    private const int MostEntriesPerProbe = 1 << 13;

    private readonly Derivation _derivation;
    private readonly CaseStack _failing;
    private readonly IReadOnlyList<string> _wrong;
    private readonly Dictionary<string, (Shape Shape, bool? IsWrong)> _seen = [];
    private readonly List<QuickRun> _wrongOnes = [];
    private ulong _seed;

    private SizeRules(Derivation derivation, CaseStack failing, IReadOnlyList<string> wrong) =>
        (_derivation, _failing, _wrong, _seed) = (derivation, failing, wrong, failing.FirstSeed ^ 0x5EED);

    /// <summary>The rule in a sentence; null where it depends on the numbers, or on no rule that is known.</summary>
    public static string? Of(Derivation derivation, CaseStack failing, IReadOnlyList<string> wrong) =>
        new SizeRules(derivation, failing, wrong).Find();

    private string? Find()
    {
        if (_wrong.Count == 0 || Enumerable.Range(0, 3).Any(_ => IsWrong(_failing.Shape, again: true) != true))
        {
            return null;
        }

        foreach (var shape in SizeRule.Samples(_failing.Shape).Where(IsProbed).DistinctBy(s => s.ToString()).Take(MostProbes))
        {
            IsWrong(shape);
        }

        List<Shape> bad = [.. _seen.Values.Where(s => s.IsWrong == true).Select(s => s.Shape)], good = [.. _seen.Values.Where(s => s.IsWrong == false).Select(s => s.Shape)];
        if (good.Count < LeastOfEach || bad.Count == 0)
        {
            return null;
        }

        foreach (var (dimension, _) in _failing.Shape.Dimensions)
        {
            // With one entry many a term vanishes: where one size alone is right, it is not the sizes.
            if (good.Max(s => s[dimension]) < bad.Min(s => s[dimension])
                && Bisected(dimension, good.Max(s => s[dimension]), bad.Min(s => s[dimension])) is var from)
            {
                if (from - 1 <= _failing.Network.SmallestDrawn(dimension))
                {
                    return null;
                }

                return $"{What(" right")} where {dimension} is {Number(from - 1)} or less, and wrong where it is {Number(from)} or more, whatever the numbers";
            }

            if (good.Min(s => s[dimension]) > bad.Max(s => s[dimension])
                && Bisected(dimension, good.Min(s => s[dimension]), bad.Max(s => s[dimension])) is var to)
            {
                return $"{What(" wrong")} where {dimension} is {Number(to)} or less, and right where it is {Number(to + 1)} or more, whatever the numbers";
            }
        }

        var rule = SizeRule.Of(_failing.Shape).FirstOrDefault(r => bad.TrueForAll(r.Holds) && !good.Exists(r.Holds));
        return rule is not null && IsConfirmed(rule)
            ? $"{What(" wrong")} where {rule.Words}, and right at all other sizes that were tried, whatever the numbers"
            : null;
    }

    // A size that is never drawn says nothing.
    private bool IsProbed(Shape shape) =>
        shape.Dimensions.Aggregate(1L, (product, d) => product * d.Size) <= MostEntriesPerProbe
        && shape.Dimensions.All(d => d.Size >= _failing.Network.SmallestDrawn(d.Name));

    // On shapes that were not seen yet, of either sort.
    private bool IsConfirmed(SizeRule rule)
    {
        var (held, left) = (0, 0);
        for (var i = 0; i < 40 * Confirming && (held < Confirming || left < Confirming); i++)
        {
            List<string> names = [.. _failing.Shape.Dimensions.Select(d => d.Name)];
            var bits = CounterRng.Bits(CounterRng.Key(_failing.FirstSeed, 77), i);
            var isNear = i % 2 == 0;
            var offset = (int)(bits >> 40 & 3);
            var shape = new Shape(
                names.Select(
                    (d, j) => (
                        d,
                        isNear && (int)((bits >> 20) % (ulong)names.Count) != j
                            ? Math.Max(1, _failing.Shape[d] + offset)
                            : 1 + (int)(bits >> (3 * j) & 7))));
            if (_seen.ContainsKey(shape.ToString()) || (rule.Holds(shape) ? held : left) >= Confirming)
            {
                continue;
            }

            if (IsWrong(shape) is { } isWrong)
            {
                if (isWrong != rule.Holds(shape))
                {
                    return false;
                }

                (held, left) = (held + (isWrong ? 1 : 0), left + (isWrong ? 0 : 1));
            }
        }

        return left >= LeastOfEach && _seen.Values.Count(s => s.IsWrong == true) >= (rule.IsOfOneShape ? 1 : 2);
    }

    private int Bisected(string dimension, int right, int wrong)
    {
        while (Math.Abs(right - wrong) > 1)
        {
            var middle = (right + wrong) / 2;
            var shape = new Shape(
                _failing.Shape.Dimensions.Select(d => (d.Name, d.Name == dimension ? middle : Math.Min(d.Size, 4))));
            (right, wrong) = IsWrong(shape) == true ? (right, middle) : (middle, wrong);
        }

        return wrong;
    }

    private bool? IsWrong(Shape shape, bool again = false)
    {
        var key = shape.ToString();
        if (!again && _seen.TryGetValue(key, out var seen))
        {
            return seen.IsWrong;
        }

        var probe = QuickRun.Of(_derivation, _failing, shape, _seed += 1000);
        // fewer steps have fewer inputs
        List<string> there = probe is null ? [] : [.. _wrong.Where(probe.Pass.Gradients.ContainsKey)];
        bool? isWrong = there.Count == 0 ? null : there.Exists(probe!.IsWrong);
        _seen[key] = (shape, isWrong);
        if (isWrong == true)
        {
            _wrongOnes.Add(probe!);
        }

        return isWrong;
    }

    // Which part of it, where that is the same in all that were seen.
    private string What(string word)
    {
        List<(TensorStack, TensorStack)> pairs = _wrong.Count > 1 ? []
            : [.. _wrongOnes.Where(p => p.Received(_wrong[0]) is not null).Select(p => (p.Pass.Gradients[_wrong[0]], p.Received(_wrong[0])!))];
        var part = TensorEdits.WhereWrong(pairs);
        var gradients = TensorWords.GradientsAre(_wrong);
        return part is null ? $"{gradients}{word}" : $"{part} of {gradients}{word}";
    }

    private static string Number(int size) => size.ToString(CultureInfo.InvariantCulture);
}
