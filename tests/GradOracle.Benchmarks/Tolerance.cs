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
    public static readonly double[] Errors = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13];

    /// <summary>Draws so many real cases of all networks, both types and all losses, at default sizes, and judges each
    /// in every way of writing; SIGTERM ends it early, with its table.</summary>
    public static void Run(long cases, ulong seed)
    {
        var rows = Catalog.Networks.All.SelectMany(_ => ElementType.All, (network, type) => new Row(network, type)).ToArray();
        var batches = (int)(cases / (rows.Length * Together)) + 1;
        var isOver = false;
        using var ended = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = isOver = true);
        Parallel.For(0, batches * rows.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (i, loop) =>
        {
            if (Volatile.Read(ref isOver))
            {
                loop.Stop();
                return;
            }

            var row = rows[i % rows.Length];
            Judge(row, seed + (ulong)(i / rows.Length) * Together, i / rows.Length);
        });
        Print(rows);
    }

    private static void Judge(Row row, ulong seed, int round)
    {
        var losses = Loss.All.ToList();
        var loss = losses[round % losses.Count];
        var scenario = ShapeDraw.Of(row.Network, loss, MaxSize, seed, 0, Sweep.HasEnoughRows);
        var batch = CaseGenerator.Generate(new CaseId(scenario, CaseKind.Real, row.Type, seed), Together);
        var autograd = Autograd.Differentiate(batch);
        var local = new Row(row.Network, row.Type);
        RoundingEstimate[] estimates = [.. Enumerable.Range(0, batch.Count).Select(s => RoundingEstimate.Of(batch.Alone(s)))];
        foreach (var writing in Writing.All(row.Network))
        {
            var received = writing.Of(batch);
            var comparison = Comparison.Of(batch, received, autograd) with { Again = writing.Of };
            for (var s = 0; s < batch.Count; s++)
            {
                var evidence = new Evidence();
                var (verdict, error) = comparison.Judge(s, evidence);
                local.Add(writing.Name, verdict, error, evidence, batch.NameOf(s));
                local.AddEstimate(received.All.Zip(autograd.All).Max(t => InEstimates(t.First[s], t.Second[s], estimates[s][t.First.Name], row.Type)), batch.NameOf(s), writing.Name);
            }
        }

        if (round % SpoiledEvery == 0)
        {
            Spoil(local, batch, autograd, seed);
        }

        lock (row)
        {
            row.Add(local);
        }
    }

    // Where the estimate tells something: the largest difference in units of it, as if the theorem were not asked.
    private static double InEstimates(ReadOnlySpan<double> received, ReadOnlySpan<double> expected, double apart, ElementType type)
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
    private static void Spoil(Row row, CaseStack batch, GradientStack autograd, ulong seed)
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
                if (!spoiled.All.Zip(expected.All).All(t => t.First.Values.Zip(t.Second.Values).All(v => Math.Abs(v.First - v.Second) <= Errors[e] / 4 * t.Second.Values.Max(Math.Abs))))
                {
                    row.Spoiled[e]++;
                    row.Missed[e] += (Comparison.Of(one, spoiled, expected) with { Again = Wrong }).Judge(0).Verdict == Verdict.Agrees ? 1 : 0;
                }
            }
        }
    }

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
        Console.WriteLine("| network | type | judged | agree | by the estimate | inconclusive | refused | worst error/bound | widest bound | beyond the estimate alone | worst error/estimate |");
        Console.WriteLine("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var row in rows.Append(Row.Of(rows)))
        {
            Console.WriteLine(F($"| {row.Network?.Name ?? "all"} | {(row.Network is null ? "" : row.Type)} | {row.Judged} | {row.Judged - row.Inconclusive - row.Refused - row.Overflowed} | {row.Estimated} | {row.Inconclusive} | {row.Refused} | {row.Worst:0.###} | {row.Widest:0.#E+0} | {row.BeyondEstimate} | {row.WorstInEstimates:0.###} |"));
        }

        Console.WriteLine();
        Console.WriteLine($"| one entry off by, beside the largest | {string.Join(" | ", Errors.Select(e => F($"{e:0E+0}")))} |");
        Console.WriteLine($"|---|{string.Concat(Errors.Select(_ => "--:|"))}");
        foreach (var type in ElementType.All)
        {
            var of = Row.Of([.. rows.Where(r => r.Type == type)]);
            Console.WriteLine($"| missed in {type} | {string.Join(" | ", of.Missed.Zip(of.Spoiled, (m, n) => F($"{100.0 * m / n:0.#} %")))} |");
        }

        Console.WriteLine();
        foreach (var (name, worst) in Row.Of(rows).ByWriting.OrderBy(w => w.Key))
        {
            Console.WriteLine(F($"{name}: worst error/bound {worst:0.###}"));
        }

        foreach (var refused in rows.SelectMany(r => r.Names).Take(40))
        {
            Console.WriteLine(refused);
        }
    }
}
