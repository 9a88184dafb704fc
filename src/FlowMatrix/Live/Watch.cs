using System.Threading.Channels;
using FlowMatrix.Core.Events;
using FlowMatrix.Core.Model;
using FlowMatrix.Sources.Skydive.Subscribing;

namespace FlowMatrix.Live;

/// <summary>When a watch ends by itself.</summary>
/// <param name="After">So long after its beginning; null for never.</param>
/// <param name="WhenStable">When nothing has come or gone for so long.</param>
internal sealed record WatchEnd(TimeSpan? After, TimeSpan? WhenStable);

/// <summary>Receives the live events of a watch.</summary>
internal interface IEventSink
{
    /// <summary>
    /// Called after each message of the analyzer, with null if no row appeared or ended. Nothing else receives the
    /// batch: all of it is written, even if the watch is interrupted meanwhile.
    /// </summary>
    Task TellAsync(EventBatch? batch, LiveEstate estate);

    /// <summary>Told when the connection to the analyzer broke: what is shown may no longer be so.</summary>
    void Lost(DateTimeOffset since) { }
}

/// <summary>
/// Takes what a subscriber tells, and tells what changed once it has settled. While there is no connection nothing
/// settles and nothing is stable: nobody looks.
/// </summary>
internal sealed class Watch(LiveEstate estate, IEventSink sink, WatchEnd end, bool tellInitial, TimeProvider time)
{
    /// <summary>Told once, when the first answer is there and before any row is told.</summary>
    public Action Began { get; init; } = () => { };

    private DateTimeOffset _lastChange;
    private DateTimeOffset _began;
    private long _beganAt;
    private bool _lost;

    /// <summary>Whether there is no connection to the analyzer any more.</summary>
    public bool IsLost => _lost;

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
                if (!_lost)
                {
                    await GiveUpOverdueHostsAsync(now);
                    await TellSettledAsync(now, all: false);
                }

                if (Ends(now))
                {
                    break;
                }

                if (
                    events.TryRead(out var happened)
                    || (await WaitAsync(events, now, cancel) && events.TryRead(out happened))
                )
                {
                    await ApplyAsync(happened);
                }
            }
        }
        finally
        {
            // What has not settled is a difference all the same when nobody will look again.
            await TellSettledAsync(Now, all: true);
        }
    }

    private async Task ApplyAsync(SubscriberEvent happened)
    {
        if (happened.IsAlive)
        {
            return;
        }

        if (happened.IsLost)
        {
            _lost = true;
            sink.Lost(time.GetUtcNow());
            return;
        }

        var (now, first, again) = (Now, !estate.Began, _lost && happened.Addresses is not null);
        if (estate.Apply(happened, now) || first || again)
        {
            _lastChange = now;
        }

        _lost &= !again;

        if (first)
        {
            Began();
        }

        if (first && tellInitial)
        {
            var (matrix, at) = (estate.ToMatrix(), time.GetUtcNow());
            var all = matrix.Rows.Select(
                (row, i) => new RowEvent(new RowState(row, [.. matrix.Via(i)]), Came: true, at)
            );
            await sink.TellAsync(EventBatch.Create(all, estate.IdTables) with { IsInitial = true }, estate);
        }
        else
        {
            await sink.TellAsync(null, estate);
        }
    }

    private async Task GiveUpOverdueHostsAsync(DateTimeOffset now)
    {
        if (estate.GraceLeft <= TimeSpan.Zero && estate.GiveUpOverdue(now))
        {
            _lastChange = now;
            await sink.TellAsync(null, estate);
        }
    }

    private async Task TellSettledAsync(DateTimeOffset now, bool all)
    {
        if (estate.Events.Take(now, all) is { Count: > 0 } settled)
        {
            var told = settled.Select(change => change with { Time = OnTheClock(change.Time, now) });
            await sink.TellAsync(EventBatch.Create(told, estate.IdTables), estate);
        }
    }

    /// <summary>
    /// A moment by the clock as it is set now, which may have been set or have slept since the beginning.
    /// </summary>
    private DateTimeOffset OnTheClock(DateTimeOffset moment, DateTimeOffset now)
    {
        var wrong = time.GetUtcNow() - now;
        return wrong.Duration() > TimeSpan.FromSeconds(1) ? moment + wrong : moment;
    }

    private bool Ends(DateTimeOffset now) =>
        (end.After is { } after && now >= _began + after)
        || (
            end.WhenStable is { } stable
            && estate.Began
            && !_lost
            && !estate.IsIncomplete
            && estate.Events.Count == 0
            && now >= _lastChange + stable
        );

    /// <returns>Whether something came before it was time to look anyway.</returns>
    private async Task<bool> WaitAsync(
        ChannelReader<SubscriberEvent> events,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        DateTimeOffset?[] moments = _lost
            ? [_began + end.After]
            :
            [
                estate.Events.Due,
                _began + end.After,
                now + estate.GraceLeft,
                estate.Began && !estate.IsIncomplete ? _lastChange + end.WhenStable : null,
            ];
        return await LiveFeed.WaitAsync(events, time, moments.Min() - now, cancel);
    }
}
