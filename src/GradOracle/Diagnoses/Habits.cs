using System.Globalization;
using GradOracle.Networks;
using GradOracle.Verdicts;

namespace GradOracle.Diagnoses;

/// <summary>Mistakes that are no formula: numbers that are cut, rounded or taken for granted, told by probes of their
/// own.</summary>
internal static class Habits
{
    private const double LeastOfFloat32 = 1.0 / (1 << 29);
    private const double MostOfFloat32 = 1.0 / (1 << 20);
    private const double Tolerance = 1e-9;
    private const double LooseLength = 1e-4;
    private const int LeastCut = 3;
    private const int MostDecimals = 8;
    private const int LeastRounded = 8;
    private const int CasesAtNothing = 3;
    private const int CasesOfDigits = 3;
    private const double LargestSwallowing = 1e13;

    /// <summary>What the numbers themselves tell, before any formula is sought.</summary>
    public static Explanation? InNumbers(IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong) =>
        Cut(observations, wrong) ?? CutByLength(observations, wrong) ?? RoundedToDecimals(observations, wrong);

    /// <summary>What only shows at some sizes or with some targets, where no formula is found.</summary>
    public static Explanation? InCases(
        Derivation derivation, IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong) =>
        Rounded(observations, wrong) ?? AddedAndTakenOff(observations, wrong) ?? LosesDigits(
            derivation, observations, wrong) ?? TargetsSumToOne(derivation, observations, wrong);

    /// <summary>What depends on sizes alone, or on how large the numbers are.</summary>
    public static Explanation? InSizes(
        Derivation derivation,
        CaseStack failing,
        IReadOnlyList<Observation> observations,
        IReadOnlyList<string> wrong) =>
        SizeRules.Of(derivation, failing, wrong) is { } sentence ? Told(sentence, wrong, observations) : null;

    /// <summary>What depends on how large the numbers are.</summary>
    public static Explanation? InScales(
        Derivation derivation,
        CaseStack failing,
        IReadOnlyList<Observation> observations,
        IReadOnlyList<string> wrong) =>
        Thresholds.OfGradients(derivation, failing, wrong) is { } finding ? Told(finding, wrong, observations) : null;

    /// <summary>What shows in none of the cases that tell mistakes apart: at sizes of its own, or beyond some
    /// numbers.</summary>
    public static Diagnosis? Elsewhere(Derivation derivation, CaseStack failing, CaseComparison described)
    {
        List<string> wrong = [.. described.Tensors.Where(t => t.Verdict >= Verdict.Disagrees && t.Name != Scenario.OutputName).Select(t => t.Name)];
        var batch = failing with { Type = ElementType.Float64 };
        return !failing.Network.HasGraph ? null
            : SizeRules.Of(derivation, batch, wrong) is { } sentence ? new(
                [Told(new Finding(sentence, null), wrong, [])], [])
            : Thresholds.OfGradients(derivation, batch, wrong) is { } finding ? new([Told(finding, wrong, [])], [])
            : null;
    }

    /// <summary>What comes back where nothing comes from above: nothing, or else something is divided by, or added to,
    /// the adjoint.</summary>
    public static Explanation? AtNothing(
        Derivation derivation, IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        var any = observations[0].Pass.Case;
        if (!any.Scenario.HasFreeTarget || !any.Network.HasGraph)
        {
            return null;
        }

        // The target is the output: of an error nothing is left.
        var seen = 0;
        List<QuickRun> probes = [];
        foreach (var observation in observations.DistinctBy(o => o.Pass.Case.Shape.ToString()).Take(CasesAtNothing))
        {
            var batch = observation.Pass.Case with { Kind = CaseKind.Real };
            batch = batch with { Tensors = [.. batch.Tensors.SkipLast(1), batch.Target.With([.. observation.Pass.ValueOf(batch.Scenario.Output).Values])] };
            if (QuickRun.Of(derivation, batch) is { } probe
                && Array.TrueForAll(
                    probe.Pass.ValueOf(probe.Pass.AdjointOf(batch.Scenario.Output)).Values, v => v == 0))
            {
                probes.Add(probe);
                seen += wrong.Any(probe.IsNotFinite) ? 1 : 0;
            }
        }

        if (seen > 1 && seen == probes.Count)
        {
            return Told(
                "the derivation has NaN where ∂L/∂Ŷ is 0: 0/0 where nothing comes from above", wrong, observations);
        }

        return probes.Count > 1 ? Added(probes, observations, wrong) : null;
    }

