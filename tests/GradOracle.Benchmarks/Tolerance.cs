using System.Globalization;
using System.Runtime.InteropServices;
using GradOracle.Bounds;
using GradOracle.Cases;
using GradOracle.Gallery;
using GradOracle.Oracles;
using GradOracle.Verdicts;

namespace GradOracle.Benchmarks;

/// <summary>Counts what the tolerance refuses of right code, and what it lets pass of wrong: the table of
/// src/docs/tolerance.md.</summary>
internal static class Tolerance
{
    private const int Together = 24;
    private const int SpoiledEvery = 8;
    private const int MaxSize = 12;

    // Seventeen, which no number of losses divides: every loss meets every one of them. Seven are plain.
    private static readonly CaseValues?[] s_values =
    [
        null, CaseValues.HotEntry, CaseValues.Tiny, null, CaseValues.Large, CaseValues.Zeros, null, CaseValues.Steep, CaseValues.Ties,
        null, CaseValues.Blank, CaseValues.Huge, null, CaseValues.Denormal, CaseValues.Still, null, null,
    ];

    public static readonly double[] Errors =
        [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13];

    /// <summary>Draws so many real cases of all networks, both types and all losses, at default sizes, and judges each
    /// in every way of writing, plain entries and others in turn; SIGTERM ends it early, with its table.</summary>
    /// <param name="cases">How many cases.</param>
    /// <param name="seed">The first seed.</param>
    /// <param name="threads">How many batches are in work at once.</param>
    public static void Run(long cases, ulong seed, int threads)
    {
        Row[] rows = [.. Catalog.Networks.All.SelectMany(_ => ElementType.All, (network, type) => new Row(network, type, isPlain: true))];
        Row[] others = [.. rows.Select(row => new Row(row.Network, row.Type, isPlain: false))];
        var batches = (int)(cases / (rows.Length * Together)) + 1;
        var isOver = false;
        using var ended = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = isOver = true);
        Parallel.For(0, batches * rows.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, (i, loop) =>
        {
            if (Volatile.Read(ref isOver))
            {
                loop.Stop();
                return;
            }

            var round = i / rows.Length;
            var row = (s_values[round % s_values.Length] is null ? rows : others)[i % rows.Length];
            Judge(row, seed + (ulong)round * Together, round);
        });
        Print([.. rows, .. others]);
    }

    private static void Judge(Row row, ulong seed, int round)
    {
        var losses = Loss.All.ToList();
        var loss = losses[round % losses.Count];
        var scenario = ShapeDraw.Of(row.Network, loss, MaxSize, seed, 0, s => s.HasEnoughClasses);
        var values = s_values[round % s_values.Length];
        var batch = CaseGenerator.Generate(new CaseId(scenario, CaseKind.Real, row.Type, seed, null, values), Together);
        var autograd = Autograd.Differentiate(batch);
        var local = new Row(row.Network, row.Type, row.IsPlain);
        RoundingEstimate[] estimates =
            [.. Enumerable.Range(0, batch.Count).Select(s => RoundingEstimate.Of(batch.Alone(s)))];
        RoundingEstimate EstimateOf(int index) => estimates[index];
        foreach (var writing in Writing.All(row.Network))
        {
            var received = writing.Of(batch);
            var comparison =
                Comparison.Of(batch, received, autograd) with { Again = writing.Of, EstimateOf = EstimateOf };
            for (var s = 0; s < batch.Count; s++)
            {
                var evidence = new Evidence();
                var (verdict, error) = comparison.Judge(s, evidence);
                local.Add(writing.Name, verdict, error, evidence, batch.NameOf(s));
                local.AddEstimate(
                    received.All.Zip(autograd.All).Max(
                        t => InEstimates(t.First[s], t.Second[s], estimates[s][t.First.Name], row.Type)),
                    batch.NameOf(s),
                    writing.Name);
            }
        }

        if (round % SpoiledEvery == 0)
        {
            Spoil(local, batch, autograd, estimates, seed);
        }

        lock (row)
        {
            row.Add(local);
        }
    }

    // Where the estimate tells something: the largest difference in units of it, as if the theorem were not asked.
    private static double InEstimates(
        ReadOnlySpan<double> received, ReadOnlySpan<double> expected, double apart, ElementType type)
    {
        double largest = 0, difference = 0;
        for (var j = 0; j < expected.Length; j++)
        {
            largest = Math.Max(largest, Math.Max(Math.Abs(expected[j]), Math.Abs(received[j])));
            difference = Math.Max(difference, Math.Abs(expected[j] - received[j]));
        }

        return apart <= TensorFinding.Telling(type) * largest && difference > 0 ? difference / apart : 0;
    }

    // One entry of one gradient is off by a part of the largest entry, in what reverse mode gives. A gradient that is
    // zero throughout has no such part.
    private static void Spoil(
        Row row, CaseStack batch, GradientStack autograd, RoundingEstimate[] estimates, ulong seed)
    {
        for (var e = 0; e < Errors.Length; e++)
        {
            for (var s = 0; s < batch.Count; s++)
            {
                var one = batch.Alone(s);
                var bits = CounterRng.Bits(CounterRng.Key(seed, 77), e * batch.Count + s);
                GradientStack Wrong(CaseStack of) => Spoiled(of, bits, Errors[e]);
                var expected = new GradientStack(one);
                foreach (var (from, to) in autograd.All.Zip(expected.All))
                {
                    from[s].CopyTo(to.Values);
                }

                var spoiled = Wrong(one);
                if (expected.All.All(t => t.Values.All(double.IsFinite)) && IsOff(spoiled, expected, Errors[e] / 4))
                {
                    var estimate = estimates[s];
                    var comparison =
                        Comparison.Of(one, spoiled, expected) with { Again = Wrong, EstimateOf = _ => estimate };
                    var isMissed = comparison.Judge(0).Verdict == Verdict.Agrees;
                    row.AddSpoiled(e, isMissed, isMissed && IsNothing(comparison, Errors[e] / 4), one.NameOf(0));
                }
            }
        }
    }

    private static bool IsOff(GradientStack spoiled, GradientStack expected, double part) =>
        spoiled.All.Zip(expected.All).Any(t => IsOff(t.First, t.Second, part));

    // By more than a part of the largest entry, somewhere.
    private static bool IsOff(TensorStack received, TensorStack right, double part)
    {
        var allowed = part * right.Values.Max(Math.Abs);
        return received.Values.Zip(right.Values).Any(v => !(Math.Abs(v.First - v.Second) <= allowed));
    }

    // Whether what is off is rounding itself, a gradient that is zero by mathematics: a part of it is nothing, too.
    private static bool IsNothing(Comparison comparison, double part) =>
        comparison.Describe(0).Tensors.All(
            t => t.IsZero || !IsOff(comparison.Received[t.Name], comparison.Expected[t.Name], part));

    private static GradientStack Spoiled(CaseStack batch, ulong bits, double error)
    {
        var result = ReverseMode.Differentiate(batch);
        for (var s = 0; s < batch.Count; s++)
        {
            var entries = result.Gradients[(int)(bits % (ulong)result.Gradients.Count)][s];
            var largest = 0.0;
            foreach (var v in entries)
            {
                largest = Math.Max(largest, Math.Abs(v));
            }

            entries[(int)(bits / 64 % (ulong)entries.Length)] += error * largest;
        }

        return result;
    }

    private static void Print(Row[] rows)
    {
        static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
        Console.WriteLine("| network | type | entries | judged | agree | by the estimate | inconclusive | overflow | refused | worst error/bound | widest bound | beyond the estimate alone | worst error/estimate |");
        Console.WriteLine("|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var of in rows.GroupBy(r => (r.Network, r.Type)))
        {
            Print(of.Key.Network.Name, $"{of.Key.Type}", "all", [.. of]);
        }

        foreach (var of in rows.GroupBy(r => (r.Type, r.IsPlain)))
        {
            Print("all", $"{of.Key.Type}", of.Key.IsPlain ? "plain" : "others", [.. of]);
        }

        Print("all", "both", "all", rows);
        void Print(string network, string type, string entries, Row[] of)
        {
            var row = Row.Of(of);
            var agree = row.Judged - row.Inconclusive - row.Refused - row.Overflowed;
            Console.WriteLine(F($"| {network} | {type} | {entries} | {row.Judged} | {agree} | {row.Estimated} | {row.Inconclusive} | {row.Overflowed} | {row.Refused} | {row.Worst:0.###} | {row.Widest:0.#E+0} | {row.BeyondEstimate} | {row.WorstInEstimates:0.###} |"));
        }

        Console.WriteLine();
        Console.WriteLine(
            $"| one entry off by, beside the largest | {string.Join(" | ", Errors.Select(e => F($"{e:0E+0}")))} |");
        Console.WriteLine($"|---|{string.Concat(Errors.Select(_ => "--:|"))}");
        foreach (var type in ElementType.All)
        {
            var of = Row.Of([.. rows.Where(r => r.Type == type)]);
            PrintShares($"missed in {type}", of.Missed, of.Spoiled);
            PrintShares("of them of gradients that are rounding themselves", of.Nothing, of.Spoiled);
        }

        void PrintShares(string what, long[] counted, long[] all) => Console.WriteLine(
            $"| {what} | {string.Join(" | ", counted.Zip(all, (m, n) => F($"{100.0 * m / n:0.##} % ({m} of {n})")))} |");
        Console.WriteLine();
        foreach (var (name, worst) in Row.Of(rows).ByWriting.OrderBy(w => w.Key))
        {
            Console.WriteLine(F($"{name}: worst error/bound {worst:0.###}"));
        }

        foreach (var refused in rows.SelectMany(r => r.Names).Order(StringComparer.Ordinal).Take(400))
        {
            Console.WriteLine(refused);
        }
    }
}
