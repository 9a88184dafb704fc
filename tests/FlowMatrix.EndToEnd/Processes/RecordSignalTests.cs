using System.Runtime.Versioning;
using System.Text;
using CliWrap;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.EndToEnd.Processes;

/// <summary>The file of a recording is complete, however the recording ends.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RecordSignalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Day => _folder.PathOf("day.ndjson.gz");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_killed_recording_keeps_all_scans_but_the_last_and_can_be_continued()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(200));
        var scans = 0;
        for (var round = 0; round < 3; round++)
        {
            var recorded = 0;
            await RunAsync(analyzer, "KILL", day => (recorded = day.Scans) > scans + 3);
            var day = RecordedFile.Read(Day);
            Assert.Equal(600, day.Rows.Count);
            Assert.All(day.Rows, row => Assert.Equal(day.Scans, (int)row["scans"]!));
            Assert.True(day.Scans >= recorded);
            scans = day.Scans;
        }

        var read = await Tool.RunAsync("-i", Day, "--no-header");
        Assert.Equal(600, read.Succeeded().Text.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task An_interrupted_recording_writes_a_last_scan(string signal)
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());

        var (code, error) = await RunAsync(analyzer, signal, _ => true, "--every", "1h");

        Assert.Equal(130, code);
        Assert.Equal(2, RecordedFile.Read(Day).Scans);
        Assert.EndsWith($"flowmatrix: wrote 29 rows of 2 scans to {Day}\n", error);
        Assert.Equal(["day.ndjson.gz"], _folder.Files);
    }

    private async Task<(int Code, string Error)> RunAsync(
        FakeAnalyzer analyzer,
        string signal,
        Func<RecordedFile, bool> until,
        params string[] more
    )
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var error = new StringBuilder();
        var run = Tool.Command([
                "record",
                "-a",
                analyzer.Address.ToString(),
                "-o",
                Day,
                .. more is [] ? (string[])["--every", "20ms"] : more,
            ])
            .WithStandardErrorPipe(PipeTarget.ToStringBuilder(error))
            .ExecuteAsync(limit.Token);
        await RecordedFile.UntilAsync(Day, until);
        await Tool.SignalAsync(run.ProcessId, signal);
        return ((await run).ExitCode, error.ToString());
    }
}