    // An ε: what is left where nothing comes from above is a multiple of what ones there make of it.
    private static Explanation? Added(
        List<QuickRun> probes, IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        foreach (var node in probes[0].Pass.NamedNodes)
        {
            if (probes[0].Pass.Backward.AdjointOf(node) is null)
            {
                continue;
            }

            var key = probes[0].Pass.KeyOf(node);
            Edit Of(double ε) => new(84, new Finding(string.Create(CultureInfo.InvariantCulture, $"{ε:G6} is added to {{P}}"), Place.Adjoint(probes[0].Pass.Backward, node)), true, p =>
                p.Find(key) is { } here && p.Backward.AdjointOf(here) is { } D
                    ? Changes.Of(D, D + Graphs.Constant.Of(D.Sizes, ε))
                    : new Changes());
            if (probes[0].Pass.Predict(Of(1)) is not { } ones)
            {
                continue;
            }

            var (along, length) = (0.0, 0.0);
            foreach (var tensor in wrong)
            {
                var received = probes[0].Received(tensor);
                for (var j = 0; received is not null && j < received.Length; j++)
                {
                    along += received.Values[j] * ones[tensor].Values[j];
                    length += ones[tensor].Values[j] * ones[tensor].Values[j];
                }
            }

            var edit = Of(
                double.Parse(
                    (along / length).ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
            if (along != 0 && double.IsFinite(along / length)
                && probes.TrueForAll(
                    p => p.Pass.Predict(edit) is { } predicted
                        && predicted.All(g => QuickRun.IsNear(p.Received(g.Key), g.Value)))
                && probes.Exists(p => wrong.Any(p.IsWrong)))
            {
                return Told(edit.Findings[0], wrong, observations);
            }
        }

        return null;
    }

    // What is swallowed by a larger number, to the last bit.
    private static Explanation? AddedAndTakenOff(IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        if (!observations[0].Pass.Case.Network.HasGraph
            || observations.Any(o => o.Failed || (o.Pass.Case.Kind == CaseKind.Exact && wrong.Any(o.Differs))))
        {
            return null;
        }

        foreach (var node in observations[0].Pass.NamedNodes.Where(n => observations[0].Pass.Backward.AdjointOf(n) is not null))
        {
            for (var number = 1.0; number < LargestSwallowing; number *= 10)
            {
                var (key, added) = (observations[0].Pass.KeyOf(node), number);
                var finding = new Finding(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{{P}} loses digits: {added:G6} is added to it and taken off again"),
                    Place.Adjoint(observations[0].Pass.Backward, node));
                var edit = new Edit(
                    85,
                    finding,
                    true,
                    p => p.Find(key) is { } here && p.Backward.AdjointOf(here) is { } D
                        ? Changes.Of(D, D + added - added)
                        : new Changes());
                if (Candidate.Of(edit, observations, wrong) is { TouchesNothingElse: true } fit
                    && wrong.All(fit.Tensors.Contains))
                {
                    return Told(finding, wrong, observations);
                }
            }
        }

        return null;
    }

    // Every real case, and no exact one; and in the other precision it is as many roundings.
    private static Explanation? LosesDigits(
        Derivation derivation, IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        var differing = observations.Where(o => wrong.Any(o.Differs)).ToList();
        if (
            differing.Exists(
                o => o.Failed || o.Pass.Case.Kind == CaseKind.Exact || wrong.Any(t => o.Received[t] is null)))
        {
            return null;
        }

        var tested = differing.Where(o => o.Pass.Case.Type == ElementType.Float64).Take(CasesOfDigits).ToList();
        var isShown = tested.Count > 0 && tested.TrueForAll(o =>
            OtherPrecision.Of(o.Pass.Case, c => Derivations.IsolatedRun.Of(derivation, c)) is { } other
                && wrong.All(t => !o.Differs(t) || other.Explains(t, o.Difference(t))));
        if (!isShown)
        {
            return null;
        }

        var places = observations[0].Pass.Case.Network.HasGraph ? WrongPlace.Of(observations[0].Pass, wrong) : [];
        var where = places is [var only] ? $"{only.Finding.Place} loses digits" : "the gradients lose digits";
        return Told($"{where}: the difference shrinks with the unit roundoff, so no term is wrong, but something large is added and taken off again on the way", wrong, observations);
    }

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
        return !isSeen
            || observations.Any(o => o.Pass.Case.Kind == CaseKind.Exact && wrong.Any(t => o.Received[t] is null))
            ? null
            : Told(
            "the gradients differ by what rounding to float32 does, about 2⁻²⁴ of their size: something on the way is computed in float32", wrong, observations);
    }

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
        return limit == 0 || cut < 2 || !observations.All(IsBelow) ? null : Told(
            string.Create(CultureInfo.InvariantCulture, $"{Of(wrong)} cut at ±{limit:G6}"), wrong, observations);
    }

