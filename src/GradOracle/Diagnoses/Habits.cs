using System.Globalization;
using GradOracle.Cases;
using GradOracle.Networks;

namespace GradOracle.Diagnoses;

/// <summary>Mistakes that are no formula: numbers that are cut, rounded or taken for granted, told by probes of their own.</summary>
internal static class Habits
{
    private const double LeastOfFloat32 = 1.0 / (1 << 29);
    private const double MostOfFloat32 = 1.0 / (1 << 20);
    private const double Tolerance = 1e-9;

    /// <summary>What the numbers themselves tell, before any formula is sought.</summary>
    public static Explanation? InNumbers(IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong) =>
        Cut(observations, wrong);

    /// <summary>What only shows at some sizes or with some targets, where no formula is found.</summary>
    public static Explanation? InCases(Derivation derivation, IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong) =>
        Rounded(observations, wrong) ?? TargetsSumToOne(derivation, observations, wrong) ?? BeyondASize(derivation, observations, wrong);

    private static Explanation? Rounded(IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        // Whatever the size of the numbers: what is added and subtracted on the way shows among small ones alone.
        var real = observations.Where(o => o.Pass.Case.Kind == CaseKind.Real).ToList();
        var isSeen = false;
        foreach (var observation in real.TrueForAll(o => wrong.Any(o.Differs)) ? real : [])
        {
            foreach (var tensor in wrong.Where(t => observation.Received[t] is not null && observation.Differs(t)))
            {
                var share = observation.Difference(tensor) / observation.Pass.Gradients[tensor].Values.Max(Math.Abs);
                if (share is not (> LeastOfFloat32 and < MostOfFloat32))
                {
                    return null;
                }

                isSeen = true;
            }
        }

        // Integers are not rounded, so that exact cases are right, or have their slopes rounded alike.
        return !isSeen || observations.Any(o => o.Pass.Case.Kind == CaseKind.Exact && wrong.Any(t => o.Received[t] is null)) ? null : Told(
            "the gradients differ by what rounding to float32 does, about 2⁻²⁴ of their size: something on the way is computed in float32", wrong, observations);
    }

    private static Explanation? Cut(IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        var limit = 0.0;
        var cut = 0;
        foreach (var (observation, tensor) in from o in observations from t in wrong select (o, t))
        {
            if (observation.Received[tensor] is not { } received || !received.Sizes.Equals(observation.Pass.Gradients[tensor].Sizes))
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

        bool IsBelow(Observation o) => wrong.All(t => o.Received[t]!.Values.All(v => Math.Abs(v) <= limit * (1 + Tolerance)));
        return limit == 0 || cut < 2 || !observations.All(IsBelow) ? null : Told(
            string.Create(CultureInfo.InvariantCulture, $"{Of(wrong)} cut at ±{limit:G6}"), wrong, observations);
    }

    private static Explanation? TargetsSumToOne(Derivation derivation, IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        // Where some cases are right, it is not the target.
        var batch = observations[0].Pass.Case;
        if (batch.Loss is not FreeTargetCrossEntropy || !observations.All(o => wrong.Any(o.Differs)))
        {
            return null;
        }

        var target = batch.Target;
        var oneHot = batch with
        {
            Tensors = [.. batch.Tensors.SkipLast(1), target.With([.. Enumerable.Range(0, target.Length).Select(j => j / target.Columns == j % target.Columns % target.Rows ? 1.0 : 0.0)])],
            Kind = CaseKind.Real,
        };
        var probe = Observation.Of(derivation, oneHot);
        return target.Rows > 1 && probe.IsFinite && !probe.Failed && !wrong.Any(probe.Differs)
            ? Told($"the derivation takes for granted that each column of {target.Name} sums to 1", wrong, observations)
            : null;
    }

    private static Explanation? BeyondASize(Derivation derivation, IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        foreach (var (dimension, _) in observations[0].Pass.Case.Shape.Dimensions)
        {
            int SizeOf(Observation o) => o.Pass.Case.Shape[dimension];
            List<int> bad = [.. observations.Where(o => wrong.Any(o.Differs)).Select(SizeOf)], good = [.. observations.Where(o => !wrong.Any(o.Differs)).Select(SizeOf)];
            if (bad.Count > 0 && good.Count > 1 && good.Max() < bad.Min() && IsConfirmed(derivation, observations[0].Pass.Case, dimension, good.Max(), bad.Min(), wrong))
            {
                return Told(string.Create(CultureInfo.InvariantCulture, $"{Of(wrong)} right where {dimension} is {good.Max()} or less, and wrong where it is {bad.Min()} or more, whatever the numbers"), wrong, observations);
            }
        }

        return null;
    }

    // The other sizes may be what it is: they are small where it must be wrong, and large where it must be right, each three ways.
    private static bool IsConfirmed(Derivation derivation, CaseStack any, string dimension, int right, int wrongFrom, IReadOnlyList<string> wrong) =>
        Enumerable.Range(0, 3).All(way => IsWrongAt(derivation, any, Around(any.Shape, dimension, wrongFrom, 2 + way), wrong) == true
            && IsWrongAt(derivation, any, Around(any.Shape, dimension, right, right + 2 + way), wrong) == false);

    private static Shape Around(Shape shape, string dimension, int size, int others) =>
        new(shape.Dimensions.Select((d, i) => (d.Name, d.Name == dimension ? size : others + i)));

    // Null where there is no such case.
    private static bool? IsWrongAt(Derivation derivation, CaseStack any, Shape shape, IReadOnlyList<string> wrong)
    {
        try
        {
            var name = new CaseId(any.Network, any.Loss, shape, CaseKind.Real, ElementType.Float64, any.FirstSeed + 1);
            var probe = Observation.Of(derivation, CaseGenerator.Generate(name));
            return probe.IsFinite && !probe.Failed ? wrong.Any(probe.Differs) : null;
        }
        catch (BadInputException)
        {
            return null;
        }
    }

    private static string Of(IReadOnlyList<string> tensors) => tensors.Count == 1 ? $"the gradient of {tensors[0]} is" : $"the gradients of {string.Join(", ", tensors.SkipLast(1))} and {tensors[^1]} are";

    private static Explanation Told(string sentence, IReadOnlyList<string> wrong, IReadOnlyList<Observation> observations) =>
        new([new Alternative([new Finding(sentence, null)], [])], [.. wrong], 0, observations.Count(o => wrong.Any(o.Differs)));
}
