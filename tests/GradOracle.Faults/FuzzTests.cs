using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using GradOracle.Cases;
using GradOracle.Cli;
using GradOracle.Fixtures;
using GradOracle.Gallery;
using GradOracle.ML.Cli;
using GradOracle.Reports;
using GradOracle.Tests;
using GradOracle.Torch;
using Microsoft.ML;
using NUnit.Framework;

namespace GradOracle.Faults;

/// <summary>Every reader with a kept corpus, whole and mutated: a value or one sentence, soon, and never another
/// exception.</summary>
/// <remarks>The smallest input that fails is written beside the results; moved into <c>Corpus</c> it is tried in every
/// run from then on.</remarks>
public sealed class FuzzTests
{
    private const int MostMilliseconds = 5000;

    private static readonly Dictionary<string, Action<byte[]>> s_readers = new()
    {
        ["case-file"] = bytes => WithFile(bytes, file => CaseFile.Read(file, Catalog.Networks)),
        ["report"] = bytes =>
            WithFile(bytes, file => Array.ForEach([.. Rendering.All], r => r.Of(JsonReport.Read(file)))),
        ["report-terminal"] = bytes => WithFile(bytes, file => Command("report", file)),
        ["report-diff"] = bytes => WithFile(bytes, file => Command("report", "diff", file, file)),
        ["report-merge"] = bytes => WithFile(bytes, file => Command("report", "merge", file)),
        ["fixture"] = bytes => FixtureText.Read("mutated.verified.json", bytes, Catalog.Networks),
        ["data"] = bytes => WithFile(bytes, ReadData),
        ["case-name"] = bytes => CaseId.Parse(Encoding.UTF8.GetString(bytes), Catalog.Networks),
        ["arguments"] = bytes => Command([.. Encoding.UTF8.GetString(bytes).Split(' ')]),
        ["elf"] = bytes => ElfVersionNeed.Weaken(bytes, "libstdc++.so.6", "GLIBCXX_3.4.32"),
        ["elf-headers"] = bytes => WithFile(bytes, file => ElfImage.LengthByHeaders(file)),
    };

    private static readonly MLContext s_ml = new(seed: 1);

    private static readonly byte[][] s_tokens =
    [
        .. ((string[])
        [
            "{", "}", "[", "]", ":", ",", "\"", "null", "true", "-0", "1e999", "-1", "2147483648", "99999999999999999999", "0.1", "NaN", "\"NaN\"", "\"Infinity\"", "\"\\ud800\"",
            "\"\\udc00\\ud800\"", "\\", "\n", "\r\n", "\0", "\uFEFF", "\u202E", "::error::", "\"schema\"", "\"gradoracle-report/1\"", "\"agrees\"", "=", "seed=", "--", "k=0", "/", "..", "@", " ",
        ]).Select(Encoding.UTF8.GetBytes),
        [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xFF],
    ];

    private static string[] Readers() => [.. s_readers.Keys];

    [TestCaseSource(nameof(Readers))]
    public void Any_input_gives_a_value_or_a_sentence_in_five_seconds(string reader)
    {
        var corpus = Corpus(reader).ToArray();
        var (count, tried, refused, slowest, smallest) = (Effort.Times(1200), 0, 0, 0L, (byte[]?)null);
        foreach (var input in corpus)
        {
            Try(input);
        }

        try
        {
            Mutated(corpus).Sample(input => Try(input), iter: count, threads: 1);
        }
        catch (CsCheckException) when (smallest is not null)
        {
            var path = Path.Combine(
                TestContext.CurrentContext.WorkDirectory,
                $"{reader}.{Convert.ToHexStringLower(SHA256.HashData(smallest))[..12]}");
            File.WriteAllBytes(path, smallest);
            TestContext.Out.WriteLine($"The smallest input that fails: {path}; move it into Corpus.");
            throw;
        }

        Effort.Tell($"{reader}: {corpus.Length} inputs kept and {tried - corpus.Length} mutated, {refused} refused in a sentence, 0 others; the slowest took {slowest} ms");

        void Try(byte[] input, bool isAgain = false)
        {
            var watch = Stopwatch.StartNew();
            try
            {
                s_readers[reader]([.. input]);
            }
            catch (BadInputException clear) when (clear.Message.EndsWith('.') && clear.Message.Length < 20_000)
            {
                refused++;
            }
            catch (Exception)
            {
                smallest = smallest is null || input.Length < smallest.Length ? input : smallest;
                throw;
            }

            // A machine that is busy is no input that hangs: it is tried a second time.
            if (watch.ElapsedMilliseconds > MostMilliseconds && !isAgain)
            {
                Try(input, isAgain: true);
                return;
            }

            tried++;
            slowest = Math.Max(slowest, watch.ElapsedMilliseconds);
            if (watch.ElapsedMilliseconds > MostMilliseconds)
            {
                smallest = input;
                throw new TimeoutException($"It took {watch.ElapsedMilliseconds} ms, twice.");
            }
        }
    }

