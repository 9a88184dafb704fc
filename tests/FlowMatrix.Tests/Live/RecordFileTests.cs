using FlowMatrix.Live;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Live;

/// <summary>When the file of a recording is created, continued, kept and refused.</summary>
public sealed class RecordFileTests : IDisposable
{
    /// <summary>Above the highest process id of Linux.</summary>
    private const int UnusedProcessId = 2_000_000_000;

    private readonly TemporaryFolder _folder = new();

    private string Day => _folder.PathOf("day.ndjson.gz");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_recording_ends_after_its_time_and_is_plain_text_without_the_ending_gz()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        var file = _folder.PathOf("day.ndjson");

        var (exit, output, error) = await RecordAsync(analyzer, file, "-q");

        Assert.Equal((0, "", ""), (exit, output, error));
        Assert.Equal(29, RecordedFile.Read(file).Rows.Count);
        Assert.Equal(2, RecordedFile.Read(file).Scans);
        Assert.Equal((await Run.OnSampleAsync()).Text, (await Run.WithAsync("-i", file)).Succeeded().Text);
    }

    [Fact]
    public async Task A_recording_is_continued_only_with_the_same_filters()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        var (first, _, _) = await RecordAsync(analyzer, Day, "--port", "80");

        var (other, _, error) = await ToolRun.ToEndAsync("record", "-a", analyzer.Address.ToString(), "-o", Day);
        var (same, _, _) = await RecordAsync(analyzer, Day, "--port", "80");

        Assert.Equal((0, 2, 0), (first, other, same));
        Assert.Contains("was recorded with --port 80, and this is without filters", error);
        Assert.Equal("--port 80", (string?)RecordedFile.Read(Day).Head["filter"]);
    }

    [Fact]
    public async Task A_symbolic_link_to_a_recording_is_followed_and_kept()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        var link = Day + ".link.ndjson.gz";
        File.CreateSymbolicLink(link, Day);

        var (dangling, _, _) = await RecordAsync(analyzer, link);
        var scans = RecordedFile.Read(Day).Scans;
        var (again, _, _) = await RecordAsync(analyzer, link);

        Assert.Equal((0, 0), (dangling, again));
        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.True(RecordedFile.Read(Day).Scans > scans);

        var one = new RecordingFile(link);
        Assert.NotNull(one.Open(default));
        File.AppendAllText(Day, "\n");
        Assert.True(one.ChangedByOthers);
    }

    [Fact]
    public async Task An_existing_recording_is_continued()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        Assert.Equal(0, (await RecordAsync(analyzer, Day)).Exit);
        var first = RecordedFile.Read(Day);

        var (exit, _, error) = await RecordAsync(analyzer, Day);

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
    public async Task After_failed_writes_the_next_write_has_all_rows()
    {
        var (folder, moved) = (_folder.PathOf("disk"), _folder.PathOf("moved"));
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "day.ndjson.gz");
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        await using var run = new RecordRun(analyzer, file);
        await run.BeginAsync();

        Directory.Move(folder, moved);
        await run.UntilDueAsync();
        await analyzer.Subscribers.SendUnrelatedMessageAsync();
        await run.Tool.ErrorAsync($"cannot write {file}: its folder doesn't exist; the file was not changed");
        Directory.Move(moved, folder);
        await run.UntilDueAsync();
        await analyzer.Subscribers.SendUnrelatedMessageAsync();

        await run.Tool.ErrorAsync("could be written again");
        await run.Tool.ErrorAsync("of 3 scans written");
        Assert.Equal((3, 3), (run.Recorded.Scans, (int)run.Recorded["curl"]["scans"]!));
        Directory.Move(folder, moved);
        Assert.Equal(130, await run.Tool.InterruptAsync());
        Assert.Contains("the last scan is not recorded", run.Error);
    }

    [Fact]
    public async Task A_last_scan_that_cannot_be_written_is_an_error()
    {
        var folder = Directory.CreateDirectory(_folder.PathOf("disk"));
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        await using var run = new RecordRun(analyzer, Path.Combine(folder.FullName, "day.ndjson"), "--for", "50ms");
        await run.BeginAsync();
        folder.Delete(recursive: true);

        await run.Clock.AdvanceAsync(0.05);

        Assert.Equal(4, await run.Tool.ExitAsync());
        Assert.DoesNotContain("wrote", run.Error);
    }

    [Fact]
    public async Task Of_two_processes_that_record_to_one_file_one_ends_with_an_error()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        await using var first = new RecordRun(analyzer, Day);
        await first.BeginAsync();
        await using var second = new RecordRun(analyzer, Day);
        await second.BeginAsync();

        // Scans until the first process notices that the file has changed.
        while (await Task.WhenAny(first.Tool.Exit, first.UntilDueAsync()) != first.Tool.Exit)
        {
            await analyzer.Subscribers.SendUnrelatedMessageAsync();
        }

        Assert.Equal(4, await first.Tool.ExitAsync());
        Assert.Contains($"{Day} was changed by another process: is it being recorded twice?", first.Error);
        Assert.Equal(3, (await second.ScanAsync()).Scans);
        Assert.Equal(130, await second.Tool.InterruptAsync());
    }

    [Fact]
    public async Task Only_temporary_files_of_a_killed_process_are_removed()
    {
        using var other = System.Diagnostics.Process.Start("sleep", "600");
        string TemporaryOf(int process) => $"day.ndjson.gz.flowmatrix-{process}-abcdefgh.tmp";
        string[] kept =
        [
            TemporaryOf(other.Id),
            "day.ndjson.gz.abcdefgh.ijk.tmp",
            "day.ndjson.gz.tmp",
            "flowmatrix-1-abcdefgh.tmp",
            "notes.tmp",
        ];
        foreach (var name in (string[])[.. kept, TemporaryOf(UnusedProcessId)])
        {
            _folder.Write(name, "");
        }

        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));

        Assert.Equal(0, (await RecordAsync(analyzer, Day)).Exit);

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
    [InlineData("-o day.ndjson --every 1ms", 2, "--every \"1ms\": must be at least 10ms")]
    [InlineData("-o day.ndjson --for soon", 2, "--for: \"soon\"")]
    [InlineData("-o day.ndjson --port x", 2, "--port \"x\"")]
    [InlineData("-o day.ndjson --group-by host", 2, "flowmatrix record has no --group-by")]
    [InlineData("-o . --retries 0", 4, "it is a folder")]
    public async Task Invalid_options_for_recording_are_reported_before_any_query(
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
    public async Task An_existing_file_that_is_not_a_recording_is_not_overwritten(
        string content,
        string problem,
        int code
    )
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
        var clock = new FakeClock();
        var asked = new TaskCompletionSource();
        await using var analyzer = await FakeAnalyzer.StartAsync(ClientsOfNginx.Graph("curl"));
        analyzer.Subscribers.Intercept = (_, _) =>
        {
            asked.TrySetResult();
            return Task.FromResult(true);
        };
        string[] command = ["record", "-a", analyzer.Address.ToString(), "--timeout", "7s", "--retries", "0"];
        await using var run = ToolRun.Start(clock, [.. command, "-o", Day]);
        await asked.Task;

        await clock.AdvanceAsync(7);

        Assert.Equal(3, await run.ExitAsync());
        Assert.Contains("no complete answer within 7 s", run.Error);
        Assert.Empty(_folder.Files);
    }

    /// <summary>Records two scans, one at the start and one at the end.</summary>
    private static async Task<(int Exit, string Output, string Error)> RecordAsync(
        FakeAnalyzer analyzer,
        string file,
        params string[] more
    )
    {
        var clock = new FakeClock();
        string[] command = ["record", "-a", analyzer.Address.ToString(), "-o", file, "--for", "5s"];
        await using var run = ToolRun.Start(clock, [.. command, .. more]);
        await clock.AdvanceAsync(5);
        return (await run.ExitAsync(), run.Output, run.Error);
    }
}
