using System.Threading.Channels;
using FlowMatrix.Core.Recordings;
using FlowMatrix.Core.Time;
using FlowMatrix.Core.Views;
using FlowMatrix.Core.Views.Filters;
using FlowMatrix.Live;
using FlowMatrix.Sources.Skydive.Subscribing;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Live;

/// <summary>The rows of each scan and their times. Events follow each other by one second.</summary>
public sealed class RecorderTests : IDisposable
{
    private const string Start = "2025-01-31T09:15:20Z";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_row_has_the_first_and_last_time_at_which_it_existed()
    {
        var recorded = await RecordAsync(ClientsOfNginx.Reply(1, "curl"), ClientsOfNginx.Update(2, "curl", "wget"));

        Assert.Equal((Start, "2025-01-31T09:15:22Z", 2), Seen(recorded["curl"]));
        Assert.Equal(("2025-01-31T09:15:21Z", "2025-01-31T09:15:22Z", 1), Seen(recorded["wget"]));
        Assert.Equal(
            (Start, "2025-01-31T09:15:22Z", 2),
            ((string)recorded.Head["from"]!, (string)recorded.Head["to"]!, recorded.Scans)
        );
    }

    [Fact]
    public async Task A_row_that_appears_and_ends_between_two_scans_is_in_the_second()
    {
        var recorded = await RecordAsync(
            ClientsOfNginx.Reply(1),
            ClientsOfNginx.Update(2, "curl"),
            ClientsOfNginx.Update(3)
        );

        Assert.Equal(("2025-01-31T09:15:21Z", "2025-01-31T09:15:22Z", 1), Seen(recorded["curl"]));
    }

    [Fact]
    public async Task A_row_that_ends_and_appears_again_counts_once_per_scan()
    {
        var recorded = await RecordAsync(
            ClientsOfNginx.Reply(1, "curl"),
            ClientsOfNginx.Update(2),
            ClientsOfNginx.Update(3, "curl"),
            ClientsOfNginx.Update(4)
        );

        Assert.Equal((Start, "2025-01-31T09:15:23Z", 2), Seen(recorded["curl"]));
    }

    [Fact]
    public async Task A_row_has_the_maximal_number_of_its_connections()
    {
        var recorded = await RecordAsync(
            ClientsOfNginx.Reply(1, "curl"),
            ClientsOfNginx.Update(2, "curl", "curl", "curl"),
            ClientsOfNginx.Update(3, "curl")
        );

        Assert.Equal(3, (int)recorded["curl"]["connections"]!);
        Assert.Equal(2, (int)recorded["curl"]["scans"]!);
    }

    [Fact]
    public async Task A_row_that_is_missing_after_a_reconnect_was_last_seen_at_the_disconnect()
    {
        var recorded = await RecordAsync(
            ClientsOfNginx.Reply(1, "curl", "wget"),
            SubscriberEvent.Disconnected,
            ClientsOfNginx.Reply(2, "wget")
        );

        Assert.Equal((Start, "2025-01-31T09:15:21Z", 2), Seen(recorded["curl"]));
        Assert.Equal((Start, "2025-01-31T09:15:23Z", 2), Seen(recorded["wget"]));
    }

    [Fact]
    public async Task At_the_end_while_disconnected_rows_were_last_seen_at_the_disconnect()
    {
        var recorded = await RecordAsync(
            ClientsOfNginx.Reply(1, "curl"),
            ClientsOfNginx.Update(2),
            ClientsOfNginx.Update(3, "wget"),
            SubscriberEvent.Disconnected
        );

        Assert.Equal((Start, "2025-01-31T09:15:21Z", 2), Seen(recorded["curl"]));
        Assert.Equal(("2025-01-31T09:15:22Z", "2025-01-31T09:15:23Z", 1), Seen(recorded["wget"]));
    }

