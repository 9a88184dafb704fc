using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Views;
using FlowMatrix.Core.Views.Filters;
using FlowMatrix.Output;
using FlowMatrix.Output.Tables;

namespace FlowMatrix.Benchmarks;

/// <summary>Views of 200,000 rows, compared with printing them: filtering must cost less.</summary>
[Config(typeof(Configuration))]
[MemoryDiagnoser]
public class ViewBenchmark
{
    private const int Hosts = 1_000;
    private const int RowsPerHost = 200;

    private readonly CsvFormat _csv = new();
    private Matrix? _matrix;
    private View? _filters;
    private View? _groups;
    private View? _ways;

    [GlobalSetup]
    public void Make()
    {
        var ids = new IdTables();
        var rows = new MatrixBuilder(ids);
        for (var host = 0; host < Hosts; host++)
        {
            for (var i = 0; i < RowsPerHost; i++)
            {
                var server = (host + 1 + (i * 3)) % Hosts;
                rows.Add(
                    new Row(
                        new RowKey
                        {
                            ServiceHost = ids.Hosts.Add($"vm-{server}"),
                            ServiceAddress = ids.Addresses.Add(IpAddress.FromV4(0x0A00_0000u + (uint)server)),
                            ServicePort = (ushort)(1000 + ((host + i) % 20)),
                            ServiceProcess = ids.Processes.Add(
                                $"/usr/bin/service{(host + i) % 20}",
                                $"service{(host + i) % 20}"
                            ),
                            ClientHost = ids.Hosts.Add($"vm-{host}"),
                            ClientAddress = ids.Addresses.Add(IpAddress.FromV4(0x0A00_0000u + (uint)host)),
                            ClientProcess = ids.Processes.Add($"/usr/bin/client{i}", $"client{i}"),
                        },
                        new RowStats(1, Match.Mirror, Direction.Listener)
                    )
                );
            }
        }

        _matrix = rows.Build(ScanCounts.None, []);
        _filters = new View
        {
            Filter = new Filter([
                Term("host", "vm-*", not: false),
                Term("address", "10.0.0.0/8", not: false),
                Term("from-process", "none*", not: true),
                Term("port", "1000-2000", not: false),
                Term("external", "hide", not: false),
            ]),
        };
        _groups = new View { GroupBy = GroupBy.Service };
        _ways = Target.TryParse("vm-3", out var target, out _) ? new View { Reaches = [target] } : null;
    }

    [Benchmark(Baseline = true)]
    public void Print() => _csv.Write(_matrix!, Stream.Null, new FormatOptions(), CancellationToken.None);

    [Benchmark]
    public int FilterAndKeepAll() => _filters!.Pick(_matrix!).ToMatrix().Rows.Length;

    [Benchmark]
    public int Group() => _groups!.Pick(_matrix!).Group(GroupBy.Service).Matrix.Rows.Length;

    [Benchmark]
    public int FollowWays() => _ways!.Pick(_matrix!).ToMatrix().Rows.Length;

    private static FilterTerm Term(string name, string value, bool not) =>
        FilterTerm.TryParse(name, value, not, out var term, out var problem)
            ? term!
            : throw new InvalidOperationException(problem);

    private sealed class Configuration : ManualConfig
    {
        public Configuration() =>
            AddJob(
                Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(10)
            );
    }
}
