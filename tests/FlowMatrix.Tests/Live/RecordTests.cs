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
    public async Task What_was_there_at_any_time_is_in_the_file_that_is_a_matrix()
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
    [InlineData("JSON that is no message")]
    [InlineData("closed")]
    public async Task After_a_fault_it_goes_on(string fault)
    {
        var graph = ClientsOfNginx.Graph("curl");
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);
        await using var run = new RecordRun(analyzer, Day);
        var subscriber = await analyzer.Subscribers.NextAsync();
        await run.BeginAsync();
        ClientsOfNginx.Set(graph, ClientsOfNginx.Host(3, "wget"));

        await analyzer.Subscribers.FailAsync(subscriber, fault);
        await run.Tool.ErrorAsync("reconnecting in 0.5 s");
        await run.PassAsync(0.5);
        await run.Tool.ErrorAsync("connected again");

        var day = await run.ScanUntilAsync(day => day.Has("wget"));
        Assert.True(day.Has("curl"));
        Assert.Equal(2, analyzer.Subscribers.Connections);
        Assert.Equal(130, await run.Tool.InterruptAsync());
    }

    [Fact]
    public async Task A_node_that_is_older_than_what_is_known_changes_nothing()
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
    public async Task While_there_is_no_connection_no_scan_is_taken_and_missed_scans_are_counted()
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
        await run.PassAsync(0.5);
        await run.Tool.ErrorAsync("reconnecting in 1 s");
        await run.PassAsync(1);
        await run.Tool.ErrorAsync("no connection to the analyzer: until there is one again no scans are taken");
        await run.Tool.ErrorAsync("reconnecting in 2 s");
        Assert.Equal(before.Scans, run.Recorded.Scans);
        analyzer.Subscribers.Intercept = (_, _) => Task.FromResult(false);
        await run.PassAsync(2);

        await run.Tool.ErrorAsync("were missed\n");
        var day = await run.ScanAsync();
        Assert.Equal(35, (int)day.Head["missed"]!);
        Assert.Equal(day.Scans, (int)day["curl"]["scans"]!);
        Assert.Equal(130, await run.Tool.InterruptAsync());
        Assert.Contains("; 35 scans were missed\n", run.Error);
        Assert.Equal(2, run.Error.Split("no connection to the analyzer").Length);
    }

    [Fact]
    public async Task An_analyzer_that_stops_answering_pings_is_given_up_and_no_scan_of_it_is_taken()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        analyzer.Subscribers.Reads = false;
        var options = analyzer.Options with { SignOfLife = TimeSpan.FromMilliseconds(300) };
        await using var recording = new InProcess(options, Day);
        await recording.Clock.UntilWaitedForAsync(InProcess.Every);

        await recording.SaysAsync("reconnecting in ");
        await recording.MissScanAsync();
        analyzer.Subscribers.Reads = true;
        await recording.ReconnectAsync();

        await recording.SaysAsync("recording again");
        await recording.StopAsync();
        Assert.InRange((int)RecordedFile.Read(Day).Head["missed"]!, 1, int.MaxValue);
    }

    [Fact]
    public async Task No_scan_counts_while_an_analyzer_hangs_nor_those_before_that_is_noticed()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        using var relay = new TcpRelay(analyzer.Address);
        var options = analyzer.Options with { Address = relay.Address, SignOfLife = TimeSpan.FromSeconds(1) };
        await using var recording = new InProcess(options, Day);
        await recording.Clock.UntilWaitedForAsync(InProcess.Every);

        relay.Hang();
        for (var i = 0; i < 15; i++)
        {
            await recording.Clock.PassAsync(InProcess.Every);
        }

        await recording.SaysAsync("reconnecting in ");
        await recording.MissScanAsync();

        // The first scan. What was on its way when the analyzer began to hang may have been a sign of life for another.
        Assert.InRange(RecordedFile.Read(Day).Scans, 1, 2);
        relay.Flow();
        await recording.ReconnectAsync();
        await recording.SaysAsync("recording again");
        await recording.StopAsync();
        Assert.InRange((int)RecordedFile.Read(Day).Head["missed"]!, 15, int.MaxValue);
    }

    /// <summary>
    /// A recorder on a real subscription. Pings keep the time of the machine, all else that of its clock.
    /// </summary>
    private sealed class InProcess : IAsyncDisposable
    {
        public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

        private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

        private readonly CancellationTokenSource _stop = new(TimeSpan.FromSeconds(90));
        private readonly Channel<string> _said = Channel.CreateUnbounded<string>();
        private readonly LiveFeed _feed;
        private readonly Task _running;

        public InProcess(FlowMatrix.Sources.Skydive.Client.AnalyzerOptions options, string file)
        {
            var recorder = new Recorder(
                new RecordingWriter(new Recording("100ms"), new RecordingFile(file), Clock),
                new RecordPlan(Every, null, Filter.Everything),
                Clock
            )
            {
                Warn = text => _said.Writer.TryWrite(text),
            };
            var subscriber = new Subscriber(options with { Time = Clock, RetryDelay = RetryDelay }, new ReadProgress())
            {
                Say = text => _said.Writer.TryWrite(text),
            };
            _feed = new LiveFeed(subscriber, _stop.Token);
            _running = recorder.RunAsync(_feed.Events, _stop.Token);
        }

        public FakeClock Clock { get; } = new();

        public async Task SaysAsync(string part)
        {
            while (!(await _said.Reader.ReadAsync(_stop.Token)).Contains(part, StringComparison.Ordinal)) { }
        }

        /// <summary>Without a connection. The first scan may fall due before the recorder notices that.</summary>
        public async Task MissScanAsync()
        {
            await Clock.PassAsync(Every);
            await Clock.PassAsync(Every);
            await SaysAsync("no connection");
        }

        public Task ReconnectAsync() => Clock.PassAsync(RetryDelay - (2 * Every));

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