    [Fact]
    public async Task A_continued_recording_keeps_its_rows_and_times()
    {
        await RecordAsync(ClientsOfNginx.Reply(1, "curl", "wget"), ClientsOfNginx.Update(2, "curl"));

        var recorded = await RecordAsync(3600, ClientsOfNginx.Reply(3, "wget", "nc"));

        Assert.Equal(
            (Start, "2025-01-31T10:15:21Z", 4),
            ((string)recorded.Head["from"]!, (string)recorded.Head["to"]!, recorded.Scans)
        );
        Assert.Equal((Start, "2025-01-31T09:15:22Z", 2), Seen(recorded["curl"]));
        Assert.Equal((Start, "2025-01-31T10:15:21Z", 4), Seen(recorded["wget"]));
        Assert.Equal(("2025-01-31T10:15:20Z", "2025-01-31T10:15:21Z", 2), Seen(recorded["nc"]));
    }

    [Fact]
    public async Task When_the_clock_is_set_back_no_row_ends_before_it_begins()
    {
        await RecordAsync(ClientsOfNginx.Reply(1, "curl"), ClientsOfNginx.Update(2));

        var recorded = await RecordAsync(-3600, ClientsOfNginx.Reply(3, "curl", "wget"), ClientsOfNginx.Update(4));

        Assert.All(
            recorded.Rows,
            row => Assert.True(string.CompareOrdinal((string)row["first_seen"]!, (string)row["last_seen"]!) <= 0)
        );
        Assert.Equal(4, (int)recorded["curl"]["scans"]!);
    }

    [Fact]
    public async Task Recorded_rows_are_kept_when_the_estate_frees_ids()
    {
        var names = Enumerable.Range(0, 12_000).Select(i => $"n{i}").ToArray();
        var recorded = await RecordAsync(
            ClientsOfNginx.Reply(1, names[..6000]),
            ClientsOfNginx.Update(2, names[6000..]),
            ClientsOfNginx.Update(3, [.. names.Select(name => $"m{name}")]),
            ClientsOfNginx.Update(4, "curl")
        );

        Assert.Equal(24_001, recorded.Rows.Count);
        Assert.Equal(24_001, recorded.Rows.Select(row => (string)row["client_name"]!).Distinct().Count());
        Assert.Equal((Start, "2025-01-31T09:15:21Z", 2), Seen(recorded["n17"]));
    }

    [Fact]
    public async Task Rows_that_a_filter_removes_are_not_recorded()
    {
        var filter = new Filter([
            FilterTerm.TryParse("process", "curl", not: true, out var term, out _)
                ? term!
                : throw new InvalidOperationException(),
        ]);

        var recorded = await RecordAsync(
            0,
            filter,
            ClientsOfNginx.Reply(1, "curl", "wget"),
            ClientsOfNginx.Update(2, "nc")
        );

        Assert.Equal(["nc", "wget"], recorded.Rows.Select(row => (string)row["client_name"]!));
    }

    private Task<RecordedFile> RecordAsync(params SubscriberEvent[] events) => RecordAsync(0, events);

    private Task<RecordedFile> RecordAsync(int later, params SubscriberEvent[] events) =>
        RecordAsync(later, Filter.Everything, events);

    /// <summary>Records these events, with one scan after the first event and one at the end.</summary>
    private async Task<RecordedFile> RecordAsync(int later, Filter filter, params SubscriberEvent[] events)
    {
        var file = new RecordingFile(_folder.PathOf("day.ndjson"));
        var recording = file.Open(default) is { } saved ? new Recording(saved, "1h") : new Recording("1h");
        var all = Channel.CreateUnbounded<SubscriberEvent>();
        foreach (var sent in events)
        {
            Assert.True(all.Writer.TryWrite(sent));
        }

        all.Writer.Complete();
        Assert.True(UtcTime.TryParse(Start, out var start));
        var recorder = new Recorder(
            new RecordingWriter(recording, file, TimeProvider.System),
            new RecordPlan(TimeSpan.FromHours(1), null, filter),
            new TickingClock(start.AddSeconds(later))
        );

        await Assert.ThrowsAsync<OperationCanceledException>(() => recorder.RunAsync(all.Reader, default));
        return RecordedFile.Read(file.Path);
    }

    private static (string, string, int) Seen(System.Text.Json.Nodes.JsonObject row) =>
        ((string)row["first_seen"]!, (string)row["last_seen"]!, (int)row["scans"]!);

    /// <summary>A clock that advances by a second each time it is read.</summary>
    private sealed class TickingClock(DateTimeOffset start) : TimeProvider
    {
        private int _reads = -1;

        public override DateTimeOffset GetUtcNow() => start.AddSeconds(++_reads);
    }
}
