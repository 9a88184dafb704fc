using System.Threading.Channels;
using FlowMatrix.Core.Recordings;
using FlowMatrix.Core.Views;
using FlowMatrix.Live;
using FlowMatrix.Sources;
using FlowMatrix.Sources.Skydive.Subscribing;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Live;

/// <summary>Which scans are taken, and what is in them.</summary>
public sealed class RecordTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Day => _folder.PathOf("day.ndjson.gz");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_file_has_every_row_that_existed_at_any_time_and_is_read_as_a_matrix()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        await using var run = new RecordRun(analyzer, Day);
        var subscriber = await analyzer.Subscribers.NextAsync();
        Assert.True((await run.BeginAsync()).Has("curl"));

        await subscriber.SendAsync("NodeUpdated", ClientsOfNginx.Host(2, "wget"));
        await subscriber.SendAsync("NodeUpdated", ClientsOfNginx.Host(3, "nc"));
        await run.ScanUntilAsync(day => day.Has("nc"));
        await run.ScanAsync();
        var day = await run.ScanAsync();

        Assert.True((int)day["curl"]["scans"]! < day.Scans);
        Assert.InRange((int)day["wget"]["scans"]!, 1, 2);
        Assert.InRange((int)day["nc"]["scans"]!, 3, day.Scans);
        Assert.Equal("100ms", (string)day.Head["every"]!);
        Assert.Equal(130, await run.Tool.InterruptAsync());
        Assert.Contains("recording 2 hosts, 1 row, every 100ms to ", run.Error);
        Assert.Contains($"wrote 3 rows of {day.Scans + 1} scans to {Day}\n", run.Error);
        Assert.Equal("", run.Tool.Output);
        var matrix = await Run.WithAsync("-i", Day, "--no-header", "--columns", "scans");
        Assert.Equal(["curl", "nc", "wget"], matrix.Succeeded().Lines.Select(line => line.Split(',')[^2]));
        Assert.Equal(["day.ndjson.gz"], _folder.Files);
    }

    [Theory]
    [InlineData("cut in the middle of a message")]
    [InlineData("not JSON")]
    [InlineData("JSON that is not a message")]
    [InlineData("closed")]
    public async Task A_recording_continues_after_a_fault(string fault)
    {
        var graph = ClientsOfNginx.Graph("curl");
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);
        await using var run = new RecordRun(analyzer, Day);
        var subscriber = await analyzer.Subscribers.NextAsync();
        await run.BeginAsync();
        ClientsOfNginx.Set(graph, ClientsOfNginx.Host(3, "wget"));

        await analyzer.Subscribers.FailAsync(subscriber, fault);
        await run.Tool.ErrorAsync("reconnecting in 0.5 s");
        await run.AdvanceAsync(0.5);
        await run.Tool.ErrorAsync("connected again");

        var day = await run.ScanUntilAsync(day => day.Has("wget"));
        Assert.True(day.Has("curl"));
        Assert.Equal(2, analyzer.Subscribers.Connections);
        Assert.Equal(130, await run.Tool.InterruptAsync());
    }

    [Fact]
    public async Task An_older_revision_of_a_node_is_ignored()
    {
        var graph = ClientsOfNginx.Graph();
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);
        analyzer.Subscribers.Intercept = async (socket, _) =>
        {
            await socket.SendAsync("NodeUpdated", ClientsOfNginx.Host(1, "before"));
            return false;
        };
        ClientsOfNginx.Set(graph, ClientsOfNginx.Host(5));
        await using var run = new RecordRun(analyzer, Day);
        var subscriber = await analyzer.Subscribers.NextAsync();
        await run.BeginAsync();

        await subscriber.SendAsync("NodeUpdated", ClientsOfNginx.Host(4, "older"));
        await subscriber.SendAsync("NodeUpdated", ClientsOfNginx.Host(6, "newer"));

        Assert.Single((await run.ScanUntilAsync(day => day.Has("newer"))).Rows);
    }

    [Fact]
    public async Task While_disconnected_no_scans_are_taken_and_missed_scans_are_counted()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        await using var run = new RecordRun(analyzer, Day);
        await analyzer.Subscribers.NextAsync();
        await run.BeginAsync();
        var before = await run.ScanAsync();
        analyzer.Subscribers.Intercept = (socket, _) =>
        {
            socket.Abort();
            return Task.FromResult(true);
        };

        analyzer.Subscribers.Drop();
        await run.Tool.ErrorAsync("reconnecting in 0.5 s");
        await run.AdvanceAsync(0.5);
        await run.Tool.ErrorAsync("reconnecting in 1 s");
        await run.AdvanceAsync(1);
        await run.Tool.ErrorAsync("no connection to the analyzer: no scans are taken until it is back");
        await run.Tool.ErrorAsync("reconnecting in 2 s");
        Assert.Equal(before.Scans, run.Recorded.Scans);
        analyzer.Subscribers.Intercept = (_, _) => Task.FromResult(false);
        await run.AdvanceAsync(2);

        await run.Tool.ErrorAsync("were missed\n");
        var day = await run.ScanAsync();
        Assert.Equal(35, (int)day.Head["missed"]!);
        Assert.Equal(day.Scans, (int)day["curl"]["scans"]!);
        Assert.Equal(130, await run.Tool.InterruptAsync());
        Assert.Contains("; 35 scans were missed\n", run.Error);
        Assert.Equal(2, run.Error.Split("no connection to the analyzer").Length);
    }

    [Fact]
    public async Task When_pings_are_not_answered_the_connection_is_closed_and_no_scan_is_taken()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        analyzer.Subscribers.Reads = false;
        var options = analyzer.Options with { KeepAliveInterval = TimeSpan.FromMilliseconds(300) };
        await using var recording = new RecorderRun(options, Day);
        await recording.Clock.WaitForTimerAsync(RecorderRun.Every);

        await recording.MessageAsync("reconnecting in ");
        await recording.MissScanAsync();
        analyzer.Subscribers.Reads = true;
        await recording.ReconnectAsync();

        await recording.MessageAsync("recording again");
        await recording.StopAsync();
        Assert.InRange((int)RecordedFile.Read(Day).Head["missed"]!, 1, int.MaxValue);
    }

    [Fact]
    public async Task While_an_analyzer_hangs_no_scan_is_taken_even_before_the_timeout()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        using var relay = new TcpRelay(analyzer.Address);
        var options = analyzer.Options with { Address = relay.Address, KeepAliveInterval = TimeSpan.FromSeconds(1) };
        await using var recording = new RecorderRun(options, Day);
        await recording.Clock.WaitForTimerAsync(RecorderRun.Every);

        relay.Hang();
        for (var i = 0; i < 15; i++)
        {
            await recording.Clock.AdvanceAsync(RecorderRun.Every);
        }

        await recording.MessageAsync("reconnecting in ");
        await recording.MissScanAsync();

        // The first scan, and a second one if data of the analyzer was still in transit.
        Assert.InRange(RecordedFile.Read(Day).Scans, 1, 2);
        relay.Resume();
        await recording.ReconnectAsync();
        await recording.MessageAsync("recording again");
        await recording.StopAsync();
        Assert.InRange((int)RecordedFile.Read(Day).Head["missed"]!, 15, int.MaxValue);
    }

    /// <summary>
    /// A recorder on a real subscription. Pings use the system clock, everything else the fake clock.
    /// </summary>
    private sealed class RecorderRun : IAsyncDisposable
    {
        public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

        private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

        private readonly CancellationTokenSource _stop = new(TimeSpan.FromSeconds(90));
        private readonly Channel<string> _messages = Channel.CreateUnbounded<string>();
        private readonly LiveFeed _feed;
        private readonly Task _running;

        public RecorderRun(FlowMatrix.Sources.Skydive.Client.AnalyzerOptions options, string file)
        {
            var recorder = new Recorder(
                new RecordingWriter(new Recording("100ms"), new RecordingFile(file), Clock),
                new RecordPlan(Every, null, Filter.Everything),
                Clock
            )
            {
                Warn = text => _messages.Writer.TryWrite(text),
            };
            var subscriber = new Subscriber(options with { Time = Clock, RetryDelay = RetryDelay }, new ReadProgress())
            {
                Warn = text => _messages.Writer.TryWrite(text),
            };
            _feed = new LiveFeed(subscriber, _stop.Token);
            _running = recorder.RunAsync(_feed.Events, _stop.Token);
        }

        public FakeClock Clock { get; } = new();

        public async Task MessageAsync(string part)
        {
            while (!(await _messages.Reader.ReadAsync(_stop.Token)).Contains(part, StringComparison.Ordinal)) { }
        }

        /// <summary>Lets two scans fall due while disconnected: the recorder may notice that after the first.</summary>
        public async Task MissScanAsync()
        {
            await Clock.AdvanceAsync(Every);
            await Clock.AdvanceAsync(Every);
            await MessageAsync("no connection");
        }

        public Task ReconnectAsync() => Clock.AdvanceAsync(RetryDelay - (2 * Every));

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
        }

        public async ValueTask DisposeAsync()
        {
            await _feed.DisposeAsync();
            _stop.Dispose();
        }
    }
}
