using System.Globalization;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using FlowMatrix.Bench;
using FlowMatrix.Core;
using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Skydive.Reading;

namespace FlowMatrix.Benchmarks;

/// <summary>Measures how the time of the matcher per socket grows with the estate.</summary>
[Config(typeof(Configuration))]
[MemoryDiagnoser]
public class MatcherBenchmark
{
    private Estate? _estate;

    [Params(10_000, 100_000, 1_000_000)]
    public int Sockets { get; set; }

    [GlobalSetup]
    public void Read()
    {
        using var json = new MemoryStream();
        new EstateWriter(json, hosts: Sockets / 2000, Sockets, seed: 1, pools: true).Write();
        json.Position = 0;
        var table = new SocketTable();
        new AnswerReader(table, FailureKind.Input, "generated").Read(json, CancellationToken.None);
        _estate = Estate.From(table);
    }

    [Benchmark]
    public int Match() => Matcher.Match(_estate!).Rows.Length;

    private sealed class Configuration : ManualConfig
    {
        public Configuration()
        {
            // In process: BenchmarkDotNet would otherwise generate a project, which cannot reference the tool's.
            AddJob(
                Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(10)
            );
            AddColumn(new TimePerSocket());
        }
    }

    private sealed class TimePerSocket : IColumn
    {
        public string Id => nameof(TimePerSocket);

        public string ColumnName => "ns/socket";

        public string Legend => "Mean divided by the number of sockets";

        public bool AlwaysShow => true;

        public ColumnCategory Category => ColumnCategory.Custom;

        public int PriorityInCategory => 0;

        public bool IsNumeric => true;

        public UnitType UnitType => UnitType.Dimensionless;

        public bool IsAvailable(Summary summary) => true;

        public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
        {
            var sockets = (int)benchmarkCase.Parameters[nameof(Sockets)];
            return ((summary[benchmarkCase]?.ResultStatistics?.Mean ?? double.NaN) / sockets).ToString(
                "0",
                CultureInfo.InvariantCulture
            );
        }

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
            GetValue(summary, benchmarkCase);
    }
}
