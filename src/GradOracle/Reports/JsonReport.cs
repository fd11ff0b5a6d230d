using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using GradOracle.Cases;
using GradOracle.Verdicts;

namespace GradOracle.Reports;

/// <summary>Results as JSON: ordered keys, shortest round-trip numbers, the same bytes for the same result.</summary>
public static class JsonReport
{
    private static readonly JsonSerializerOptions s_layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A check: its suites and the cases kept in full. Times are left out, so that equal checks give equal bytes.</summary>
    /// <param name="result">The check.</param>
    /// <param name="examination">What was found out about its first finding, if it was looked into.</param>
    public static string Of(CheckResult result, Examination? examination = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Text(Checked(result, examination));
    }

    /// <summary>Several checks: a list under <c>checks</c>.</summary>
    public static string Of(IReadOnlyList<(CheckResult Result, Examination? Examination)> results) =>
        Text(new JsonObject { ["checks"] = Array(results, r => Checked(r.Result, r.Examination)) });

    private static JsonObject Checked(CheckResult result, Examination? examination) => new()
    {
        ["network"] = result.Derivation.Network.Name,
        ["derivation"] = result.Derivation.Name,
        ["verdict"] = result.Verdict.Word(),
        ["suites"] = Array(result.Suites, s => new JsonObject
        {
            ["loss"] = s.Loss.Name,
            ["kind"] = CaseName.Word(s.Kind),
            ["dtype"] = s.Type.Name,
            ["cases"] = s.Cases,
            ["shapes"] = s.Shapes.Count,
            ["agree"] = s.Counts[Verdict.Agrees],
            ["inconclusive"] = s.Counts[Verdict.Inconclusive],
            ["oraclesDisagree"] = s.Counts[Verdict.OraclesDisagree],
            ["disagree"] = s.Counts[Verdict.Disagrees],
            ["notComparable"] = s.Counts[Verdict.NotComparable],
            ["worstErrorInBounds"] = Number(s.WorstErrorInBounds),
            ["falseAcceptLog2"] = s.FalseAcceptLog2,
            ["notApplicable"] = Array(s.NotApplicable, n => new JsonObject { ["oracle"] = n.Oracle, ["reason"] = n.Reason }),
            ["findings"] = Array(s.Findings, Case),
        }),
        ["examination"] = examination is null ? null : Examined(examination),
    };

    /// <summary>One case.</summary>
    public static string Of(CaseComparison comparison) => Text(Case(comparison));

    /// <summary>One case that was looked into.</summary>
    public static string Of(Examination examination)
    {
        ArgumentNullException.ThrowIfNull(examination);
        var report = Case(examination.Comparison);
        report["examination"] = Examined(examination);
        return Text(report);
    }

    private static JsonObject Examined(Examination examination) => new()
    {
        ["case"] = examination.Comparison.Name,
        ["diagnosis"] = Array(examination.Diagnosis?.Explanations ?? [], e => new JsonObject
        {
            ["sentence"] = e.Sentence,
            ["gradients"] = Array(e.Tensors, t => (JsonNode)t),
            ["residual"] = Number(e.Residual),
            ["cases"] = e.Cases,
        }),
        ["unexplained"] = Array(examination.Diagnosis?.Unexplained ?? [], u => (JsonNode)u),
        ["agreement"] = examination.Panel.Sentence,
        ["oddOneOut"] = examination.Panel.OddOneOut,
        ["smallest"] = Smallest(examination.Smallest),
    };

    private static JsonObject Smallest(SmallestFailure smallest)
    {
        var tensors = new JsonObject();
        foreach (var tensor in smallest.Case.Tensors)
        {
            tensors[tensor.Name] = Matrix(tensor);
        }

        var report = Case(smallest.Comparison);
        report["tensors"] = tensors;
        report["autograd"] = Gradients(smallest.Autograd);
        report["derivation"] = Gradients(smallest.Received);
        return report;
    }

    /// <summary>The gradients of one case, both ways, in full precision.</summary>
    public static string Of(CaseBatch batch, GradientBatch derivation, GradientBatch autograd)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(autograd);
        return Text(new JsonObject
        {
            ["case"] = batch.NameOf(0),
            ["derivation"] = Gradients(derivation),
            ["autograd"] = Gradients(autograd),
        });
    }

    private static JsonObject Gradients(GradientBatch batch)
    {
        var gradients = new JsonObject { ["output"] = Matrix(batch.Output) };
        foreach (var gradient in batch.Gradients)
        {
            gradients[gradient.Name] = batch.FaultOf(0, gradient.Name) is { } fault ? fault : Matrix(gradient);
        }

        return gradients;
    }

    private static JsonArray Matrix(TensorStack stack) =>
        Array(Enumerable.Range(0, stack.Rows), i => Array(Enumerable.Range(0, stack.Columns), j => Number(stack.Values[i * stack.Columns + j])));

    private static JsonObject Case(CaseComparison comparison) => new()
    {
        ["case"] = comparison.Name,
        ["verdict"] = comparison.Verdict.Word(),
        ["replay"] = comparison.Replay,
        ["forward"] = Tensor(comparison.Forward),
        ["gradients"] = Array(comparison.Tensors, Tensor),
    };

    private static JsonObject Tensor(TensorComparison tensor) => new()
    {
        ["name"] = tensor.Name,
        ["rows"] = tensor.Rows,
        ["columns"] = tensor.Columns,
        ["verdict"] = tensor.Verdict.Word(),
        ["differing"] = tensor.Differing,
        ["reason"] = tensor.Reason,
        ["worst"] = tensor.Worst is not { } worst ? null : new JsonObject
        {
            ["row"] = worst.Row,
            ["column"] = worst.Column,
            ["autograd"] = Number(worst.Expected),
            ["derivation"] = Number(worst.Actual),
            ["bound"] = Number(worst.Bound),
            ["errorInBounds"] = Number(worst.ErrorInBounds),
        },
    };

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode?> convert) => new([.. items.Select(convert)]);

    // JSON has no word for what is not finite; a string says it.
    private static JsonValue Number(double value) =>
        double.IsFinite(value) ? JsonValue.Create(value) : JsonValue.Create(NumberFormat.Full(value));

    private static string Text(JsonObject report) => report.ToJsonString(s_layout) + "\n";
}
