using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources;
using FlowMatrix.Sources.Skydive;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;
using static FlowMatrix.Tests.Sources.Skydive.AnalyzerErrorTests;

namespace FlowMatrix.Tests.Sources.Skydive;

public sealed class AnalyzerRetryTests
{
    private static readonly List<string> Expected = MatrixLines.From(Recorded.Read("hosts.json", "addresses.json"));

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_transient_error_is_retried_until_it_succeeds(int status)
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new() { Intercept = async query => query.Number is 1 or 2 or 4 && await query.AnswerAsync(status, "busy") }
        );

        Assert.Equal(Expected, MatrixLines.From(await ReadAsync(analyzer.Options)));
        Assert.Equal(4 + 3, analyzer.Queries.Count);
    }

    [Fact]
    public async Task After_the_last_retry_the_message_has_the_number_of_attempts()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new() { Intercept = query => query.AnswerAsync(503, "starting") }
        );

        var failure = await FailAsync(analyzer.Options with { Retries = 2 });

        Assert.EndsWith("not ready to answer (503 Service Unavailable): \"starting\" (tried 3 times)", failure.Message);
        Assert.Equal(3, analyzer.Queries.Count);
    }

    [Fact]
    public async Task With_zero_retries_there_is_one_attempt()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new() { Intercept = query => query.AnswerAsync(503) }
        );

        var failure = await FailAsync(analyzer.Options with { Retries = 0 });

        Assert.EndsWith("not ready to answer (503 Service Unavailable)", failure.Message);
        Assert.Single(analyzer.Queries);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("Fri, 31 Jan 2025 09:15:29 GMT", 9)]
    [InlineData("3600", 30)]
    public async Task A_retry_waits_for_Retry_After_up_to_a_limit(string retryAfter, int seconds)
    {
        var clock = new FakeClock();
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new()
            {
                Intercept = async query =>
                {
                    query.Http.Response.Headers.RetryAfter = retryAfter;
                    return query.Number == 1 && await query.AnswerAsync(429);
                },
            }
        );

        var reading = ReadAsync(
            analyzer.Options with
            {
                RetryDelay = TimeSpan.FromHours(1),
                Timeout = TimeSpan.FromHours(1),
                Time = clock,
            }
        );

        await clock.AdvanceAsync(seconds);
        await reading.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_dropped_within_a_body_is_retried_without_duplicate_sockets(bool tls)
    {
        using var certificates = new TestCertificates();
        var whole = await File.ReadAllTextAsync(Recorded.PathOf("hosts.json"));
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new()
            {
                Certificate = tls ? certificates.Issue() : null,
                Intercept = async query => query.Number is 2 or 5 && await query.AbortAsync(whole[..^100]),
            }
        );

        var table = await ReadAsync(analyzer.Options with { Tls = new() { Insecure = tls } });

        Assert.Equal(Recorded.Read("hosts.json").Sockets.Count, table.Sockets.Count);
        Assert.Equal(Expected, MatrixLines.From(table));
        Assert.Equal(4 + 2, analyzer.Queries.Count);
    }

    [Fact]
    public async Task A_body_that_is_always_truncated_is_an_error_after_the_retries()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new() { Intercept = query => query.AbortAsync("[\"vm-1\"") }
        );

        var failure = await FailAsync(analyzer.Options);

        // A reset may overtake earlier data: the client has received the beginning of the answer or not.
        Assert.Contains(": the connection was closed ", failure.Message);
        Assert.EndsWith(" (tried 4 times)", failure.Message);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("")]
    public async Task A_stalled_answer_ends_at_the_timeout(string beginning)
    {
        var (clock, stalled) = (new FakeClock(), new TaskCompletionSource());
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new() { Intercept = async query => query.Number > 1 && await query.StallAsync(beginning, stalled) }
        );
        var failing = FailAsync(
            analyzer.Options with
            {
                Timeout = TimeSpan.FromSeconds(7),
                Retries = 1,
                RetryDelay = TimeSpan.Zero,
                Time = clock,
            }
        );
        await stalled.Task;

        await clock.AdvanceAsync(7);
        await clock.AdvanceAsync(7);

        var failure = await failing.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.EndsWith("no complete answer within 7 s (--timeout) (tried 2 times)", failure.Message);
    }

    [Fact]
    public async Task An_endless_answer_ends_at_the_timeout()
    {
        var (clock, comes) = (new FakeClock(), new TaskCompletionSource());
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new()
            {
                Intercept = async query =>
                {
                    if (query.Number == 1)
                    {
                        return false;
                    }

                    var chunk = new byte[64 * 1024];
                    Array.Fill(chunk, (byte)' ');
                    while (!query.Http.RequestAborted.IsCancellationRequested)
                    {
                        await query.Http.Response.Body.WriteAsync(chunk);
                        comes.TrySetResult();
                    }

                    return true;
                },
            }
        );

        var failing = FailAsync(analyzer.Options with { Timeout = TimeSpan.FromSeconds(7), Retries = 0, Time = clock });
        await comes.Task;

        await clock.AdvanceAsync(7);

        var failure = await failing.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.EndsWith("no complete answer within 7 s (--timeout)", failure.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_slow_answer_can_be_cancelled(int stalls)
    {
        // The clock stands still, so neither the timeout nor the wait before a retry ends it.
        var (clock, stalled) = (new FakeClock(), new TaskCompletionSource());
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new() { Intercept = async query => query.Number >= stalls && await query.StallAsync("[", stalled) }
        );
        using var cancel = new CancellationTokenSource();
        var options = analyzer.Options with { Time = clock };
        var reading = new AnalyzerSource(options, new()).ReadAsync(new ReadProgress(), cancel.Token);
        await stalled.Task;

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task The_wait_before_a_retry_can_be_cancelled()
    {
        var waiting = new TaskCompletionSource();
        var options = new AnalyzerOptions(new Uri($"http://127.0.0.1:{ClosedPort()}/"), TimeProvider.System)
        {
            RetryDelay = TimeSpan.FromHours(1),
        };
        using var cancel = new CancellationTokenSource();
        var progress = new ReadProgress { Detail = _ => waiting.SetResult() };
        var reading = new AnalyzerSource(options, new()).ReadAsync(progress, cancel.Token);
        await waiting.Task;

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task A_failed_request_cancels_the_others()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Generated(8),
            new()
            {
                Intercept = async query =>
                    query.Number switch
                    {
                        1 => false,
                        2 => await query.StallAsync("["),
                        _ => await query.AnswerAsync(500, "boom"),
                    },
            }
        );

        var failure = await FailAsync(analyzer.Options, new() { HostsPerRequest = 1 });

        Assert.EndsWith("\"boom\"", failure.Message);
    }

    [Fact]
    public async Task A_request_accepts_only_gzip_and_JSON()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());

        await ReadAsync(analyzer.Options);

        Assert.All(analyzer.Requests, request => Assert.Equal("gzip", request.Headers["Accept-Encoding"]));
        Assert.All(analyzer.Requests, request => Assert.Equal("application/json", request.Headers["Accept"]));
        Assert.All(analyzer.Requests, request => Assert.Equal("application/json", request.Headers["Content-Type"]));
    }

    private static Task<SocketTable> ReadAsync(AnalyzerOptions options) =>
        new AnalyzerSource(options, new()).ReadAsync(new ReadProgress(), default);
}
