using System.Text.Json.Nodes;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Live;

/// <summary>Names and filters of a watch.</summary>
public sealed class WatchViewTests
{
    [Fact]
    public async Task Only_rows_that_pass_the_filters_are_reported_initially_and_later()
    {
        var graph = ClientsOfNginx.Graph();
        graph.Nodes[1] = ClientsOfNginx.Host(1, "wget", "curl");
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);
        await using var run = ToolRun.Watch(
            analyzer,
            "--settle",
            "0s",
            "-f",
            "csv",
            "--no-header",
            "--initial",
            "--not",
            "--from-process",
            "w*,x*"
        );
        var subscriber = await analyzer.Subscribers.NextAsync();
        await run.OutputAsync("curl");

        await subscriber.SendAsync("NodeUpdated", ClientsOfNginx.Host(2, "curl", "xterm"));
        await subscriber.SendAsync("NodeUpdated", ClientsOfNginx.Host(3, "wget", "nc"));
        await run.OutputAsync("/usr/bin/nc,nc\n");

        Assert.Equal(["+curl", "-curl", "+nc"], Events(run));
        Assert.Contains("--not --from-process w*,x*: 1 of 2 rows left", run.Error);
    }

    [Fact]
    public async Task A_filter_that_removes_all_rows_is_reported()
    {
        var graph = ClientsOfNginx.Graph();
        graph.Nodes[1] = ClientsOfNginx.Host(1, "curl");
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);
        await using var run = ToolRun.Start("watch", "-a", analyzer.Address.ToString(), "--host", "nobody");

        await run.ErrorAsync("no row is left: --host nobody removed the last 1 of 1");

        Assert.Equal(130, await run.InterruptAsync());
    }

    [Fact]
    public async Task Rows_with_the_same_alias_exist_as_long_as_one_of_them_does()
    {
        var graph = ClientsOfNginx.Graph();
        graph.Nodes[1] = Joined(1, "curl-1", "curl-2");
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);
        await using var run = ToolRun.Watch(
            analyzer,
            "--settle",
            "0s",
            "-f",
            "csv",
            "--no-header",
            "--initial",
            "--alias",
            @"curl-\d=curl"
        );
        var subscriber = await analyzer.Subscribers.NextAsync();

        await subscriber.SendAsync("NodeUpdated", Joined(2, "curl-2"));
        await subscriber.SendAsync("NodeUpdated", Joined(3, "curl-3"));
        await subscriber.SendAsync("NodeUpdated", ClientsOfNginx.Host(4));
        await run.OutputAsync("\n-");

        Assert.Equal(["+curl", "-curl"], Events(run));
        Assert.Equal(130, await run.InterruptAsync());
    }

    [Fact]
    public async Task The_settings_file_is_used_and_settings_that_do_not_apply_are_reported()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write(
            "flowmatrix.yaml",
            "from-process: curl\nname:\n  10.0.0.0/8: lan\ngroup-by: host\nexplain: true\n"
        );
        var graph = ClientsOfNginx.Graph();
        graph.Nodes[1] = ClientsOfNginx.Host(1, "wget", "curl");
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);
        await using var run = ToolRun.Watch(analyzer, "-f", "csv", "--no-header", "--initial", "--config", file);

        await run.OutputAsync("curl");

        Assert.Equal(["+curl"], Events(run));
        Assert.Contains("is read for settings; ignored here: group-by, explain", run.Error);
    }

    /// <summary>Processes of one program with several names, like workers.</summary>
    private static JsonObject Joined(int revision, params string[] names)
    {
        var client = ClientsOfNginx.Host(revision, names);
        foreach (var socket in client["Metadata"]!["Sockets"]!.AsArray())
        {
            socket!["Process"] = "/usr/bin/curl";
        }

        return client;
    }

    /// <summary>Event and client of each line.</summary>
    private static IEnumerable<string> Events(ToolRun run) =>
        run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"{line[0]}{line.Split(',')[^1]}");
}
