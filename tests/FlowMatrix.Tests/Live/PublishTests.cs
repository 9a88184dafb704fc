using System.Globalization;
using System.Text.Json.Nodes;
using FlowMatrix.Core;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Sources;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Sources.Skydive.Publishing;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Live;

public sealed class PublishTests
{
    private const string Mark = "PublishedBy";

    [Fact]
    public async Task A_role_without_the_right_to_publish_is_an_error_that_names_it()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new() { Forbidden = ["/ws/publisher"] }
        );

        var run = await Run.OnSampleAsync("-f", "skydive", "--publish-to", analyzer.Address.ToString());

        run.Failed(3, "forbids /ws/publisher (403): the user's role needs the right to publish");
    }

    [Fact]
    public async Task Processes_are_published_below_the_agents_hosts_and_connected_by_edges()
    {
        var graph = FakeGraph.Recorded();
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);

        var (exit, output, error) = await PublishAsync(analyzer);

        Assert.Equal((0, ""), (exit, output));
        Assert.Contains("published as \"flowmatrix\"", error);
        Assert.Empty(analyzer.Publishers.Log);
        var nodes = Marked(graph.Nodes);
        Assert.All(nodes, node => Assert.Equal("flowmatrix.flowmatrix", (string?)node["Origin"]));
        var mysql = Assert.Single(nodes, node => Text(node, "Name") == "mariadbd");
        Assert.Equal(
            ("process", "server", "/usr/sbin/mariadbd"),
            (Text(mysql, "Type"), Text(mysql, "ServiceType"), Text(mysql, "Process"))
        );
        Assert.Equal("[3306]", mysql["Metadata"]!["Ports"]!.ToJsonString());
        var owner = Assert.Single(graph.Edges, edge => Text(edge, "RelationType") == "ownership" && IsTo(edge, mysql));
        Assert.Equal("vm-1", Text(graph.Nodes.Single(node => (string)node["ID"]! == (string)owner["Parent"]!), "Name"));
        var client = Assert.Single(nodes, node => Text(node, "Name") == "cinder-volume");
        var connection = Assert.Single(
            graph.Edges,
            edge => IsTo(edge, mysql) && (string)edge["Parent"]! == (string)client["ID"]!
        );
        Assert.Equal(
            ("connection", "TCP", 3306),
            (Text(connection, "RelationType"), Text(connection, "Protocol"), (int)connection["Metadata"]!["Port"]!)
        );
        Assert.True((int)connection["Metadata"]!["Connections"]! >= 1);
    }

    [Fact]
    public async Task Publishing_again_keeps_the_same_elements_and_removes_old_ones()
    {
        var graph = FakeGraph.Recorded();
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);
        await PublishAsync(analyzer);
        var first = Ids(graph);

        await PublishAsync(analyzer);

        Assert.Equal(first, Ids(graph));
        graph.Nodes.RemoveAll(node => Text(node, "Name") == "vm-2" && Text(node, "Type") == "host");
        await PublishAsync(analyzer);
        Assert.NotEmpty(Ids(graph));
        Assert.NotEqual(first, Ids(graph));
    }

    [Fact]
    public async Task Remove_removes_only_what_was_published_under_the_name()
    {
        var graph = FakeGraph.Recorded();
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);
        var before = graph.Nodes.Count;
        await PublishAsync(analyzer, "--publish-as", "one");
        await PublishAsync(analyzer, "--publish-as", "two");

        var (exit, _, error) = await PublishAsync(analyzer, "--publish-as", "one", "--remove");

        Assert.Equal(0, exit);
        Assert.Contains("removed", error);
        Assert.All(Marked(graph.Nodes).Concat(graph.Edges), element => Assert.Equal("two", Text(element, Mark)));
        await PublishAsync(analyzer, "--publish-as", "two", "--remove");
        Assert.Equal((before, 0), (graph.Nodes.Count, graph.Edges.Count));
    }

    [Fact]
    public async Task Unknown_hosts_and_external_addresses_get_nodes()
    {
        var source = new FakeGraph().AddHost(
            "vm-9",
            [
                FakeGraph.Socket("10.0.0.9", 443, "0.0.0.0", 0, "LISTEN", "nginx"),
                FakeGraph.Socket("10.0.0.9", 443, "192.0.2.7", 51000, "ESTABLISHED", "nginx"),
            ]
        );
        var target = new FakeGraph();
        await using var asked = await FakeAnalyzer.StartAsync(source);
        await using var analyzer = await FakeAnalyzer.StartAsync(target);

        var (exit, _, _) = await PublishAsync(asked, "--publish-to", analyzer.Address.ToString());

        Assert.Equal(0, exit);
        Assert.Single(source.Nodes);
        Assert.Equal(
            ["external 192.0.2.7", "host vm-9", "process nginx"],
            target.Nodes.Select(node => $"{Text(node, "Type")} {Text(node, "Name")}").Order(StringComparer.Ordinal)
        );
        var peer = target.Nodes.Single(node => Text(node, "Type") == "external");
        Assert.DoesNotContain(target.Edges, edge => IsTo(edge, peer));
        Assert.Equal(2, target.Edges.Count);

        // When it is published again, published hosts are not mistaken for those of agents.
        Assert.Equal(0, (await PublishAsync(asked, "--publish-to", analyzer.Address.ToString())).Exit);
        Assert.Equal((3, 2), (target.Nodes.Count, target.Edges.Count));
    }

    [Fact]
    public async Task For_a_host_with_a_quote_in_its_name_the_agents_node_is_used()
    {
        var graph = new FakeGraph().AddHost(
            "o'host",
            [
                FakeGraph.Socket("10.0.0.9", 443, "0.0.0.0", 0, "LISTEN", "nginx"),
                FakeGraph.Socket("10.0.0.9", 443, "192.0.2.7", 51000, "ESTABLISHED", "nginx"),
            ]
        );
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);

        Assert.Equal(0, (await PublishAsync(analyzer)).Exit);

        var host = Assert.Single(graph.Nodes, node => Text(node, "Type") == "host");
        Assert.Contains(graph.Edges, edge => (string)edge["Parent"]! == (string)host["ID"]!);
    }

    [Fact]
    public async Task An_element_that_the_analyzer_silently_refuses_is_an_error_with_both_counts()
    {
        var graph = FakeGraph.Recorded();
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);
        analyzer.Publishers.Refuses = element => Text(element, "Name") == "mariadbd";
        var clock = new FakeClock();
        using var client = new AnalyzerClient(analyzer.Options with { Time = clock }, new ReadProgress());
        using var publisher = new Publisher(client, "x", 50);
        var publishing = publisher.PublishAsync(Recorded.Match("hosts.json", "addresses.json"), default);
        foreach (var wait in (double[])[0.05, 0.1, 0.2, 0.4, 0.8, .. Enumerable.Repeat(1, 19)])
        {
            await clock.AdvanceAsync(wait);
        }

        var failure = await Assert.ThrowsAsync<Failure>(() => publishing.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(FailureKind.Analyzer, failure.Kind);
        var nodes = Marked(graph.Nodes).Count;
        Assert.Contains($"{nodes + 1} nodes and ", failure.Message);
        Assert.Contains($"the analyzer has {nodes} nodes and {graph.Edges.Count} edges", failure.Message);
    }

    [Fact]
    public async Task Transient_elements_are_removed_when_the_command_is_interrupted()
    {
        var graph = FakeGraph.Recorded();
        await using var analyzer = await FakeAnalyzer.StartAsync(
            graph,
            new() { PingInterval = TimeSpan.FromMilliseconds(50) }
        );
        using var relay = new TcpRelay(analyzer.Address);
        await using var run = ToolRun.Start("-a", relay.Address.ToString(), "-f", "skydive", "--transient");
        await run.ErrorAsync("until this command ends");
        Assert.NotEmpty(Marked(graph.Nodes));

        // From now on only pongs are sent. Without them an analyzer would drop the connection.
        await relay.WaitForClientDataAsync();
        await relay.WaitForClientDataAsync();
        Assert.NotEmpty(Marked(graph.Nodes));
        Assert.Equal(130, await run.InterruptAsync());

        Assert.Equal("flowmatrix", await analyzer.Publishers.WaitForDisconnectAsync());
        Assert.Empty(Marked(graph.Nodes));
        Assert.Empty(graph.Edges);
    }

    [Fact]
    public async Task A_transient_connection_that_breaks_is_an_error()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        await using var run = ToolRun.Start("-a", analyzer.Address.ToString(), "-f", "skydive", "--transient");
        await run.ErrorAsync("until this command ends");

        analyzer.Publishers.Drop();

        Assert.Equal(3, await run.ExitAsync());
        Assert.Contains("what was published there was removed", run.Error);
    }

    [Fact]
    public async Task A_name_that_is_already_connected_is_an_error_that_suggests_another()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        await using var run = ToolRun.Start("-a", analyzer.Address.ToString(), "-f", "skydive", "--transient");
        await run.ErrorAsync("until this command ends");

        var (exit, _, error) = await PublishAsync(analyzer);

        Assert.Equal(3, exit);
        Assert.Contains("another client is connected there as \"flowmatrix\"", error);
        Assert.Contains("--publish-as", error);
    }

    [Fact]
    public async Task Publishing_logs_in_like_a_query_and_over_tls()
    {
        using var certificates = new TestCertificates();
        var graph = FakeGraph.Recorded();
        await using var analyzer = await FakeAnalyzer.StartAsync(
            graph,
            new()
            {
                Certificate = certificates.Issue(),
                Username = "admin",
                Password = "secret",
            }
        );

        var (exit, _, error) = await PublishAsync(
            analyzer,
            "--insecure",
            "--username",
            "admin",
            "--password",
            "secret"
        );
        Assert.Equal((0, ""), (exit, exit == 0 ? "" : error));
        Assert.NotEmpty(Marked(graph.Nodes));

        (exit, _, error) = await PublishAsync(
            analyzer,
            "--insecure",
            "--username",
            "admin",
            "--password",
            "wrong",
            "--remove"
        );
        Assert.Equal(3, exit);
        Assert.Contains("refuses these credentials", error);
    }

    [Fact]
    public async Task Five_thousand_nodes_and_twenty_thousand_edges_arrive()
    {
        var graph = new FakeGraph();
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);
        using var client = new AnalyzerClient(analyzer.Options, new ReadProgress());
        using var publisher = new Publisher(client, "large", 50);

        var size = await publisher.PublishAsync(Large(hosts: 50, processes: 99, edges: 15_050), default);

        Assert.Equal(new GraphSize(5_000, 20_000), size);
        Assert.Equal((5_000, 20_000), (graph.Nodes.Count, graph.Edges.Count));
        Assert.Empty(analyzer.Publishers.Log);
    }

    [Theory]
    [InlineData("--publish-as x", "needs --format skydive")]
    [InlineData("-f csv --remove", "needs --format skydive")]
    [InlineData("-f skydive -o file", "remove --output")]
    [InlineData("-f skydive --remove --transient", "use one or the other")]
    [InlineData("-f skydive -i file", "--format skydive with --input needs --publish-to")]
    [InlineData("-f skydive -i file --remove --publish-to x", "--remove and --input: use one or the other")]
    [InlineData("-f skydive --publish-as a,b", "letters, digits")]
    [InlineData("-f skydive --publish-to x:y", "needs a port")]
    public async Task Invalid_options_for_publishing_are_reported_before_any_query(string arguments, string problem)
    {
        var (exit, _, error) = await ToolRun.ToEndAsync(arguments.Split(' '));

        Assert.Equal(2, exit);
        Assert.Contains(problem, error);
    }

    [Fact]
    public async Task Help_lists_the_format_and_its_options()
    {
        var (_, output, _) = await ToolRun.ToEndAsync("--help");

        Assert.Contains("skydive", output);
        Assert.Contains("--publish-to", output);
        Assert.Contains("--transient", output);
    }

    private static Task<(int Exit, string Output, string Error)> PublishAsync(
        FakeAnalyzer analyzer,
        params string[] more
    ) => ToolRun.ToEndAsync(["-a", analyzer.Address.ToString(), "-f", "skydive", .. more]);

    /// <summary>A matrix in which each process is in at least one edge.</summary>
    private static Matrix Large(int hosts, int processes, int edges)
    {
        var ids = new IdTables();
        var builder = new MatrixBuilder(ids);
        var address = ids.Addresses.Add("10.0.0.1"u8);
        var all = new List<(int Host, int Process)>();
        for (var host = 0; host < hosts; host++)
        {
            for (var process = 0; process < processes; process++)
            {
                var number = process.ToString(CultureInfo.InvariantCulture);
                all.Add((ids.Hosts.Add($"host-{host}"), ids.Processes.Add($"/bin/p{number}", $"p{number}")));
            }
        }

        for (var i = 0; i < edges; i++)
        {
            var (client, server) = (all[i % all.Count], all[(i + 1 + (i / all.Count)) % all.Count]);
            builder.Add(
                new Row(
                    new RowKey
                    {
                        ServiceHost = server.Host,
                        ServiceProcess = server.Process,
                        ServiceAddress = address,
                        ServicePort = 80,
                        ClientHost = client.Host,
                        ClientProcess = client.Process,
                        ClientAddress = address,
                    },
                    new RowStats(1, Match.Mirror, Direction.Listener)
                )
            );
        }

        return builder.Build(new ScanCounts { Connections = edges, Paired = edges }, []);
    }

    private static List<JsonObject> Marked(IEnumerable<JsonObject> elements) =>
        [.. elements.Where(element => element["Metadata"]!.AsObject().ContainsKey(Mark))];

    private static List<string> Ids(FakeGraph graph) =>
        [
            .. Marked(graph.Nodes)
                .Concat(graph.Edges)
                .Select(element => (string)element["ID"]!)
                .Order(StringComparer.Ordinal),
        ];

    private static string? Text(JsonObject element, string key) => (string?)element["Metadata"]![key];

    private static bool IsTo(JsonObject edge, JsonObject node) => (string)edge["Child"]! == (string)node["ID"]!;
}