    // "report-terminal" has the corpus of "report" too.
    private static IEnumerable<byte[]> Corpus(string reader)
    {
        var folder = TestContext.CurrentContext.TestDirectory;
        var kept = Directory.GetFiles(Path.Combine(folder, "Corpus")).Order(StringComparer.Ordinal)
            .Where(
                f => Path.GetFileName(f).Split('.')[0] is var name
                    && (name == reader || reader.StartsWith($"{name}-", StringComparison.Ordinal)))
            .Select(File.ReadAllBytes);
        return reader switch
        {
            "fixture" => kept.Concat(
                FixtureCatalog.Cases.Take(3).Select(
                    c => File.ReadAllBytes(Path.Combine(Repository.Fixtures, FixtureStore.FileOf(c))))),
            "elf" or "elf-headers" => kept.Append(
                File.Exists(Path.Combine(folder, "libgomp-e1a24ff2.so.1"))
                    ? File.ReadAllBytes(Path.Combine(folder, "libgomp-e1a24ff2.so.1"))
                    : [.. "\u007fELF\u0002\u0001"u8, .. new byte[200]]),
            _ => kept,
        };
    }

    // One to four edits of a kept input: a byte, a token put in, a piece taken out, doubled or replaced by a token.
    private static Gen<byte[]> Mutated(byte[][] corpus) =>
        Gen.Select(Gen.Int[0, corpus.Length - 1], Gen.Select(Gen.Int[0, 4], Gen.Double.Unit, Gen.Int[1, 200], Gen.Int[0, 255]).Array[1, 4], (index, edits) =>
        {
            var bytes = corpus[index].ToList();
            foreach (var (kind, place, size, what) in edits)
            {
                var at = (int)(place * bytes.Count);
                var length = Math.Min(size, bytes.Count - at);
                var token = kind is 1 or 4
                    ? s_tokens[what % s_tokens.Length]
                    : kind == 3
                    ? [.. bytes.GetRange(at, length)]
                    : kind == 0
                    ? [(byte)what]
                    : [];
                bytes.RemoveRange(at, kind is 2 or 4 ? length : kind == 0 ? Math.Min(1, length) : 0);
                bytes.InsertRange(at, token);
            }

            return bytes.ToArray();
        });

    private static void WithFile(byte[] bytes, Action<string> read)
    {
        var path = Path.Combine(
            Path.GetTempPath(), $"gradoracle-fuzz-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.json");
        File.WriteAllBytes(path, bytes);
        try
        {
            read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    // As the trainers of the three kinds read it.
    private static void ReadData(string file)
    {
        var examples = Examples.Of(file);
        Func<MLContext, IDataView>[] kinds = [examples.OfCounts, examples.OfFlags, examples.OfClasses];
        foreach (var kind in kinds)
        {
            _ = kind(s_ml);
        }
    }

    // Commands that work long on right input, or that write, are not for a fuzzer: what they read is fuzzed above, and
    // what they write by the other tests.
    private static void Command(params string[] arguments)
    {
        string[] writing = ["--report", "--json", "--output", "regenerate", "mistakes"];
        if (arguments.Any(a => writing.Any(w => a.Contains(w, StringComparison.Ordinal))))
        {
            return;
        }

        if (arguments[0] is not "report" and not "list" && !arguments.Contains("--case"))
        {
            arguments = [.. arguments, "--loss", "none"];
        }

        using var output = new StringWriter();
        using var error = new StringWriter();
        switch (CommandLine.Run(arguments, output, error))
        {
            case 2:
                throw new BadInputException(error.ToString().TrimEnd());
            case not (0 or 1):
                throw new InvalidOperationException(error.ToString());
        }
    }
}