    // One factor for all entries, so that the length is what it may be at most.
    private static Explanation? CutByLength(IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        double? length = null;
        var (cut, whole) = (0, 0);
        foreach (var observation in observations)
        {
            if (
                wrong.Any(
                    t => observation.Received[t] is not { } r || !r.Sizes.Equals(observation.Pass.Gradients[t].Sizes)))
            {
                return null;
            }

            double[] found = [.. wrong.SelectMany(t => observation.Received[t]!.Values)];
            double[] right = [.. wrong.SelectMany(t => observation.Pass.Gradients[t].Values)];
            var (lengthFound, lengthRight) = (Math.Sqrt(found.Sum(v => v * v)), Math.Sqrt(right.Sum(v => v * v)));
            if (!wrong.Any(observation.Differs))
            {
                whole++;
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
            if (!isScaled || Math.Abs(lengthFound - length.Value) > LooseLength * length || cut + whole == 0)
            {
                return null;
            }
        }

        // Right ones that come before the limit was known count as well.
        if (cut < LeastCut || length is not ({ } limit and > 0) || observations.Any(o => !wrong.Any(o.Differs)
            && Math.Sqrt(
                wrong.SelectMany(t => o.Pass.Gradients[t].Values).Sum(v => v * v)) > limit * (1 + LooseLength)))
        {
            return null;
        }

        var all = wrong.Count == 1 ? "its length" : "the length of all together";
        return Told(
            string.Create(CultureInfo.InvariantCulture, $"{Of(wrong)} cut by {all}: never more than {limit:G4}"),
            wrong,
            observations);
    }

    private static Explanation? RoundedToDecimals(IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        for (var decimals = 0; decimals <= MostDecimals; decimals++)
        {
            var (unit, differing, largest) = (Math.Pow(10, -decimals), 0, 0.0);
            var isAll =
                observations.All(o => wrong.All(t => o.Received[t] is { } r && r.Sizes.Equals(o.Pass.Gradients[t].Sizes)
                && r.Values.Zip(o.Pass.Gradients[t].Values).All(v => IsRounded(v.First, v.Second))));
            if (isAll && differing > LeastRounded)
            {
                var how = largest <= 0.5 * unit * (1 + Tolerance) ? "rounded" : "cut off";
                var where = decimals == 0
                    ? $"{how} to integers"
                    : string.Create(CultureInfo.InvariantCulture, $"{how} after {decimals} decimals");
                return Told($"{Of(wrong)} {where}", wrong, observations);
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

    private static Explanation? TargetsSumToOne(
        Derivation derivation, IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
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

    private static string Of(IReadOnlyList<string> tensors) => tensors.Count == 1
        ? $"the gradient of {tensors[0]} is"
        : $"the gradients of {string.Join(", ", tensors.SkipLast(1))} and {tensors[^1]} are";

    /// <summary>A habit in a sentence, that accounts for all that is wrong.</summary>
    public static Explanation Told(
        string sentence, IReadOnlyList<string> wrong, IReadOnlyList<Observation> observations) =>
        Told(new Finding(sentence, null), wrong, observations);

    private static Explanation Told(
        Finding finding, IReadOnlyList<string> wrong, IReadOnlyList<Observation> observations) =>
        new([new Alternative([finding], [])], [.. wrong], 0, observations.Count(o => wrong.Any(o.Differs)));
}
