using System.Net;
using System.Net.Sockets;
using FlowMatrix.Core;
using FlowMatrix.Sources;
using FlowMatrix.Sources.Skydive;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Sources.Skydive;

/// <summary>Each way in which an analyzer can fail is reported in one line.</summary>
public sealed class AnalyzerErrorTests
{
    [Theory]
    [InlineData(400, "Expected right parenthesis", "refuses the query: \"Expected right parenthesis\"")]
    [InlineData(
        400,
        "Backend does not support history",
        "keeps no history: --at and --duration need an analyzer with a backend such as Elasticsearch, not memory"
    )]
    [InlineData(
        401,
        "Wrong credentials",
        "requires credentials: give --username and --password-file: \"Wrong credentials\""
    )]
    [InlineData(
        405,
        "",
        "forbids the query (405 Method Not Allowed): the user's role needs the right \"topology read\""
    )]
    [InlineData(
        404,
        "404 page not found",
        "not a Skydive analyzer, it has no /api/topology (404): check host and port (an analyzer's is 8082): "
            + "\"404 page not found\""
    )]
    [InlineData(204, "", "returned no content (204): is this a Skydive analyzer?")]
    [InlineData(500, "boom", "returned 500 Internal Server Error instead of the topology: \"boom\"")]
    public async Task A_status_is_reported_in_one_line_and_not_retried(int status, string text, string message)
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new() { Intercept = query => query.AnswerAsync(status, text) }
        );

        var failure = await FailAsync(analyzer.Options);

        Assert.Equal($"http://127.0.0.1:{analyzer.Address.Port}: {message}", failure.Message);
        Assert.Single(analyzer.Queries);
    }

    [Fact]
    public async Task A_memory_backend_without_history_is_an_error()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());

        var failure = await FailAsync(analyzer.Options, new() { At = new PointInTime("-10m") });

        Assert.Contains("keeps no history: --at and --duration need", failure.Message);
    }

    [Fact]
    public async Task Another_HTTP_server_is_reported_as_not_an_analyzer()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());

        var failure = await FailAsync(analyzer.Options with { Address = new Uri(analyzer.Address, "elsewhere/") });

        Assert.StartsWith($"{analyzer.Address}elsewhere: not a Skydive analyzer", failure.Message);
    }

    [Fact]
    public async Task The_text_of_the_analyzer_is_escaped_and_cut()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new()
            {
                Intercept = query => query.AnswerAsync(400, "\u001b[31mred\r\nline\u202e" + new string('x', 100_000)),
            }
        );

        var failure = await FailAsync(analyzer.Options);

        Assert.Contains("""refuses the query: "\u001b[31mred\u000d\u000aline\u202exxx""", failure.Message);
        Assert.DoesNotContain(failure.Message, char.IsControl);
        Assert.InRange(failure.Message.Length, 200, 300);
    }

    [Fact]
    public async Task A_web_page_is_not_an_answer()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new() { Intercept = query => query.AnswerAsync(200, "<html>sign in</html>", "text/html; charset=utf-8") }
        );

        Assert.Contains("returned a web page", (await FailAsync(analyzer.Options)).Message);
    }

    [Fact]
    public async Task Sockets_that_are_not_JSON_are_an_error_and_not_retried()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new()
            {
                Intercept = async query => query.Number > 1 && await query.AnswerAsync(200, "[{]", "application/json"),
            }
        );

        var failure = await FailAsync(analyzer.Options);

        Assert.Equal(FailureKind.Analyzer, failure.Kind);
        Assert.Contains("not a response of a Skydive analyzer", failure.Message);
        Assert.Equal(analyzer.Queries.Count, analyzer.Queries.Distinct().Count());
    }

    [Fact]
    public async Task A_truncated_body_in_a_complete_response_is_an_error()
    {
        var whole = await File.ReadAllTextAsync(Recorded.PathOf("hosts.json"));
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new()
            {
                Intercept = async query =>
                    query.Number == 2 && await query.AnswerAsync(200, whole[..(whole.Length / 2)], "application/json"),
            }
        );

        Assert.Contains("ends in the middle of the answer", (await FailAsync(analyzer.Options)).Message);
    }

    [Fact]
    public async Task A_redirect_is_reported_and_not_followed()
    {
        await using var elsewhere = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new()
            {
                Intercept = query =>
                {
                    query.Http.Response.Headers.Location =
                        $"http://user:pass@127.0.0.1:{elsewhere.Address.Port}/there?token=1";
                    return query.AnswerAsync(307);
                },
            }
        );

        var failure = await FailAsync(analyzer.Options);

        Assert.EndsWith(
            $"redirects to \"http://127.0.0.1:{elsewhere.Address.Port}/there\" (307): "
                + "if that is the analyzer, use that address with --analyzer",
            failure.Message
        );
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task A_host_name_that_cannot_be_resolved_is_not_retried()
    {
        BrokenProxy.Install();

        var failure = await FailAsync(
            new AnalyzerOptions(new Uri("http://no-such-host.invalid:8082/"), TimeProvider.System)
        );

        Assert.Equal(
            "http://no-such-host.invalid:8082: cannot resolve the host name no-such-host.invalid: check --analyzer",
            failure.Message
        );
    }

    [Fact]
    public async Task A_refused_connection_is_retried_and_the_message_has_the_number_of_attempts()
    {
        var details = new List<string>();
        var options = new AnalyzerOptions(new Uri($"http://127.0.0.1:{ClosedPort()}/"), TimeProvider.System)
        {
            Retries = 2,
            RetryDelay = TimeSpan.FromMilliseconds(1),
        };

        var failure = await Assert.ThrowsAsync<Failure>(() =>
            new AnalyzerSource(options, new()).ReadAsync(new ReadProgress { Detail = details.Add }, default)
        );

        Assert.EndsWith(
            "connection refused: is the analyzer running, and is the port right? (tried 3 times)",
            failure.Message
        );
        Assert.Equal(2, details.Count);
        Assert.Contains("try 3 of 3 in ", details[1]);
    }

    [Fact]
    public async Task A_server_of_another_protocol_is_reported()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var greeting = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync("SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray());
            await client.GetStream().ReadExactlyAsync(new byte[1]);
        });

        var failure = await FailAsync(
            new AnalyzerOptions(new Uri($"http://{listener.LocalEndpoint}/"), TimeProvider.System)
        );
        await greeting;

        Assert.Contains("does not speak HTTP", failure.Message);
        Assert.Contains("--ssl", failure.Message);
    }

    internal static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    internal static async Task<Failure> FailAsync(AnalyzerOptions options, AnalyzerQuery? query = null)
    {
        var failure = await Assert.ThrowsAsync<Failure>(() =>
            new AnalyzerSource(options, query ?? new()).ReadAsync(new ReadProgress(), default)
        );
        Assert.Equal(FailureKind.Analyzer, failure.Kind);
        Assert.DoesNotContain('\n', failure.Message);
        return failure;
    }
}
