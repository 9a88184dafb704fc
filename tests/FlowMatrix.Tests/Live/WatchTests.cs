using System.Text.Json.Nodes;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Live;

public sealed class WatchTests
{
    [Fact]
    public async Task A_connection_is_reported_once_when_it_appears_and_once_when_it_ends()
    {
        var graph = ClientsOfNginx.Graph();
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);
        await using var run = ToolRun.Watch(analyzer, "--settle", "0s", "-f", "csv");
        var subscriber = await analyzer.Subscribers.NextAsync();

        await subscriber.SendAsync("NodeUpdated", ClientsOfNginx.Host(2, "curl"));
        await run.OutputAsync("curl");
        await subscriber.SendAsync("NodeUpdated", ClientsOfNginx.Host(3));
        await run.OutputAsync("\n-,");

        var lines = run.Output.Split('\n');
        Assert.StartsWith("event,time,protocol,service_host", lines[0]);
        Assert.Equal(4, lines.Length);
        Assert.Matches(
            @"^\+,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ,TCP,vm-1,10.0.0.1,80,/usr/bin/nginx,nginx,vm-2,10.0.0.2,"
                + @"/usr/bin/curl,curl$",
            lines[1]
        );
        Assert.Equal(lines[1][23..], lines[2][23..]);
        Assert.Equal("G.V().Has('Type','host').SubGraph()", analyzer.Subscribers.Filters.Single());
        Assert.Equal(130, await run.InterruptAsync());
    }

    [Fact]
    public async Task Ndjson_has_the_event_the_time_and_the_fields_of_the_row()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph());
        await using var run = ToolRun.Watch(analyzer, "--settle", "0s", "--grace", "0s", "-f", "ndjson");
        var subscriber = await analyzer.Subscribers.NextAsync();

        await subscriber.SendAsync("NodeUpdated", ClientsOfNginx.Host(2, "curl"));
        await run.OutputAsync("}\n");

        var row = JsonNode.Parse(run.Output)!;
        Assert.Equal(
            ("+", "nginx", "curl", 1),
            ((string?)row["event"], (string?)row["service_name"], (string?)row["client_name"], (int)row["connections"]!)
        );
        await subscriber.SendAsync("NodeDeleted", ClientsOfNginx.Host(4));
        await run.OutputAsync("\"-\"");
        Assert.Equal(1, (int)JsonNode.Parse(run.Output.Split('\n')[1])!["connections"]!);
    }

    [Fact]
    public async Task Initial_rows_are_reported_on_request_and_the_watch_ends_after_its_time()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        var clock = new FakeClock();
        await using var run = ToolRun.Watch(clock, analyzer, "--initial", "--for", "7s", "-f", "csv");
        await run.OutputAsync("\n+,");

        await clock.AdvanceAsync(7);

        Assert.Equal(0, await run.ExitAsync());
        Assert.Equal(1 + 29 + 1, run.Output.Split('\n').Length);
    }

    [Theory]
    [InlineData("--until-stable 7s", 7)]
    [InlineData("--until-stable", 60)]
    [InlineData("--until-stable --for 7s", 7)]
    public async Task A_watch_ends_when_the_estate_is_stable(string until, int seconds)
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        var clock = new FakeClock();
        await using var run = ToolRun.Watch(clock, analyzer, ["-f", "csv", .. until.Split(' ')]);
        await run.OutputAsync("event,");

        await clock.AdvanceAsync(seconds);

        Assert.Equal(0, await run.ExitAsync());
        Assert.Single(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task The_recorded_messages_give_the_matrix_of_the_last_nodes()
    {
        var messages = File.ReadAllLines(Recorded.PathOf("subscriber.jsonl"));
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        analyzer.Subscribers.Intercept = async (socket, _) =>
        {
            foreach (var message in messages)
            {
                await socket.SendRawAsync(message);
            }

            // Reported after all others.
            var sockets = new JsonArray(FakeGraph.Socket("192.0.2.1", 80, "192.0.2.2", 9999, "ESTABLISHED", "marker"));
            await socket.SendAsync("NodeAdded", FakeGraph.Host("marker", sockets));
            return true;
        };
        var clock = new FakeClock();
        string[] watch = ["watch", "-a", analyzer.Address.ToString(), "--initial", "--settle", "0s"];
        await using var run = ToolRun.Start(clock, [.. watch, "--until-stable", "7s", "-f", "csv", "--no-header"]);
        await run.OutputAsync(",marker,");
        await clock.AdvanceAsync(7);

        Assert.Equal((0, ""), (await run.ExitAsync(), run.Error));
        var rows = new HashSet<string>();
        foreach (var line in run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[..^1])
        {
            Assert.True(line[0] == '+' ? rows.Add(line[23..]) : rows.Remove(line[23..]), line);
        }

        var last = messages
            .Select(message => JsonNode.Parse(message)!)
            .SelectMany(message => message["Obj"]!["Nodes"]?.AsArray().ToArray() ?? [message["Obj"]])
            .GroupBy(node => (string)node!["Host"]!)
            .Select(nodes => nodes.Last()!.DeepClone());
        var graph = new JsonArray([
            .. last,
            .. JsonNode
                .Parse(File.ReadAllText(Recorded.PathOf("addresses.json")))!
                .AsArray()
                .Select(node => node!.DeepClone()),
        ]);
        Assert.Equal(Answers.Rows(graph.ToJsonString()).Count, rows.Count);
    }

    [Fact]
    public async Task After_a_reconnect_only_differences_are_reported()
    {
        var graph = ClientsOfNginx.Graph();
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);
        var clock = new FakeClock();
        await using var run = ToolRun.Watch(clock, analyzer, "--settle", "0s", "-f", "csv", "--no-header");
        var subscriber = await analyzer.Subscribers.NextAsync();
        await subscriber.SendAsync("NodeUpdated", ClientsOfNginx.Host(2, "curl"));
        await run.OutputAsync("curl");
        ClientsOfNginx.Set(graph, ClientsOfNginx.Host(3, "curl", "wget"));

        subscriber.Abort();
        await run.ErrorAsync("reconnecting in 0.5 s");
        await clock.AdvanceAsync(0.5);
        await run.OutputAsync("wget");

        await run.ErrorAsync("connected again");
        Assert.Equal(
            ["curl", "wget"],
            run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',')[^1])
        );
    }

    [Fact]
    public async Task An_expired_login_is_renewed_at_a_reconnect()
    {
        // One subscription and two queries for addresses.
        await using var analyzer = await FakeAnalyzer.StartAsync(
            ClientsOfNginx.Graph(),
            new()
            {
                Username = "admin",
                Password = "secret",
                TokenUses = 3,
            }
        );
        var clock = new FakeClock();
        string[] watch = ["--settle", "0s", "-f", "csv", "--username", "admin", "--password", "secret"];
        await using var run = ToolRun.Watch(clock, analyzer, watch);
        var subscriber = await analyzer.Subscribers.NextAsync();
        await subscriber.SendAsync("NodeUpdated", ClientsOfNginx.Host(2, "curl"));
        await run.OutputAsync("curl");

        subscriber.Abort();
        await run.ErrorAsync("reconnecting in 0.5 s");
        await clock.AdvanceAsync(0.5);
        await run.ErrorAsync("connected again");

        Assert.Equal(2, analyzer.Logins);
    }

    [Theory]
    [InlineData("cut in the middle of a message")]
    [InlineData("not JSON")]
    [InlineData("JSON that is not a message")]
    [InlineData("an invalid socket")]
    [InlineData("closed")]
    public async Task A_fault_is_reported_and_the_watch_reconnects(string fault)
    {
        var graph = ClientsOfNginx.Graph();
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);
        var clock = new FakeClock();
        await using var run = ToolRun.Watch(clock, analyzer, "--settle", "0s", "-f", "csv", "--no-header");
        var subscriber = await analyzer.Subscribers.NextAsync();
        await subscriber.SendAsync("NodeUpdated", ClientsOfNginx.Host(2, "curl"));
        await run.OutputAsync("curl");
        ClientsOfNginx.Set(graph, ClientsOfNginx.Host(3, "curl", "wget"));

        await analyzer.Subscribers.FailAsync(subscriber, fault);

        await run.ErrorAsync("reconnecting in 0.5 s");
        await clock.AdvanceAsync(0.5);
        await run.OutputAsync("wget");
        await run.ErrorAsync("connected again");
        Assert.Equal(2, analyzer.Subscribers.Connections);
        Assert.False(run.Exit.IsCompleted);
    }

    [Fact]
    public async Task Messages_before_the_reply_and_older_revisions_are_ignored()
    {
        var graph = ClientsOfNginx.Graph();
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);
        analyzer.Subscribers.Intercept = async (socket, _) =>
        {
            await socket.SendAsync("NodeUpdated", ClientsOfNginx.Host(1, "before"));
            return false;
        };
        ClientsOfNginx.Set(graph, ClientsOfNginx.Host(5));
        await using var run = ToolRun.Watch(analyzer, "--settle", "0s", "-f", "csv", "--no-header");
        var subscriber = await analyzer.Subscribers.NextAsync();

        await subscriber.SendAsync("NodeUpdated", ClientsOfNginx.Host(4, "older"));
        await subscriber.SendAsync(
            "EdgeAdded",
            new JsonObject
            {
                ["ID"] = "e",
                ["Parent"] = "a",
                ["Child"] = "b",
            }
        );
        await subscriber.SendAsync("NodeUpdated", ClientsOfNginx.Host(6, "newer"));
        await run.OutputAsync("newer");

        Assert.DoesNotContain("older", run.Output);
        Assert.DoesNotContain("before", run.Output);
    }

    [Fact]
    public async Task Lines_are_appended_to_a_file_and_flushed()
    {
        using var folder = new TemporaryFolder();
        var file = folder.PathOf("changes.csv");
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        for (var round = 1; round <= 2; round++)
        {
            var clock = new FakeClock();
            string[] watch = ["-f", "csv", "-o", file, "--until-stable", "7s", "--initial"];
            await using var run = ToolRun.Watch(clock, analyzer, watch);
            await clock.AdvanceAsync(7);
            Assert.Equal(0, await run.ExitAsync());
        }

        var lines = await File.ReadAllLinesAsync(file);
        Assert.Single(lines, line => line.StartsWith("event,", StringComparison.Ordinal));
        Assert.Equal(2, lines.Count(line => line.EndsWith(",curl", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_refused_login_or_a_refused_connection_is_an_error_at_the_start()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            ClientsOfNginx.Graph(),
            new() { Username = "admin", Password = "secret" }
        );

        var (exit, _, error) = await ToolRun.ToEndAsync(
            "watch",
            "-a",
            analyzer.Address.ToString(),
            "--username",
            "admin",
            "--password",
            "wrong"
        );
        Assert.Equal(3, exit);
        Assert.Contains("refuses these credentials", error);

        (exit, _, error) = await ToolRun.ToEndAsync("watch", "-a", "127.0.0.1:1", "--retries", "0");
        Assert.Equal(3, exit);
        Assert.Contains("connection refused", error);
    }

    [Fact]
    public async Task A_watch_that_never_connects_is_an_error()
    {
        var clock = new FakeClock();
        await using var run = ToolRun.Start(clock, "watch", "-a", "127.0.0.1:1", "--for", "7s");

        await clock.AdvanceAsync(7);

        Assert.Equal(3, await run.ExitAsync());
        Assert.Contains("http://127.0.0.1:1: no answer within 7s (--for)", run.Error);
    }

    [Fact]
    public async Task A_watch_without_hosts_is_a_warning()
    {
        var clock = new FakeClock();
        await using var empty = await FakeAnalyzer.StartAsync(new FakeGraph());
        await using var run = ToolRun.Watch(clock, empty, "--for", "7s");
        await run.ErrorAsync("no host reports sockets yet, waiting for one");

        await clock.AdvanceAsync(7);

        Assert.Equal(0, await run.ExitAsync());
        Assert.Contains("no host reported sockets: nothing was watched", run.Error);
    }

    [Fact]
    public async Task A_watch_that_is_disconnected_at_its_end_is_a_warning()
    {
        var clock = new FakeClock();
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph());
        await using var run = ToolRun.Watch(clock, analyzer, "--for", "7s", "-f", "csv");
        await run.OutputAsync("event,");
        var reconnected = new TaskCompletionSource();
        analyzer.Subscribers.Intercept = (_, _) =>
        {
            reconnected.TrySetResult();
            return Task.FromResult(true);
        };
        analyzer.Subscribers.Drop();
        await run.ErrorAsync("reconnecting in 0.5 s");
        await clock.AdvanceAsync(0.5);
        await reconnected.Task;

        await clock.AdvanceAsync(6.5);

        Assert.Equal(0, await run.ExitAsync());
        Assert.Contains("not connected at the end", run.Error);
    }

    [Theory]
    [InlineData("--timeout")]
    [InlineData("--settle")]
    [InlineData("--grace")]
    [InlineData("--until-stable")]
    public async Task Durations_may_be_of_any_length(string option)
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph());
        var clock = new FakeClock();
        string[] watch = ["watch", "-a", analyzer.Address.ToString(), "-f", "csv", "--for", "7s", option, "2000000h"];
        await using var run = ToolRun.Start(clock, watch);
        await run.OutputAsync("event,");

        await clock.AdvanceAsync(7);

        Assert.Equal((0, ""), (await run.ExitAsync(), run.Error));
    }

    [Theory]
    [InlineData(
        "--group-by host",
        "flowmatrix watch has no --group-by; it is an option of flowmatrix; see flowmatrix watch --help"
    )]
    [InlineData("--reaches db", "flowmatrix watch has no --reaches")]
    [InlineData("--not --initial", "--not is before")]
    [InlineData("--to-port 70000", "65535")]
    [InlineData("--until-stable soon", "--until-stable")]
    [InlineData("-f json", "table, csv, ndjson")]
    [InlineData("--settle x", "--settle")]
    [InlineData("--input x", "--input")]
    public async Task Invalid_options_of_a_watch_are_reported(string arguments, string problem)
    {
        var (exit, _, error) = await ToolRun.ToEndAsync(["watch", .. arguments.Split(' ')]);

        Assert.Equal(2, exit);
        Assert.Contains(problem, error);
    }
}
