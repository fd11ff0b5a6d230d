using System.Runtime.Intrinsics.X86;
using GradOracle.Messages;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace GradOracle.ML.Cli;

/// <summary>The checks that were asked for, each run when its row is asked for.</summary>
internal sealed class Checks
{
    private readonly IReadOnlyList<string> _kinds;
    private readonly string[] _only;
    private readonly Examples _examples;
    private readonly float _l2;
    private readonly int _latent;

    /// <exception cref="BadInputException">Something asked for is not there, or out of range.</exception>
    public Checks(IReadOnlyList<string> kinds, string? only, string? data, double l2, int latent, int seed)
    {
        _kinds = kinds.Count == 0 ? Kinds : kinds;
        _only = only?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        RequireKnown("check", _kinds, Kinds);
        if (!(l2 >= 0) || l2 > 1e6)
        {
            throw new BadInputException($"The penalty is {NumberFormat.Full(l2)}: l2 is a number from 0 to a million.");
        }

        if (latent is < 1 or > 1000)
        {
            throw new BadInputException($"{latent} latent components cannot be tried: ask for 1 to 1000.");
        }

        (_l2, _latent) = ((float)l2, latent);
        _examples = data is null ? Examples.Random(seed) : Examples.Of(data);
        RequireKnown("loss or trainer", _only, [.. Names()]);
        if (_kinds.Contains("gradients") || _kinds.Contains("optima"))
        {
            // Before anything is printed.
            foreach (var regression in Regression.All(_examples, _l2).Where(r => IsAsked(r.Name)))
            {
                regression.RequireLabels();
            }
        }
    }

    /// <summary>What can be checked.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["losses", "gradients", "optima", "components"];

    public IEnumerable<Row> Run()
    {
        var regressions = Regression.All(_examples, _l2);
        foreach (var kind in Kinds.Where(_kinds.Contains))
        {
            var checks = kind switch
            {
                "losses" => BuiltInLosses.All,
                "gradients" => [.. regressions.Select(r => (r.Name, r.Gradients))],
                "optima" => [.. regressions.Select(r => (r.Name, r.Optimum))],
                _ => [],
            };
            foreach (var (name, check) in checks.Where(c => IsAsked(c.Name)))
            {
                yield return new(kind, name, check());
            }

            if (kind == "components" && _only.Length == 0)
            {
                yield return Components();
            }
        }
    }

    private bool IsAsked(string name) => _only.Length == 0 || _only.Contains(name);

    private Row Components()
    {
        var name = $"factorization, {_latent}";
        if (!Avx.IsSupported && _kinds.Count > 1)
        {
            return new("components", name, null, "this processor has no AVX.");
        }

        var ml = new MLContext(seed: 1);
        var trainers = ml.BinaryClassification.Trainers;
        var trainer = trainers.FieldAwareFactorizationMachine(new FieldAwareFactorizationMachineTrainer.Options
        {
            LatentDimension = _latent,
            FeatureColumnName = "First",
            ExtraFeatureColumns = ["Second"],
            LabelColumnName = "Label",
            Shuffle = false,
            Verbose = false,
        });
        TwoFields[] rows =
        [
            new() { First = [0.5f, -0.25f], Second = [1, 0.75f], Label = true },
            new() { First = [-0.5f, 1], Second = [0.25f, -1], Label = false },
        ];
        return new("components", name, FactorizationCheck.Of(trainer, ml.Data.LoadFromEnumerable(rows)));
    }

    private IEnumerable<string> Names() =>
        BuiltInLosses.All.Select(loss => loss.Name)
            .Concat(Regression.All(_examples, _l2).Select(r => r.Name)).Distinct();

    private static void RequireKnown(string what, IEnumerable<string> asked, IReadOnlyList<string> known)
    {
        if (asked.FirstOrDefault(word => !known.Contains(word)) is { } unknown)
        {
            var hint = Nearest.To(unknown, known) is { } nearest ? $"did you mean \"{nearest}\"? " : "";
            throw new BadInputException(
                $"There is no {what} \"{PlainText.Quote(unknown)}\": {hint}Known: {string.Join(", ", known)}.");
        }
    }

    private sealed class TwoFields
    {
        [VectorType(2)]
        public float[] First { get; set; } = [];

        [VectorType(2)]
        public float[] Second { get; set; } = [];

        public bool Label { get; set; }
    }
}
