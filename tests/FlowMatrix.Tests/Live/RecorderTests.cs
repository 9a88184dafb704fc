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

/// <summary>Which rows are in which scan, and since when. Each event comes a second after the one before.</summary>
public sealed class RecorderTests : IDisposable
{
    private const string Start = "2025-01-31T09:15:20Z";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_row_has_the_first_and_last_time_at_which_it_was_there()
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
    public async Task A_row_that_comes_and_goes_between_two_scans_is_in_the_second()
    {
        var recorded = await RecordAsync(
            ClientsOfNginx.Reply(1),
            ClientsOfNginx.Update(2, "curl"),
            ClientsOfNginx.Update(3)
        );

        Assert.Equal(("2025-01-31T09:15:21Z", "2025-01-31T09:15:22Z", 1), Seen(recorded["curl"]));
    }

    [Fact]
    public async Task A_row_that_goes_and_comes_back_counts_once_a_scan()
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
    public async Task A_row_says_the_most_connections_that_it_had_at_once()
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
    public async Task What_is_gone_after_a_broken_connection_was_there_until_it_broke()
    {
        var recorded = await RecordAsync(
            ClientsOfNginx.Reply(1, "curl", "wget"),
            SubscriberEvent.Lost,
            ClientsOfNginx.Reply(2, "wget")
        );

        Assert.Equal((Start, "2025-01-31T09:15:21Z", 2), Seen(recorded["curl"]));
        Assert.Equal((Start, "2025-01-31T09:15:23Z", 2), Seen(recorded["wget"]));
    }

    [Fact]
    public async Task What_ends_without_a_connection_was_seen_until_it_broke()
    {
        var recorded = await RecordAsync(
            ClientsOfNginx.Reply(1, "curl"),
            ClientsOfNginx.Update(2),
            ClientsOfNginx.Update(3, "wget"),
            SubscriberEvent.Lost
        );

        Assert.Equal((Start, "2025-01-31T09:15:21Z", 2), Seen(recorded["curl"]));
        Assert.Equal(("2025-01-31T09:15:22Z", "2025-01-31T09:15:23Z", 1), Seen(recorded["wget"]));
    }

    [Fact]
    public async Task A_recording_goes_on_where_it_ended()
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
    public async Task A_clock_that_is_set_back_makes_no_row_end_before_it_began()
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
    public async Task Rows_outlive_what_the_estate_forgets()
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
    public async Task What_a_filter_leaves_out_is_not_recorded()
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

    /// <summary>All of these events: a scan after the first, another at their end.</summary>
    private async Task<RecordedFile> RecordAsync(int later, Filter filter, params SubscriberEvent[] events)
    {
        var file = new RecordingFile(_folder.PathOf("day.ndjson"));
        var recording = file.Open(default) is { } saved ? new Recording(saved, "1h") : new Recording("1h");
        var all = Channel.CreateUnbounded<SubscriberEvent>();
        foreach (var happened in events)
        {
            Assert.True(all.Writer.TryWrite(happened));
        }

        all.Writer.Complete();
        Assert.True(UtcTime.TryParse(Start, out var start));
        var recorder = new Recorder(
            new RecordingWriter(recording, file, TimeProvider.System),
            new RecordPlan(TimeSpan.FromHours(1), null, filter),
            new EachSecond(start.AddSeconds(later))
        );

        await Assert.ThrowsAsync<OperationCanceledException>(() => recorder.RunAsync(all.Reader, default));
        return RecordedFile.Read(file.Path);
    }

    private static (string, string, int) Seen(System.Text.Json.Nodes.JsonObject row) =>
        ((string)row["first_seen"]!, (string)row["last_seen"]!, (int)row["scans"]!);

    /// <summary>A clock that is a second later each time that somebody looks at it.</summary>
    private sealed class EachSecond(DateTimeOffset start) : TimeProvider
    {
        private int _looks = -1;

        public override DateTimeOffset GetUtcNow() => start.AddSeconds(++_looks);
    }
}
