using System.Globalization;
using GradOracle.Messages;

namespace GradOracle.Diagnoses;

/// <summary>Gradients that are right but for their numbers, which are cut at a limit, by their length, or after some
/// decimals.</summary>
internal static class CutNumbers
{
    private const double Tolerance = 1e-9;
    private const double LooseLength = 1e-4;
    private const int LeastCut = 3;
    private const int MostDecimals = 8;
    private const int LeastRounded = 8;

    /// <summary>What the numbers themselves tell.</summary>
    public static Explanation? Of(IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong) =>
        Cut(observations, wrong) ?? CutByLength(observations, wrong) ?? CutApart(observations, wrong)
        ?? RoundedToDecimals(observations, wrong);

    private static Explanation? Cut(IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        var limit = 0.0;
        var cut = 0;
        foreach (var (observation, tensor) in from o in observations from t in wrong select (o, t))
        {
            if (observation.Received[tensor] is not { } received
                || !received.Sizes.Equals(observation.Pass.Gradients[tensor].Sizes))
            {
                return null;
            }

            foreach (var (found, right) in received.Values.Zip(observation.Pass.Gradients[tensor].Values))
            {
                if (Math.Abs(found - right) > Tolerance * Math.Abs(right))
                {
                    limit = limit == 0 ? Math.Abs(found) : limit;
                    cut++;
                    if (Math.Abs(found) != limit || Math.Sign(found) != Math.Sign(right) || Math.Abs(right) < limit)
                    {
                        return null;
                    }
                }
            }
        }

        bool IsBelow(Observation o) =>
            wrong.All(t => o.Received[t]!.Values.All(v => Math.Abs(v) <= limit * (1 + Tolerance)));
        return limit == 0 || cut < 2 || !observations.All(IsBelow) ? null : Habits.Told(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{TensorWords.GradientsAre(wrong)} cut at ±{limit:G6}"), wrong, observations);
    }

    private static Explanation? CutByLength(IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong) =>
        LengthOf(observations, wrong) is { } limit
            ? CutByLength(observations, wrong, limit, wrong.Count == 1 ? "by its length" : "by the length of all together")
            : null;

    private static Explanation? CutApart(IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        List<double?> limits = [.. wrong.Select(t => LengthOf(observations, [t]))];
        return wrong.Count > 1 && limits[0] is { } limit
            && limits.TrueForAll(l => l is { } other && Math.Abs(other - limit) <= LooseLength * limit)
            ? CutByLength(observations, wrong, limit, "each by its own length")
            : null;
    }

    private static Explanation CutByLength(
        IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong, double limit, string how) => Habits.Told(
        string.Create(
            CultureInfo.InvariantCulture, $"{TensorWords.GradientsAre(wrong)} cut {how}: never more than {limit:G4}"),
        wrong,
        observations);

    // One factor for all entries, so that the length is what it may be at most; null where it is not so.
    private static double? LengthOf(IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        double? length = null;
        var cut = 0;
        foreach (var observation in observations)
        {
            if (wrong.Any(
                    t => observation.Received[t] is not { } r || !r.Sizes.Equals(observation.Pass.Gradients[t].Sizes)))
            {
                return null;
            }

            double[] found = [.. wrong.SelectMany(t => observation.Received[t]!.Values)];
            double[] right = [.. wrong.SelectMany(t => observation.Pass.Gradients[t].Values)];
            var (lengthFound, lengthRight) = (Math.Sqrt(found.Sum(v => v * v)), Math.Sqrt(right.Sum(v => v * v)));
            if (!wrong.Any(observation.Differs))
            {
                if (length is { } most && lengthRight > most * (1 + Tolerance))
                {
                    return null;
                }

                continue;
            }

            cut++;
            length ??= lengthFound;
            var isScaled = lengthRight > 0 && found.Zip(right).All(
                v => Math.Abs(v.First - v.Second * lengthFound / lengthRight) <= Tolerance * lengthFound);
            if (!isScaled || Math.Abs(lengthFound - length.Value) > LooseLength * length)
            {
                return null;
            }
        }

        // Right ones that come before the limit was known count as well.
        double Length(Observation o) => Math.Sqrt(wrong.SelectMany(t => o.Pass.Gradients[t].Values).Sum(v => v * v));
        if (cut < LeastCut || length is not ({ } limit and > 0)
            || observations.Any(o => !wrong.Any(o.Differs) && Length(o) > limit * (1 + LooseLength)))
        {
            return null;
        }

        return limit;
    }

    private static Explanation? RoundedToDecimals(IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        for (var decimals = 0; decimals <= MostDecimals; decimals++)
        {
            var (unit, differing, largest) = (Math.Pow(10, -decimals), 0, 0.0);
            var isAll = observations.All(o => wrong.All(t =>
                o.Received[t] is { } r && r.Sizes.Equals(o.Pass.Gradients[t].Sizes)
                && r.Values.Zip(o.Pass.Gradients[t].Values).All(v => IsRounded(v.First, v.Second))));
            if (isAll && differing > LeastRounded)
            {
                var how = largest <= 0.5 * unit * (1 + Tolerance) ? "rounded" : "cut off";
                var where = decimals == 0
                    ? $"{how} to integers"
                    : string.Create(CultureInfo.InvariantCulture, $"{how} after {decimals} decimals");
                return Habits.Told($"{TensorWords.GradientsAre(wrong)} {where}", wrong, observations);
            }

            bool IsRounded(double found, double right)
            {
                var (error, multiple) = (Math.Abs(found - right), found / unit);
                differing += error > Tolerance * Math.Abs(right) && found != 0 ? 1 : 0;
                largest = Math.Max(largest, error);
                return error < unit * (1 + Tolerance)
                    && Math.Abs(multiple - Math.Round(multiple)) <= 1e-6 * Math.Max(1, Math.Abs(multiple) * 1e-8);
            }
        }

        return null;
    }
}
