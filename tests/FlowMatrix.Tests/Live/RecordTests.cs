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

public sealed class RecordTests : IDisposable
{
    /// <summary>More than Linux ever gives.</summary>
    private const int NoProcess = 2_000_000_000;

    private readonly TemporaryFolder _folder = new();

    private string Day => _folder.PathOf("day.ndjson.gz");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_there_at_any_time_is_in_the_file_that_is_a_matrix()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        using var run = Record(analyzer);
        var subscriber = await analyzer.Subscribers.NextAsync();
        await RecordedFile.UntilAsync(Day, day => day.Has("curl"));

        await subscriber.SendAsync("NodeUpdated", ClientsOfNginx.Host(2, "wget"));
        await subscriber.SendAsync("NodeUpdated", ClientsOfNginx.Host(3, "nc"));
        var day = await RecordedFile.UntilAsync(Day, day => day.Has("nc") && (int)day["nc"]["scans"]! > 3);

        Assert.True((int)day["curl"]["scans"]! < day.Scans);
        Assert.InRange((int)day["wget"]["scans"]!, 1, 2);
        Assert.Equal("100ms", (string)day.Head["every"]!);
        Assert.Equal(130, await run.InterruptAsync());
        var last = RecordedFile.Read(Day);
        Assert.Contains("recording 2 hosts, 1 row, every 100ms to ", run.Error);
        Assert.Contains($"wrote 3 rows of {last.Scans} scans to {Day}", run.Error); // a slow machine misses some, which follows
        Assert.Equal("", run.Output);
        var matrix = await Run.WithAsync("-i", Day, "--no-header", "--columns", "scans");
        Assert.Equal(["curl", "nc", "wget"], matrix.Succeeded().Lines.Select(line => line.Split(',')[^2]));
        Assert.Equal(["day.ndjson.gz"], _folder.Files);
    }

    [Fact]
    public async Task A_span_ends_it_in_order_and_an_ending_without_gz_is_plain_text()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        var file = _folder.PathOf("day.ndjson");

        var (exit, output, error) = await ToolRun.ToEndAsync(
            "record",
            "-a",
            analyzer.Address.ToString(),
            "-o",
            file,
            "--for",
            "1s",
            "-q"
        );

        Assert.Equal((0, "", ""), (exit, output, error));
        Assert.Equal(29, RecordedFile.Read(file).Rows.Count);
        Assert.Equal(2, RecordedFile.Read(file).Scans);
        Assert.Equal((await Run.OnSampleAsync()).Text, (await Run.WithAsync("-i", file)).Succeeded().Text);
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
        using var run = Record(analyzer);
        var subscriber = await analyzer.Subscribers.NextAsync();
        await RecordedFile.UntilAsync(Day, day => day.Has("curl"));
        ClientsOfNginx.Set(graph, ClientsOfNginx.Host(3, "wget"));

        await analyzer.Subscribers.FailAsync(subscriber, fault);

        var day = await RecordedFile.UntilAsync(Day, day => day.Has("wget"));
        Assert.True(day.Has("curl"));
        Assert.Contains("reconnecting in", run.Error);
        Assert.Equal(2, analyzer.Subscribers.Connections);
        Assert.Equal(130, await run.InterruptAsync());
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
        using var run = Record(analyzer);
        var subscriber = await analyzer.Subscribers.NextAsync();

        await subscriber.SendAsync("NodeUpdated", ClientsOfNginx.Host(4, "older"));
        await subscriber.SendAsync("NodeUpdated", ClientsOfNginx.Host(6, "newer"));
        var day = await RecordedFile.UntilAsync(Day, day => day.Has("newer"));

        Assert.Single(day.Rows);
    }

    [Fact]
    public async Task While_there_is_no_connection_no_scan_is_taken_and_what_was_missed_is_said()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        using var run = Record(analyzer);
        await analyzer.Subscribers.NextAsync();
        await RecordedFile.UntilAsync(Day, day => day.Scans > 2);
        analyzer.Subscribers.Intercept = (socket, _) =>
        {
            socket.Abort();
            return Task.FromResult(true);
        };

        analyzer.Subscribers.Drop();
        await run.ErrorAsync("no connection to the analyzer: until there is one again no scans are taken");
        var during = RecordedFile.Read(Day).Scans;
        await run.ErrorAsync("reconnecting in 2 s");
        Assert.Equal(during, RecordedFile.Read(Day).Scans);
        analyzer.Subscribers.Intercept = (_, _) => Task.FromResult(false);

        await run.ErrorAsync("were missed\n");
        var day = await RecordedFile.UntilAsync(Day, day => day.Scans > during + 1);
        Assert.InRange((int)day.Head["missed"]!, 2, int.MaxValue);
        Assert.Equal(day.Scans, (int)day["curl"]["scans"]!);
        Assert.Equal(130, await run.InterruptAsync());
        Assert.Contains($"; {day.Head["missed"]} scans were missed\n", run.Error);
        Assert.Equal(2, run.Error.Split("no connection to the analyzer").Length);
    }

    [Fact]
    public async Task A_recording_goes_on_only_with_the_filters_that_it_began_with()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        string[] record = ["record", "-a", analyzer.Address.ToString(), "--for", "100ms", "-o", Day];
        var (first, _, _) = await ToolRun.ToEndAsync([.. record, "--port", "80"]);

        var (other, _, error) = await ToolRun.ToEndAsync(record);
        var (same, _, _) = await ToolRun.ToEndAsync([.. record, "--port", "80"]);

        Assert.Equal((0, 2, 0), (first, other, same));
        Assert.Contains("was recorded with --port 80, and this is without filters", error);
        Assert.Equal("--port 80", (string?)RecordedFile.Read(Day).Head["filter"]);
    }

    [Fact]
    public async Task A_link_to_a_recording_is_followed_and_kept()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        var link = Day + ".link.ndjson.gz";
        File.CreateSymbolicLink(link, Day);
        string[] record = ["record", "-a", analyzer.Address.ToString(), "--for", "100ms", "-o", link];

        var (dangling, _, _) = await ToolRun.ToEndAsync(record);
        var scans = RecordedFile.Read(Day).Scans;
        var (again, _, _) = await ToolRun.ToEndAsync(record);

        Assert.Equal((0, 0), (dangling, again));
        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.True(RecordedFile.Read(Day).Scans > scans);

        var one = new RecordingFile(link);
        Assert.NotNull(one.Open(default));
        File.AppendAllText(Day, "\n");
        Assert.True(one.IsOfOthers);
    }

    [Fact]
    public async Task An_analyzer_that_stops_answering_pings_is_given_up_and_no_scan_of_it_is_taken()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        analyzer.Subscribers.Reads = false;
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var said = Channel.CreateUnbounded<string>();
        var recording = new Recording("100ms");
        var recorder = new Recorder(
            new RecordingWriter(recording, new RecordingFile(Day)),
            new RecordPlan(TimeSpan.FromMilliseconds(100), null, Filter.Everything),
            TimeProvider.System
        )
        {
            Warn = text => said.Writer.TryWrite(text),
        };
        var options = analyzer.Options with
        {
            SignOfLife = TimeSpan.FromMilliseconds(300),
            RetryDelay = TimeSpan.FromSeconds(1),
        };
        await using var feed = new LiveFeed(new Subscriber(options, new ReadProgress()), stop.Token);

        var running = recorder.RunAsync(feed.Events, stop.Token);
        Assert.StartsWith("no connection", await said.Reader.ReadAsync(stop.Token));
        analyzer.Subscribers.Reads = true;
        Assert.StartsWith("recording again", await said.Reader.ReadAsync(stop.Token));

        await RecordedFile.UntilAsync(Day, day => (int)day.Head["missed"]! > 1);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task No_scan_counts_while_an_analyzer_hangs_nor_those_before_that_is_noticed()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        using var proxy = new HangingProxy(analyzer.Address);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var said = Channel.CreateUnbounded<string>();
        var recorder = new Recorder(
            new RecordingWriter(new Recording("50ms"), new RecordingFile(Day)),
            new RecordPlan(TimeSpan.FromMilliseconds(50), null, Filter.Everything),
            TimeProvider.System
        )
        {
            Warn = text => said.Writer.TryWrite(text),
        };
        var options = analyzer.Options with { Address = proxy.Address, SignOfLife = TimeSpan.FromSeconds(1) };
        await using var feed = new LiveFeed(new Subscriber(options, new ReadProgress()), stop.Token);
        var running = recorder.RunAsync(feed.Events, stop.Token);
        await RecordedFile.UntilAsync(Day, day => day.Scans > 10);

        proxy.Hang();
        var counted = RecordedFile.Read(Day).Scans;
        await UntilSaidAsync(said, "no connection", stop.Token);

        // What was on its way when it began to hang may still have been a sign of life.
        Assert.InRange(RecordedFile.Read(Day).Scans, counted, counted + 15);
        proxy.Flow();
        await UntilSaidAsync(said, "recording again", stop.Token);
        await RecordedFile.UntilAsync(Day, day => (int)day.Head["missed"]! > 15);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    /// <summary>A busy machine may miss scans by itself, which is reported too.</summary>
    private static async Task UntilSaidAsync(Channel<string> said, string start, CancellationToken cancel)
    {
        while (!(await said.Reader.ReadAsync(cancel)).StartsWith(start, StringComparison.Ordinal)) { }
    }

    [Fact]
    public async Task A_recording_that_is_there_goes_on()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        string[] command = ["record", "-a", analyzer.Address.ToString(), "-o", Day, "--for", "300ms"];
        Assert.Equal(0, (await ToolRun.ToEndAsync(command)).Exit);
        var first = RecordedFile.Read(Day);

        var (exit, _, error) = await ToolRun.ToEndAsync(command);

        var second = RecordedFile.Read(Day);
        Assert.Equal(0, exit);
        Assert.Contains($"continuing {Day}: 1 row of 2 scans", error);
        Assert.Equal((2, 4), (first.Scans, second.Scans));
        Assert.Equal(
            (4, (string)first["curl"]["first_seen"]!),
            ((int)second["curl"]["scans"]!, (string)second["curl"]["first_seen"]!)
        );
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_for_a_while_has_everything_afterwards()
    {
        var (folder, aside) = (_folder.PathOf("disk"), _folder.PathOf("aside"));
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "day.ndjson.gz");
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        using var run = ToolRun.Start("record", "-a", analyzer.Address.ToString(), "-o", file, "--every", "100ms");
        var before = await RecordedFile.UntilAsync(file, day => day.Has("curl"));

        Directory.Move(folder, aside);
        await run.ErrorAsync($"cannot write {file}: its folder doesn't exist; the file was not changed");
        Directory.Move(aside, folder);

        await run.ErrorAsync("was written again");
        var after = await RecordedFile.UntilAsync(file, day => day.Scans > before.Scans + 2);
        Assert.Equal(after.Scans, (int)after["curl"]["scans"]!);
        Directory.Move(folder, aside);
        Assert.Equal(130, await run.InterruptAsync());
        Assert.Contains("the last scan is not in it", run.Error);
    }

    [Fact]
    public async Task A_last_scan_that_cannot_be_written_is_an_error()
    {
        var folder = Directory.CreateDirectory(_folder.PathOf("disk"));
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        using var run = ToolRun.Start(
            "record",
            "-a",
            analyzer.Address.ToString(),
            "-o",
            Path.Combine(folder.FullName, "day.ndjson"),
            "--for",
            "3s"
        );
        await run.ErrorAsync("recording 2 hosts");
        folder.Delete(recursive: true);

        Assert.Equal(4, await run.Exit.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.DoesNotContain("wrote", run.Error);
    }

    [Fact]
    public async Task Of_two_that_record_to_one_file_the_first_to_notice_leaves_it_to_the_other()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        using var first = Record(analyzer);
        await RecordedFile.UntilAsync(Day, day => day.Has("curl"));
        using var second = Record(analyzer);

        var ended = await Task.WhenAny(first.Exit, second.Exit).WaitAsync(TimeSpan.FromSeconds(30));

        var (noticed, other) = ended == first.Exit ? (first, second) : (second, first);
        Assert.Equal(4, await ended);
        Assert.Contains($"{Day} was changed by another process: is it being recorded twice?", noticed.Error);
        var day = RecordedFile.Read(Day).Scans;
        await RecordedFile.UntilAsync(Day, later => later.Scans > day);
        Assert.Equal(130, await other.InterruptAsync());
    }

    [Fact]
    public async Task What_a_killed_one_left_beside_the_file_is_removed_and_nothing_else()
    {
        using var other = System.Diagnostics.Process.Start("sleep", "600");
        string Of(int process) => $"day.ndjson.gz.flowmatrix-{process}-abcdefgh.tmp";
        string[] kept =
        [
            Of(other.Id),
            "day.ndjson.gz.abcdefgh.ijk.tmp",
            "day.ndjson.gz.tmp",
            "flowmatrix-1-abcdefgh.tmp",
            "notes.tmp",
        ];
        foreach (var name in (string[])[.. kept, Of(NoProcess)])
        {
            _folder.Write(name, "");
        }

        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));

        Assert.Equal(
            0,
            (await ToolRun.ToEndAsync("record", "-a", analyzer.Address.ToString(), "-o", Day, "--for", "100ms")).Exit
        );

        Assert.Equal(kept.Append("day.ndjson.gz").Order(), _folder.Files);
        other.Kill();
    }

    [Theory]
    [InlineData("", 2, "--output is required, for example --output day.ndjson.gz")]
    [InlineData("-o -", 2, "needs a file")]
    [InlineData("-o /dev/null", 2, "needs a regular file, not a pipe or a device")]
    [InlineData("-o day.csv", 2, "\"day.csv\": .csv is the extension of another format")]
    [InlineData("-o day.json.gz", 2, ".json is the extension of another format")]
    [InlineData("-o day.ndjson --every 0s", 2, "--every: \"0s\" must be longer than zero")]
    [InlineData("-o day.ndjson --every 1ms", 2, "--every \"1ms\": must be 10ms at least")]
    [InlineData("-o day.ndjson --for soon", 2, "--for: \"soon\"")]
    [InlineData("-o day.ndjson --port x", 2, "--port \"x\"")]
    [InlineData("-o day.ndjson --group-by host", 2, "flowmatrix record has no --group-by")]
    [InlineData("-o . --retries 0", 4, "it is a folder")]
    public async Task What_cannot_be_recorded_is_said_before_anything_is_asked(
        string arguments,
        int code,
        string problem
    )
    {
        var (exit, _, error) = await ToolRun.ToEndAsync([
            "record",
            "-a",
            "127.0.0.1:1",
            .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ]);

        Assert.Equal(code, exit);
        Assert.Contains(problem, error);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("notes", "is not a recording: it is not overwritten", 2)]
    [InlineData("", "is not a recording: it is not overwritten", 2)]
    [InlineData("{\"protocol\":\"TCP\"}\n", "is not a recording: it is not overwritten", 2)]
    [InlineData("{\"recording\":{\"from\":\"x\"}}\n", "day.ndjson:1:22: from \"x\" is not a time", 4)]
    public async Task What_is_there_and_no_recording_is_not_overwritten(string content, string problem, int code)
    {
        var file = _folder.Write("day.ndjson", content);

        var (exit, _, error) = await ToolRun.ToEndAsync("record", "-a", "127.0.0.1:1", "-o", file);

        Assert.Equal(code, exit);
        Assert.Contains(problem, error);
        Assert.Equal(content, await File.ReadAllTextAsync(file));
        Assert.Equal(["day.ndjson"], _folder.Files);
    }

    [Fact]
    public async Task Without_an_analyzer_there_is_no_file()
    {
        var (exit, _, error) = await ToolRun.ToEndAsync("record", "-a", "127.0.0.1:1", "--retries", "0", "-o", Day);

        Assert.Equal(3, exit);
        Assert.Contains("connection refused", error);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public async Task An_analyzer_that_never_answers_is_an_error()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        analyzer.Subscribers.Intercept = (_, _) => Task.FromResult(true);

        var (exit, _, error) = await ToolRun.ToEndAsync(
            "record",
            "-a",
            analyzer.Address.ToString(),
            "--timeout",
            "300ms",
            "--retries",
            "0",
            "-o",
            Day
        );

        Assert.Equal(3, exit);
        Assert.Contains("no complete answer", error);
        Assert.Empty(_folder.Files);
    }

    private ToolRun Record(FakeAnalyzer analyzer) =>
        ToolRun.Start("record", "-v", "-a", analyzer.Address.ToString(), "-o", Day, "--every", "100ms");
}
