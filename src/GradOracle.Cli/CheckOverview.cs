using System.Globalization;
using GradOracle.Messages;
using GradOracle.Reports;

namespace GradOracle.Cli;

/// <summary>Checks of several networks as a table of a line each, written as they come.</summary>
internal sealed class CheckOverview
{
    private readonly TextWriter _output;
    private readonly int _width;
    private readonly bool _isOfOneNetwork;

    /// <summary>Begins the table.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="checks">The networks and derivations of all that will come.</param>
    /// <param name="isTimed">Whether it is known how long each took.</param>
    public CheckOverview(TextWriter output, IReadOnlyList<(string Network, string Derivation)> checks, bool isTimed)
    {
        // Several derivations of one network are told apart by their own names.
        _isOfOneNetwork = checks.DistinctBy(c => c.Network).Count() < checks.Count;
        (_output, _width) = (
            output,
            checks.Max(c => Math.Max("derivation".Length, (_isOfOneNetwork ? c.Derivation : c.Network).Length)));
        Line(
            _isOfOneNetwork ? "derivation" : "network",
            "cases",
            "agree",
            "exact",
            "real",
            isTimed ? "cases/s" : null,
            "");
    }

    /// <summary>A line: of the exact and of the real cases the weakest power; and what is to be known beside.</summary>
    public void Write(ReportedCheck check, TimeSpan? elapsed)
    {
        var cases = check.Suites.Sum(s => s.Cases);
        Line(
            _isOfOneNetwork ? check.Derivation : check.Network,
            Text($"{cases}"),
            Text($"{check.Suites.Sum(s => s.Agreeing)}"),
            check.Suites.Where(s => s.FalseAcceptLog2 is not null).MaxBy(s => s.FalseAcceptLog2)?.Power ?? "–",
            check.Suites.Where(s => s.WidestBound > 0).MaxBy(s => s.WidestBound)?.Power ?? "–",
            elapsed is { } time ? Text($"{cases / time.TotalSeconds:0}") : null,
            check.Verdict == Verdict.Agrees ? "" : $"{check.Verdict.Mark()} {check.Verdict.Word()}");
        foreach (var warning in check.Warnings)
        {
            _output.WriteLine(PlainText.Line($"  {warning}"));
        }
    }

    private void Line(
        string name,
        string cases,
        string agree,
        string exact,
        string real,
        string? rate,
        string verdict) => _output.WriteLine(PlainText.Line(
        $"{name.PadRight(_width)} {cases,7} {agree,7} {exact,8} {real,8}{(rate is null ? "" : $" {rate,8}")}  {verdict}".TrimEnd()));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
