using System.Text.Json.Nodes;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Live;

/// <summary>
/// What is recorded and reported while agents and analyzers restart. The estate has four hosts; each serves a port to
/// the others.
/// </summary>
public sealed class LostHostTests : IDisposable
{
    private const int RowsOfEstate = 12;

    private readonly TemporaryFolder _folder = new();

    private string Day => _folder.PathOf("day.ndjson");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_restart_of_the_analyzer_adds_no_rows(int hostsBackAtOnce)
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(4));
        await using var run = new RecordRun(analyzer, Day);
        await analyzer.Subscribers.NextAsync();
        Assert.Equal(RowsOfEstate, (await run.BeginAsync()).Rows.Count);

        var hosts = analyzer.Subscribers.Restart();
        await analyzer.Subscribers.StartAgentAsync(hosts[..hostsBackAtOnce]);
        await ReconnectAsync(run.Tool, run.AdvanceAsync, analyzer);
        await run.Tool.ErrorAsync("rows are kept for up to 1m (--grace)");
        foreach (var host in hosts[hostsBackAtOnce..])
        {
            await analyzer.Subscribers.StartAgentAsync([host]);
        }

        await run.Tool.ErrorAsync("all known hosts report again");
        var day = await ScanAfterMarkerAsync(run, analyzer);
        Assert.Equal(RowsOfEstate + 1, day.Rows.Count);
        Assert.All(
            day.Rows,
            row => Assert.Equal((string?)row["client_name"] == "marker" ? "listener" : "mirror", (string?)row["match"])
        );
        Assert.Equal(day.Scans, (int)day.Rows[0]["scans"]!);
        Assert.InRange((int)day.Head["incomplete"]!, 1, day.Scans - 1);
        Assert.Equal(130, await run.Tool.InterruptAsync());
        Assert.Contains("incomplete, taken while known hosts were missing", run.Error);
    }

    [Fact]
    public async Task A_restart_of_an_agent_adds_and_removes_no_rows()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(4));
        await using var run = new RecordRun(analyzer, Day);
        await analyzer.Subscribers.NextAsync();
        Assert.Equal(RowsOfEstate, (await run.BeginAsync()).Rows.Count);

        var nodes = await analyzer.Subscribers.StopAgentAsync("host-0002");
        await run.Tool.ErrorAsync("host host-0002 stopped reporting");
        foreach (var other in analyzer.Graph.Nodes.ToList())
        {
            // Connections to the lost host appear and end, which cannot be matched meanwhile.
            await analyzer.Subscribers.SendToAllAsync("NodeUpdated", WithClientOf("10.1.0.3", other));
        }

        foreach (var other in analyzer.Graph.Nodes.ToList())
        {
            await analyzer.Subscribers.SendToAllAsync("NodeUpdated", other);
        }

        await analyzer.Subscribers.StartAgentAsync(nodes);

        await run.Tool.ErrorAsync("all known hosts report again");
        var day = await ScanAfterMarkerAsync(run, analyzer);
        Assert.Equal(RowsOfEstate + 1, day.Rows.Count);
        Assert.Equal(
            day.Scans,
            (int)
                day.Rows.Single(row =>
                    (string?)row["service_host"] == "host-0002" && (string?)row["client_host"] == "host-0001"
                )["scans"]!
        );
        Assert.InRange((int)day.Head["incomplete"]!, 1, day.Scans);
    }

    [Fact]
    public async Task A_host_that_is_briefly_without_sockets_is_treated_as_lost()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(4));
        await using var run = new RecordRun(analyzer, Day);
        await analyzer.Subscribers.NextAsync();
        Assert.Equal(RowsOfEstate, (await run.BeginAsync()).Rows.Count);
        var host = analyzer.Graph.Nodes[1].DeepClone().AsObject();
        host["Metadata"]!.AsObject().Remove("Sockets");

        await analyzer.Subscribers.SendToAllAsync("NodeUpdated", host);
        await analyzer.Subscribers.SendToAllAsync("NodeUpdated", analyzer.Graph.Nodes[1]);

        await run.Tool.ErrorAsync("all known hosts report again");
        Assert.Equal(RowsOfEstate + 1, (await ScanAfterMarkerAsync(run, analyzer)).Rows.Count);
    }

    [Fact]
    public async Task Other_hosts_are_recorded_while_a_host_is_lost()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(4));
        await using var run = new RecordRun(analyzer, Day);
        await analyzer.Subscribers.NextAsync();
        Assert.Equal(RowsOfEstate, (await run.BeginAsync()).Rows.Count);

        await analyzer.Subscribers.StopAgentAsync("host-0002");

        Assert.Equal(RowsOfEstate + 1, (await ScanAfterMarkerAsync(run, analyzer)).Rows.Count);
        Assert.DoesNotContain("report again", run.Error);
    }

    [Fact]
    public async Task A_lost_host_is_removed_after_the_grace_period()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(4));
        await using var run = new RecordRun(analyzer, Day, "--grace", "300ms");
        await analyzer.Subscribers.NextAsync();
        Assert.Equal(RowsOfEstate, (await run.BeginAsync()).Rows.Count);

        await analyzer.Subscribers.StopAgentAsync("host-0002");
        await run.Tool.ErrorAsync("host host-0002 stopped reporting");
        var day = await run.ScanUntilAsync(day => day.Rows.Any(row => (string?)row["match"] == "external"));
        Assert.Contains("host host-0002 did not come back within 300ms (--grace): its rows are removed", run.Error);
        Assert.Contains(
            day.Rows,
            row => (string?)row["service_address"] == "10.1.0.3" && string.IsNullOrEmpty((string?)row["service_host"])
        );
        Assert.InRange((int)day.Head["incomplete"]!, 1, day.Scans - 1);
        await run.ScanAsync();
        var later = await run.ScanAsync();
        Assert.Equal((int)day.Head["incomplete"]!, (int)later.Head["incomplete"]!);
    }

    [Fact]
    public async Task Without_a_grace_period_a_lost_host_is_removed_at_once()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(4));
        await using var run = new RecordRun(analyzer, Day, "--grace", "0s");
        await analyzer.Subscribers.NextAsync();
        Assert.Equal(RowsOfEstate, (await run.BeginAsync()).Rows.Count);

        await analyzer.Subscribers.StopAgentAsync("host-0002");

        var day = await run.ScanUntilAsync(day => day.Rows.Any(row => (string?)row["match"] == "external"));
        Assert.Equal(0, (int)day.Head["incomplete"]!);
    }

    [Fact]
    public async Task An_address_of_a_lost_host_belongs_at_once_to_a_new_host_that_has_it()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(4));
        await using var run = new RecordRun(analyzer, Day);
        await analyzer.Subscribers.NextAsync();
        Assert.Equal(RowsOfEstate, (await run.BeginAsync()).Rows.Count);

        await analyzer.Subscribers.StopAgentAsync("host-0002");
        await analyzer.Subscribers.SendToAllAsync(
            "NodeAdded",
            FakeGraph.Host("spare", [FakeGraph.Socket("10.1.0.3", 8000, "0.0.0.0", 0, "LISTEN", "standby")])
        );

        var day = await run.ScanUntilAsync(day => day.Rows.Any(row => (string?)row["service_host"] == "spare"));
        Assert.All(
            day.Rows.Where(row => (string?)row["service_host"] == "spare"),
            row => Assert.Equal(("standby", "client"), ((string?)row["service_name"], (string?)row["client_name"]))
        );
        Assert.DoesNotContain(day.Rows, row => (string?)row["match"] == "external");
    }

    [Fact]
    public async Task A_watch_reports_no_events_for_a_restart_even_without_a_settle_time()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(4));
        var clock = new FakeClock();
        await using var run = ToolRun.Watch(clock, analyzer, "--initial", "--settle", "0s", "-f", "csv", "--no-header");
        await run.OutputAsync("host-0003,10.1.0.4,8000,/usr/bin/server,server,host-0002");
        await analyzer.Subscribers.NextAsync();

        var hosts = analyzer.Subscribers.Restart();
        await ReconnectAsync(run, clock.AdvanceAsync, analyzer);
        await run.ErrorAsync("4 hosts (host-0000, host-0001, host-0002, …) stopped reporting");
        foreach (var host in hosts)
        {
            await analyzer.Subscribers.StartAgentAsync([host]);
        }

        await analyzer.Subscribers.SendToAllAsync(
            "NodeUpdated",
            WithClientOf("10.1.0.2", analyzer.Graph.Nodes[0], "marker")
        );
        await run.OutputAsync("marker");
        Assert.Equal(RowsOfEstate + 1, run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_watch_reports_the_rows_of_a_lost_host_as_ended_after_the_grace_period()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(2, connections: 1));
        var clock = new FakeClock();
        await using var run = ToolRun.Watch(
            clock,
            analyzer,
            "--settle",
            "0s",
            "--grace",
            "7s",
            "-f",
            "csv",
            "--no-header",
            "--initial"
        );
        await run.OutputAsync("host-0001,10.1.0.2,8000");

        await analyzer.Subscribers.StopAgentAsync("host-0001");
        await run.ErrorAsync("host host-0001 stopped reporting");
        await clock.AdvanceAsync(7);

        await run.ErrorAsync("its rows are removed");
        await run.InterruptAsync();
        Assert.Equal(2, run.Output.Split('\n').Count(line => line.StartsWith('-')));
        Assert.Equal(2 + 2, run.Output.Split('\n').Count(line => line.StartsWith('+')));
    }

    /// <summary>Lets the delay before a reconnect pass.</summary>
    private static async Task ReconnectAsync(ToolRun run, Func<double, Task> advanceAsync, FakeAnalyzer analyzer)
    {
        await run.ErrorAsync("reconnecting in 0.5 s");
        await advanceAsync(0.5);
        await analyzer.Subscribers.NextAsync();
    }

    /// <summary>
    /// Sends one more connection and scans until it is recorded: then all earlier messages are applied.
    /// </summary>
    private static async Task<RecordedFile> ScanAfterMarkerAsync(RecordRun run, FakeAnalyzer analyzer)
    {
        await analyzer.Subscribers.SendToAllAsync(
            "NodeUpdated",
            WithClientOf("10.1.0.2", analyzer.Graph.Nodes[0], "marker")
        );
        return await run.ScanUntilAsync(day => day.Has("marker"));
    }

    /// <summary>The host with one more connection, which only this host reports.</summary>
    private static JsonObject WithClientOf(string server, JsonObject host, string name = "short")
    {
        var more = host.DeepClone().AsObject();
        var sockets = more["Metadata"]!["Sockets"]!.AsArray();
        var own = (string)sockets.First(socket => (string)socket!["State"]! == "ESTABLISHED")!["LocalAddress"]!;
        sockets.Add(FakeGraph.Socket(own, 59999, server, 8000, "ESTABLISHED", name));
        return more;
    }
}
