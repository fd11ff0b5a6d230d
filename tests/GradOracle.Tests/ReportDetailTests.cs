using GradOracle.Reports;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>The pieces that reports are made of, each by itself.</summary>
[Category("Quick")]
public sealed class ReportDetailTests
{
    private static readonly ReportedCase s_case = SampleReports.Case("case", [[1]], [[2]]);

    private static Report Of(params ReportedCase[] cases) => Report.Of("", [], cases);

    [Test]
    public void A_group_counts_a_case_once_whatever_was_found_in_it_and_fixtures_by_their_own_word()
    {
        var twice = CaseGroup.Of(Of(s_case, s_case, s_case with { Name = "other" })).Single();
        var fixture = CaseGroup.Of(Of(s_case with { Expected = ReportedCase.Approved })).Single();

        Assert.That(twice.Count, Is.EqualTo("2 cases of made-up"));
        Assert.That(fixture.Count, Is.EqualTo("1 fixture of made-up"));
    }

    [Test]
    public void A_group_is_led_by_a_case_that_was_looked_into_and_one_that_fails_like_it_belongs_to_it()
    {
        var like = s_case with { Name = "like", FailsLike = "looked into" };
        var looked = s_case with { Name = "looked into", Diagnosis = [new("a mistake", ["Wx"], 0, 1)] };
        var other = s_case with { Name = "other", Unexplained = ["nothing explains it"] };

        var groups = CaseGroup.Of(Of(other, like, looked));

        Assert.That(
            groups.Select(g => $"{g.What}: {g.Leading.Case.Name}, {g.Cases.Count}"),
            Is.EqualTo(new[] { "a mistake: looked into, 2", "nothing explains it: other, 1" }),
            "what has a diagnosis comes first");
    }

    [Test]
    public void A_matrix_of_24_rows_is_shown_entry_by_entry_and_of_the_wrong_ones_ten_are_kept()
    {
        EntryComparison At(int row, int column) => new(row, column, 1, row < 15 ? 1 + row + column : 1, 0.5);
        var grid = new EntryGrid(0, 24, 2, At);
        var wide = new EntryGrid(0, 4, 30, At);

        Assert.That((grid.Map().BlockRows, grid.Map().Entries.Count), Is.EqualTo((1, 24)));
        Assert.That(grid.Zoom(At(3, 1)), Is.Null);
        Assert.That(wide.Zoom(At(3, 29)), Is.Not.Null, "one axis is in blocks");
        Assert.That(grid.Worst(At(14, 1)), Has.Count.EqualTo(10));
        Assert.That(
            new EntryGrid(0, 2, 2, (i, j) => new(i, j, 1, i == 0 ? 1.1 : 9, 0.5)).Worst(new(1, 0, 1, 9, 0.5)),
            Has.Count.EqualTo(2),
            "what is within the bound is not among the worst");
    }

    [Test]
    public void Of_entries_beyond_every_bound_the_one_that_is_no_number_is_the_worst() => Assert.That(
        new EntryGrid(0, 1, 3, (i, j) => new(i, j, 1, j == 2 ? double.NaN : 3, 0)).Worst(new(0, 0, 1, 3, 0))[1].Column,
        Is.EqualTo(2));

    [TestCase(100, true)]
    [TestCase(99, false)]
    public void From_a_hundredfold_range_on_a_curve_is_drawn_in_logarithms(double largest, bool isLogarithmic) =>
        Assert.That(
            LossCurve.Of([largest, 1])[^1].Contains("log scale", StringComparison.Ordinal), Is.EqualTo(isLogarithmic));

    [Test]
    public void The_axis_of_a_curve_of_one_loss_ends_where_it_begins() =>
        Assert.That(LossCurve.Of([5.0])[^1].Trim(), Is.EqualTo("0"));

    [Test]
    public void A_summary_names_twelve_groups_and_counts_the_others()
    {
        Report Groups(int count) => Of(
            [.. Enumerable.Range(0, count).Select(i => s_case with { Unexplained = [$"reason {i}"] })]);

        Assert.That(RunSummary.Of(Groups(12), "/page"), Does.Contain("reason 11").And.Not.Contain("more:"));
        Assert.That(RunSummary.Of(Groups(14), "/page"), Does.Not.Contain("reason 12").And.Contain("… and 2 more:"));
    }

    [Test]
    public void A_smallest_case_that_is_the_case_itself_is_not_told_to_be_smaller()
    {
        string[] Lines(string name) =>
            [.. SmallestText.Lines(s_case, new(name, "replay", [], [], [])).Select(l => l.Text)];

        Assert.That(Lines("case"), Is.Empty);
        Assert.That(Lines("other"), Is.EqualTo(new[] { "  the same failure in small: other", "    replay: replay" }));
    }

    [Test]
    public void Small_matrices_are_told_in_lines_of_a_hundred_columns()
    {
        ReportedMatrix[] tensors =
            [.. Enumerable.Range(0, 9).Select(i => new ReportedMatrix($"X{i}", [[1, 2, 3, 4, 5, 6, 7]]))];

        var lines = SmallestText.Lines(s_case, new("case", "", tensors, [], [])).Select(l => l.Text.Length).ToList();

        Assert.That(lines, Has.Count.EqualTo(2).And.All.LessThan(104));
    }

    [Test]
    public void A_panel_further_down_begins_at_its_own_rows()
    {
        var tensor = s_case.Gradients[0] with { Rows = 4, Columns = 1, Sizes = [2, 2, 1] };
        ReportedEntry[][] entries = [.. Enumerable.Range(0, 4).Select(i => new[] { new ReportedEntry(i, 0, 1, 2, 0) })];

        var panels = Panels.Of(tensor, new(0, 0, 1, 1, entries));

        Assert.That(panels.Select(p => p.Map.FirstRow), Is.EqualTo(new[] { 0, 2 }));
        Assert.That(Panels.Shown(tensor, [entries[3][0]]), Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public void A_report_in_which_a_number_is_minus_infinity_keeps_the_row_on_one_line() => Assert.That(
        JsonLayout.Of(new System.Text.Json.Nodes.JsonArray(1, "-Infinity", "NaN")),
        Is.EqualTo("[1, \"-Infinity\", \"NaN\"]\n"));

    [Test]
    public void A_build_server_finds_no_command_in_JSON() =>
        Assert.That(JsonLayout.Of(new System.Text.Json.Nodes.JsonArray("##vso[x]")), Does.Not.Contain("##"));
}
