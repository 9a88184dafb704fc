using System.Text.Json.Nodes;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Live;

/// <summary>
/// What is recorded and reported while agents and analyzers restart: four hosts, of which each serves a port to the others.
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
    public async Task An_analyzer_that_restarts_makes_no_rows(int hostsBackAtOnce)
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(4));
        await using var run = new RecordRun(analyzer, Day);
        await analyzer.Subscribers.NextAsync();
        Assert.Equal(RowsOfEstate, (await run.BeginAsync()).Rows.Count);

        var hosts = analyzer.Subscribers.Restart();
        await analyzer.Subscribers.StartAgentAsync(hosts[..hostsBackAtOnce]);
        await ReconnectAsync(run.Tool, run.PassAsync, analyzer);
        await run.Tool.ErrorAsync("back, for 1m at most (--grace)");
        foreach (var host in hosts[hostsBackAtOnce..])
        {
            await analyzer.Subscribers.StartAgentAsync([host]);
        }

        await run.Tool.ErrorAsync("all known hosts report again");
        var day = await AfterAllThatAsync(run, analyzer);
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
    public async Task An_agent_that_restarts_makes_no_rows_and_takes_none()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(4));
        await using var run = new RecordRun(analyzer, Day);
        await analyzer.Subscribers.NextAsync();
        Assert.Equal(RowsOfEstate, (await run.BeginAsync()).Rows.Count);

        var nodes = await analyzer.Subscribers.StopAgentAsync("host-0002");
        await run.Tool.ErrorAsync("host host-0002 reports no longer");
        foreach (var other in analyzer.Graph.Nodes.ToList())
        {
            // Connections to it come and go, which nobody can match while it is away.
            await analyzer.Subscribers.TellAsync("NodeUpdated", WithClientOf("10.1.0.3", other));
        }

        foreach (var other in analyzer.Graph.Nodes.ToList())
        {
            await analyzer.Subscribers.TellAsync("NodeUpdated", other);
        }

        await analyzer.Subscribers.StartAgentAsync(nodes);

        await run.Tool.ErrorAsync("all known hosts report again");
        var day = await AfterAllThatAsync(run, analyzer);
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
    public async Task A_host_without_sockets_for_a_moment_is_no_other_than_one_that_is_gone()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(4));
        await using var run = new RecordRun(analyzer, Day);
        await analyzer.Subscribers.NextAsync();
        Assert.Equal(RowsOfEstate, (await run.BeginAsync()).Rows.Count);
        var host = analyzer.Graph.Nodes[1].DeepClone().AsObject();
        host["Metadata"]!.AsObject().Remove("Sockets");

        await analyzer.Subscribers.TellAsync("NodeUpdated", host);
        await analyzer.Subscribers.TellAsync("NodeUpdated", analyzer.Graph.Nodes[1]);

        await run.Tool.ErrorAsync("all known hosts report again");
        Assert.Equal(RowsOfEstate + 1, (await AfterAllThatAsync(run, analyzer)).Rows.Count);
    }

    [Fact]
    public async Task Other_hosts_are_recorded_meanwhile()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(4));
        await using var run = new RecordRun(analyzer, Day);
        await analyzer.Subscribers.NextAsync();
        Assert.Equal(RowsOfEstate, (await run.BeginAsync()).Rows.Count);

        await analyzer.Subscribers.StopAgentAsync("host-0002");

        Assert.Equal(RowsOfEstate + 1, (await AfterAllThatAsync(run, analyzer)).Rows.Count);
        Assert.DoesNotContain("report again", run.Error);
    }

    [Fact]
    public async Task A_host_that_stays_away_is_forgotten_after_the_grace_period()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(4));
        await using var run = new RecordRun(analyzer, Day, "--grace", "300ms");
        await analyzer.Subscribers.NextAsync();
        Assert.Equal(RowsOfEstate, (await run.BeginAsync()).Rows.Count);

        await analyzer.Subscribers.StopAgentAsync("host-0002");
        await run.Tool.ErrorAsync("host host-0002 reports no longer");
        var day = await run.ScanUntilAsync(day => day.Rows.Any(row => (string?)row["match"] == "external"));
        Assert.Contains("host host-0002 did not come back within 300ms (--grace): it is forgotten", run.Error);
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
    public async Task Without_a_grace_period_a_host_is_gone_at_once()
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
    public async Task An_address_at_which_another_host_is_seen_is_that_ones_at_once()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(4));
        await using var run = new RecordRun(analyzer, Day);
        await analyzer.Subscribers.NextAsync();
        Assert.Equal(RowsOfEstate, (await run.BeginAsync()).Rows.Count);

        await analyzer.Subscribers.StopAgentAsync("host-0002");
        await analyzer.Subscribers.TellAsync(
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
    public async Task A_watch_reports_nothing_of_a_restart_however_short_its_settle()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(4));
        var clock = new FakeClock();
        await using var run = ToolRun.Watch(clock, analyzer, "--initial", "--settle", "0s", "-f", "csv", "--no-header");
        await run.OutputAsync("host-0003,10.1.0.4,8000,/usr/bin/server,server,host-0002");
        await analyzer.Subscribers.NextAsync();

        var hosts = analyzer.Subscribers.Restart();
        await ReconnectAsync(run, clock.PassAsync, analyzer);
        await run.ErrorAsync("4 hosts (host-0000, host-0001, host-0002, …) report no longer");
        foreach (var host in hosts)
        {
            await analyzer.Subscribers.StartAgentAsync([host]);
        }

        await analyzer.Subscribers.TellAsync(
            "NodeUpdated",
            WithClientOf("10.1.0.2", analyzer.Graph.Nodes[0], "marker")
        );
        await run.OutputAsync("marker");
        Assert.Equal(RowsOfEstate + 1, run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_watch_reports_the_rows_of_a_host_that_stays_away_after_the_grace_period()
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
        await run.ErrorAsync("host host-0001 reports no longer");
        await clock.PassAsync(7);

        await run.ErrorAsync("it is forgotten");
        await run.InterruptAsync();
        Assert.Equal(2, run.Output.Split('\n').Count(line => line.StartsWith('-')));
        Assert.Equal(2 + 2, run.Output.Split('\n').Count(line => line.StartsWith('+')));
    }

    /// <summary>Lets the wait before a reconnect pass.</summary>
    private static async Task ReconnectAsync(ToolRun run, Func<double, Task> passAsync, FakeAnalyzer analyzer)
    {
        await run.ErrorAsync("reconnecting in 0.5 s");
        await passAsync(0.5);
        await analyzer.Subscribers.NextAsync();
    }

    /// <summary>What is recorded once something came that was sent after everything else.</summary>
    private static async Task<RecordedFile> AfterAllThatAsync(RecordRun run, FakeAnalyzer analyzer)
    {
        await analyzer.Subscribers.TellAsync(
            "NodeUpdated",
            WithClientOf("10.1.0.2", analyzer.Graph.Nodes[0], "marker")
        );
        return await run.ScanUntilAsync(day => day.Has("marker"));
    }

    /// <summary>The host with one more connection, which only it has seen yet.</summary>
    private static JsonObject WithClientOf(string server, JsonObject host, string name = "short")
    {
        var more = host.DeepClone().AsObject();
        var sockets = more["Metadata"]!["Sockets"]!.AsArray();
        var own = (string)sockets.First(socket => (string)socket!["State"]! == "ESTABLISHED")!["LocalAddress"]!;
        sockets.Add(FakeGraph.Socket(own, 59999, server, 8000, "ESTABLISHED", name));
        return more;
    }
}
