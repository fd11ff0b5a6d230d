using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace GradOracle.Benchmarks;

/// <summary>A short table: cases per second, and how many times the plain loop that is, from the same run.</summary>
internal sealed class RatioConfig : ManualConfig
{
    public RatioConfig()
    {
        // In this process: the natives need not be copied into a project of BenchmarkDotNet's own.
        AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(7));
        AddColumn(new PerBaselineColumn("cases/s", (mine, _, cases) => cases / mine * 1e9));
        AddColumn(new PerBaselineColumn("times plain loop", (mine, baseline, _) => baseline / mine));
        AddExporter(MarkdownExporter.GitHub);
        WithSummaryStyle(SummaryStyle.Default);
        HideColumns(Column.Error, Column.StdDev, Column.RatioSD, Column.Ratio, Column.Median);
    }

    private sealed class PerBaselineColumn(string name, Func<double, double, int, double> value) : IColumn
    {
        public string Id => name;

        public string ColumnName => name;

        public bool AlwaysShow => true;

        public ColumnCategory Category => ColumnCategory.Custom;

        public int PriorityInCategory => 0;

        public bool IsNumeric => true;

        public UnitType UnitType => UnitType.Dimensionless;

        public string Legend => name;

        public bool IsAvailable(Summary summary) => true;

        public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
            GetValue(summary, benchmarkCase, summary.Style);

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
        {
            var sizes = benchmarkCase.Parameters.DisplayInfo;
            var baseline = summary.Reports.FirstOrDefault(r =>
                r.BenchmarkCase.Descriptor.Baseline && r.BenchmarkCase.Parameters.DisplayInfo == sizes);
            var mine = summary[benchmarkCase];
            if (mine?.ResultStatistics is not { } stats || baseline?.ResultStatistics is not { } reference)
            {
                return "-";
            }

            var cases = benchmarkCase.Parameters[nameof(ThroughputBenchmarks.Sizes)] is string shape
                ? ThroughputBenchmarks.CasesAt(shape)
                : 1;
            var result = value(stats.Median, reference.Median, cases);
            return result.ToString(result < 100 ? "0.0" : "0", style.CultureInfo);
        }
    }
}
