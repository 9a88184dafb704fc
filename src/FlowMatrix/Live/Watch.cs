using System.Threading.Channels;
using FlowMatrix.Core.Events;
using FlowMatrix.Core.Model;
using FlowMatrix.Sources.Skydive.Subscribing;

namespace FlowMatrix.Live;

/// <summary>When a watch ends by itself.</summary>
/// <param name="After">Time since its start; null for no limit.</param>
/// <param name="WhenStable">Time since a row was last added or removed; null for no limit.</param>
internal sealed record WatchEnd(TimeSpan? After, TimeSpan? WhenStable);

/// <summary>Receives the live events of a watch.</summary>
internal interface IEventSink
{
    /// <summary>
    /// Called after each message of the analyzer, with null if no row appeared or ended. Nothing else receives the
    /// batch: all of it is written, even if the watch is interrupted meanwhile.
    /// </summary>
    Task WriteAsync(EventBatch? batch, LiveEstate estate);

    /// <summary>Called when the connection to the analyzer is lost: what is shown may be outdated.</summary>
    void ReportDisconnected(DateTimeOffset since) { }
}

/// <summary>
/// Follows a subscription and writes the changes of rows after they have settled. While disconnected, no changes are
/// written and the estate does not count as stable.
/// </summary>
internal sealed class Watch(LiveEstate estate, IEventSink sink, WatchEnd end, bool writeInitial, TimeProvider time)
{
    /// <summary>Called once after the first answer, before any row is written.</summary>
    public Action Started { get; init; } = () => { };

    private DateTimeOffset _lastChange;
    private DateTimeOffset _began;
    private long _beganAt;
    private bool _disconnected;

    /// <summary>Whether the connection to the analyzer is lost.</summary>
    public bool IsLost => _disconnected;

    /// <summary>The start time plus the time passed since: it does not jump if the system clock is set.</summary>
    private DateTimeOffset Now => _began + time.GetElapsedTime(_beganAt);

    public async Task RunAsync(ChannelReader<SubscriberEvent> events, CancellationToken cancel)
    {
        _beganAt = time.GetTimestamp();
        _began = _lastChange = time.GetUtcNow();
        try
        {
            while (true)
            {
                var now = Now;
                if (!_disconnected)
                {
                    await RemoveOverdueHostsAsync(now);
                    await WriteSettledAsync(now, all: false);
                }

                if (Ends(now))
                {
                    break;
                }

                if (
                    events.TryRead(out var received)
                    || (await WaitAsync(events, now, cancel) && events.TryRead(out received))
                )
                {
                    await ApplyAsync(received);
                }
            }
        }
        finally
        {
            // At the end, changes that have not settled are written too.
            await WriteSettledAsync(Now, all: true);
        }
    }

    private async Task ApplyAsync(SubscriberEvent received)
    {
        if (received.IsKeepAlive)
        {
            return;
        }

        if (received.IsDisconnected)
        {
            _disconnected = true;
            sink.ReportDisconnected(time.GetUtcNow());
            return;
        }

        var (now, first, reconnected) = (Now, !estate.HasStarted, _disconnected && received.Addresses is not null);
        if (estate.Apply(received, now) || first || reconnected)
        {
            _lastChange = now;
        }

        _disconnected &= !reconnected;

        if (first)
        {
            Started();
        }

        if (first && writeInitial)
        {
            var (matrix, at) = (estate.ToMatrix(), time.GetUtcNow());
            var all = matrix.Rows.Select(
                (row, i) => new RowEvent(new RowState(row, [.. matrix.Via(i)]), Appeared: true, at)
            );
            await sink.WriteAsync(EventBatch.Create(all, estate.IdTables) with { IsInitial = true }, estate);
        }
        else
        {
            await sink.WriteAsync(null, estate);
        }
    }

    private async Task RemoveOverdueHostsAsync(DateTimeOffset now)
    {
        if (estate.GraceLeft <= TimeSpan.Zero && estate.RemoveOverdue(now))
        {
            _lastChange = now;
            await sink.WriteAsync(null, estate);
        }
    }

    private async Task WriteSettledAsync(DateTimeOffset now, bool all)
    {
        if (estate.Events.Take(now, all) is { Count: > 0 } settled)
        {
            var events = settled.Select(change => change with { Time = ToWallClock(change.Time, now) });
            await sink.WriteAsync(EventBatch.Create(events, estate.IdTables), estate);
        }
    }

    /// <summary>
    /// Converts a time to the current system clock, which may have been set, or suspended, since the start.
    /// </summary>
    private DateTimeOffset ToWallClock(DateTimeOffset moment, DateTimeOffset now)
    {
        var offset = time.GetUtcNow() - now;
        return offset.Duration() > TimeSpan.FromSeconds(1) ? moment + offset : moment;
    }

    private bool Ends(DateTimeOffset now) =>
        (end.After is { } after && now >= _began + after)
        || (
            end.WhenStable is { } stable
            && estate.HasStarted
            && !_disconnected
            && !estate.IsIncomplete
            && estate.Events.Count == 0
            && now >= _lastChange + stable
        );

    /// <returns>Whether there is an event; false if something else is due.</returns>
    private async Task<bool> WaitAsync(
        ChannelReader<SubscriberEvent> events,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        DateTimeOffset?[] moments = _disconnected
            ? [_began + end.After]
            :
            [
                estate.Events.Due,
                _began + end.After,
                now + estate.GraceLeft,
                estate.HasStarted && !estate.IsIncomplete ? _lastChange + end.WhenStable : null,
            ];
        return await LiveFeed.WaitAsync(events, time, moments.Min() - now, cancel);
    }
}
