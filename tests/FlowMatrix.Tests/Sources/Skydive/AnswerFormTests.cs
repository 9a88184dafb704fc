using System.Globalization;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources;
using FlowMatrix.Sources.Skydive;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Sources.Skydive;

/// <summary>
/// A response with status 200 and an invalid body is an error for every query, never an empty answer.
/// </summary>
public sealed class AnswerFormTests
{
    public static TheoryData<string, string> Wrong
    {
        get
        {
            var data = new TheoryData<string, string>();
            string[] bodies =
            [
                "",
                "null",
                "{}",
                "{\"error\":\"busy\"}",
                "[{\"error\":\"busy\"}]",
                "\"busy\"",
                "busy",
                "0",
                "true",
                "[null]",
                "[0]",
                "[\"busy\"]",
                "[[]]",
                "[] []",
                "[]0",
                "[]{}",
                "[",
            ];
            foreach (var query in (string[])["Values", "Within", "IPV4", "IPV6", "Flows"])
            {
                foreach (var body in bodies.Where(body => query != "Values" || body is not ("null" or "[\"busy\"]")))
                {
                    data.Add(query, body);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task An_invalid_body_is_an_error_for_every_query(string query, string body)
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new()
            {
                Intercept = async asked =>
                    asked.Gremlin.Contains(query, StringComparison.Ordinal)
                    && await asked.AnswerAsync(200, body + " ", "application/json"),
            }
        );

        var failure = await AnalyzerErrorTests.FailAsync(analyzer.Options, new() { UseFlows = true });

        Assert.StartsWith($"http://127.0.0.1:{analyzer.Address.Port}: ", failure.Message);
    }

    [Fact]
    public async Task A_null_list_of_hosts_means_that_no_host_reports_sockets()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(new FakeGraph());

        var run = await Run.WithAsync("-a", analyzer.Address.Authority);

        run.Failed(4, "no host reports sockets", "socketinfo");
        Assert.Single(analyzer.Queries);
    }

    [Fact]
    public async Task Hosts_that_are_missing_in_an_answer_are_queried_once_more()
    {
        var lost = false;
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Generated(5),
            new()
            {
                Intercept = async query =>
                    query.Gremlin.Contains("Within", StringComparison.Ordinal)
                    && !lost
                    && (lost = true)
                    && await query.AnswerAsync(200, "[]", "application/json"),
            }
        );

        var table = await ReadAsync(analyzer);

        Assert.Equal(5, table.Ranges.Count);
        Assert.Equal(2, analyzer.Queries.Count(query => query.Contains("Within", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Listed_hosts_that_stay_missing_are_an_error_that_names_one()
    {
        var (graph, half) = (FakeGraph.Generated(5), FakeGraph.Generated(3));
        await using var analyzer = await FakeAnalyzer.StartAsync(
            graph,
            new()
            {
                Intercept = async query =>
                    query.Gremlin.Contains("Within", StringComparison.Ordinal)
                    && await query.AnswerAsync(
                        200,
                        FakeGremlin.Evaluate(half, query.Gremlin)!.ToJsonString(),
                        "application/json"
                    ),
            }
        );

        var failure = await AnalyzerErrorTests.FailAsync(analyzer.Options);

        Assert.Contains(
            "its answer lacks 2 of 5 requested hosts, such as \"host-0003\", although it lists them",
            failure.Message
        );
    }

    [Fact]
    public async Task Hosts_that_disappeared_meanwhile_are_a_warning()
    {
        var graph = FakeGraph.Generated(5);
        await using var analyzer = await FakeAnalyzer.StartAsync(
            graph,
            new()
            {
                Intercept = query =>
                {
                    lock (graph.Lock)
                    {
                        graph.Nodes.RemoveAll(node => query.Number > 1 && (string)node["Host"]! == "host-0003");
                    }

                    return Task.FromResult(false);
                },
            }
        );
        var warned = new List<string>();

        var table = await new AnalyzerSource(analyzer.Options, new()).ReadAsync(
            new ReadProgress { Warn = warned.Add },
            default
        );

        Assert.Equal(4, table.Ranges.Count);
        Assert.Contains("1 of 5 hosts disappeared before they were queried", Assert.Single(warned));
    }

    [Fact]
    public async Task A_host_name_that_cannot_be_quoted_is_queried_by_a_pattern()
    {
        string[] names = ["it's", "it\"s", "its", "x')).V().Has('Type','host", "a.b", "a'b", "nul\0'", "\uFFFD?"];
        var graph = new FakeGraph();
        foreach (var name in names)
        {
            graph.AddHost(name, [FakeGraph.Socket("10.0.0.1", 80, "0.0.0.0", 0, "LISTEN", "nginx")]);
        }

        await using var analyzer = await FakeAnalyzer.StartAsync(graph);

        var table = await ReadAsync(analyzer);

        Assert.Equal(
            names.Order(StringComparer.Ordinal),
            table.Ranges.Select(range => table.IdTables.Hosts[range.Host]).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Verbose_lists_each_request_with_its_size_and_duration()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());

        var run = await Run.WithAsync("-a", analyzer.Address.Authority, "-v");

        Assert.Equal(0, run.ExitCode);
        var listed = run
            .Error.Split('\n')
            .Where(line => line.Contains(" bytes in ", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(analyzer.Queries.Count, listed.Count);
        Assert.All(
            listed,
            line =>
                Assert.Matches(
                    @"^flowmatrix: http://127\.0\.0\.1:\d+: ""G\.V\(\).*"": [\d,]+ bytes in [\d,]+ ms$",
                    line
                )
        );
        Assert.Contains(
            string.Create(
                CultureInfo.InvariantCulture,
                $"HasKey('Sockets').Values('Name')\": {"[\"vm-1\",\"vm-2\"]\n".Length} bytes"
            ),
            run.Error
        );
    }

    private static Task<SocketTable> ReadAsync(FakeAnalyzer analyzer) =>
        new AnalyzerSource(analyzer.Options, new()).ReadAsync(new ReadProgress(), default);
}
