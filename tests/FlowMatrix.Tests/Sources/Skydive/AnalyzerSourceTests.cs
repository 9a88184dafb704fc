using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources;
using FlowMatrix.Sources.Skydive;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Sources.Skydive;

public sealed class AnalyzerSourceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public async Task A_live_analyzer_and_its_saved_answers_give_the_same_matrix(int hostsPerRequest)
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());

        var live = await ReadAsync(analyzer, new() { HostsPerRequest = hostsPerRequest });

        Assert.Equal(MatrixLines.From(Recorded.Read("hosts.json", "addresses.json")), MatrixLines.From(live));
    }

    [Fact]
    public async Task Captured_flows_are_queried_only_on_request()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());

        var live = await ReadAsync(analyzer, new() { UseFlows = true });

        Assert.Equal(
            MatrixLines.From(Recorded.Read("hosts.json", "addresses.json", "flow-sockets.json")),
            MatrixLines.From(live)
        );
        await ReadAsync(analyzer, new());
        Assert.Single(analyzer.Queries, query => query.Contains("Flows", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Any_number_of_hosts_per_request_gives_the_same_table_in_the_same_order(int hostsPerRequest)
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(60));

        var table = await ReadAsync(analyzer, new() { HostsPerRequest = hostsPerRequest });

        Assert.Equal(
            Enumerable.Range(0, 60).Select(i => $"host-{i:d4}"),
            table.Ranges.Select(range => table.IdTables.Hosts[range.Host])
        );
        Assert.Equal(60 * 7, table.Sockets.Count);
    }

    [Fact]
    public async Task At_most_four_requests_run_concurrently()
    {
        var (now, most) = (0, 0);
        var fourTogether = new TaskCompletionSource();
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Generated(30),
            new()
            {
                Intercept = async query =>
                {
                    most = Math.Max(most, Interlocked.Increment(ref now));
                    if (query.Number == 5)
                    {
                        fourTogether.SetResult();
                    }

                    // After the query for names, three requests wait for a fourth: they run concurrently.
                    if (query.Number > 1)
                    {
                        await fourTogether.Task.WaitAsync(TimeSpan.FromSeconds(20));
                    }

                    Interlocked.Decrement(ref now);
                    return false;
                },
            }
        );

        await ReadAsync(analyzer, new() { HostsPerRequest = 1 });

        Assert.Equal(4, most);
    }

    [Fact]
    public async Task Progress_has_the_number_of_hosts_and_counts_them()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(10));
        var progress = new ReadProgress();

        await new AnalyzerSource(analyzer.Options, new() { HostsPerRequest = 3 }).ReadAsync(progress, default);

        Assert.Equal((10, 10, 70), (progress.HostsExpected, progress.HostsRead, progress.SocketsRead));
    }

    [Fact]
    public async Task A_time_in_the_past_is_in_every_query_and_transitional_sockets_count()
    {
        var graph = new FakeGraph { Past = FakeGraph.Recorded() };
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);

        var table = await ReadAsync(analyzer, new() { At = new PointInTime("-10m"), UseFlows = true });

        Assert.True(table.Past);
        Assert.All(analyzer.Queries, query => Assert.StartsWith("G.At('-10m').", query));
    }

    [Fact]
    public async Task A_duration_without_a_time_ends_now_and_revisions_of_a_host_are_merged()
    {
        var past = FakeGraph.Recorded();
        past.Nodes.Add(past.Nodes[0].DeepClone().AsObject());
        await using var analyzer = await FakeAnalyzer.StartAsync(new FakeGraph { Past = past });

        var table = await ReadAsync(analyzer, new() { Duration = TimeSpan.FromSeconds(59.2), HostsPerRequest = 1 });

        Assert.All(analyzer.Queries, query => Assert.StartsWith("G.Context('-0s', 60).", query));
        Assert.Equal(2, Estate.From(table).Ranges.Count(range => range.Host != 0));
        Assert.Equal(5, analyzer.Queries.Count);
    }

    [Fact]
    public async Task No_host_that_reports_sockets_is_an_error_that_names_the_probe_and_its_setting()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(new FakeGraph());

        var failure = await Assert.ThrowsAsync<Failure>(() => ReadAsync(analyzer, new()));

        Assert.Equal(FailureKind.Input, failure.Kind);
        Assert.Contains("socketinfo", failure.Message);
        Assert.Contains("agent.topology.probes", failure.Message);
    }

    [Fact]
    public async Task Hosts_without_a_single_socket_are_the_same_error()
    {
        var graph = new FakeGraph().AddHost("vm-1", []).AddHost("vm-2", null);
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);

        var failure = await Assert.ThrowsAsync<Failure>(() => ReadAsync(analyzer, new()));

        Assert.Equal(FailureKind.Input, failure.Kind);
        Assert.Contains("none of its 2 hosts", failure.Message);
    }

    [Fact]
    public async Task Host_names_are_quoted_so_that_they_match_exactly()
    {
        string[] names = ["vm`1", @"back\slash\", "new\nline", "ünïcødé 🐧", "a,b)("];
        var graph = new FakeGraph();
        foreach (var name in names)
        {
            graph.AddHost(name, [FakeGraph.Socket("10.0.0.1", 80, "0.0.0.0", 0, "LISTEN", "nginx")]);
        }

        await using var analyzer = await FakeAnalyzer.StartAsync(graph);

        var table = await ReadAsync(analyzer, new() { HostsPerRequest = 2 });

        Assert.Equal(
            names.Order(StringComparer.Ordinal),
            table.Ranges.Select(range => table.IdTables.Hosts[range.Host]).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("""["vm-1" """)]
    [InlineData("""{"a":1}""")]
    [InlineData("[1,2]")]
    [InlineData("")]
    [InlineData("[] x")]
    public async Task An_invalid_list_of_hosts_is_an_error(string answer)
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new() { Intercept = query => query.AnswerAsync(200, answer + " ", "application/json") }
        );

        var failure = await Assert.ThrowsAsync<Failure>(() => ReadAsync(analyzer, new()));

        Assert.Equal(FailureKind.Analyzer, failure.Kind);
        Assert.Contains("not a response of a Skydive analyzer", failure.Message);
    }

    [Fact]
    public async Task An_invalid_socket_is_reported_with_analyzer_and_host()
    {
        var graph = new FakeGraph().AddHost("vm-1", [FakeGraph.Socket("nowhere", 80, "0.0.0.0", 0, "LISTEN", "nginx")]);
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);

        var failure = await Assert.ThrowsAsync<Failure>(() => ReadAsync(analyzer, new()));

        Assert.Contains($"127.0.0.1:{analyzer.Address.Port}: host vm-1: socket 1", failure.Message);
        Assert.Equal(FailureKind.Analyzer, failure.Kind);
    }

    private static Task<SocketTable> ReadAsync(FakeAnalyzer analyzer, AnalyzerQuery query) =>
        new AnalyzerSource(analyzer.Options, query).ReadAsync(new ReadProgress(), default);
}
