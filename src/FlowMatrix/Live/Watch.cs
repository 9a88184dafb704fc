using System.Threading.Channels;
using FlowMatrix.Matrices;
using FlowMatrix.Skydive;
using FlowMatrix.Sockets;
using FlowMatrix.Tables;

namespace FlowMatrix.Live;

/// <summary>When a watch ends by itself.</summary>
/// <param name="After">So long after its beginning; null for never.</param>
/// <param name="WhenStable">When nothing has come or gone for so long.</param>
internal sealed record WatchEnd(TimeSpan? After, TimeSpan? WhenStable);

/// <summary>Rows that came or went, small enough to be a matrix of their own, with what happened to each.</summary>
internal sealed record ChangeBatch(Matrix Matrix, IReadOnlyList<RowChange> Changes, bool IsInitial)
{
    /// <param name="vocabulary">Of the changes; the batch has its own, with nothing else in it.</param>
    public static ChangeBatch Of(IEnumerable<RowChange> changes, Vocabulary vocabulary)
    {
        var own = new Vocabulary();
        var translation = new Translation(vocabulary, own);
        var builder = new MatrixBuilder(own);
        var byRow = new Dictionary<Row, RowChange>(RowKeys.Instance);
        foreach (var change in changes)
        {
            var state = translation.State(change.State);
            state.AddTo(builder);
            byRow.Add(state.Row, change);
        }

        var matrix = builder.Build(new Census([], 0, 0, 0, 0, 0, 0), []);
        return new ChangeBatch(matrix, [.. matrix.Rows.Select(row => byRow[row])], IsInitial: false);
    }
}

/// <summary>Where changes are told.</summary>
internal interface IChangeSink
{
    /// <summary>Told after everything that happened, with no changes where there are none.</summary>
    Task TellAsync(ChangeBatch? batch, LiveEstate estate, CancellationToken cancel);
}

/// <summary>Takes what a subscriber tells, and tells what changed once it has settled.</summary>
internal sealed class Watch(LiveEstate estate, IChangeSink sink, WatchEnd end, bool tellInitial, TimeProvider time)
{
    /// <summary>Told once, when the first answer is there and before any row is told.</summary>
    public Action Began { get; init; } = () => { };

    private DateTimeOffset _lastChange;
    private DateTimeOffset _began;

    public async Task RunAsync(ChannelReader<LiveEvent> events, CancellationToken cancel)
    {
        _began = _lastChange = time.GetUtcNow();
        try
        {
            while (true)
            {
                var now = time.GetUtcNow();
                await TellSettledAsync(now, all: false, cancel);
                if (Ends(now))
                {
                    break;
                }

                if (events.TryRead(out var happened) || (await WaitAsync(events, now, cancel) && events.TryRead(out happened)))
                {
                    await ApplyAsync(happened, cancel);
                }
            }
        }
        finally
        {
            // What has not settled is a difference all the same when nobody will look again.
            await TellSettledAsync(time.GetUtcNow(), all: true, CancellationToken.None);
        }
    }

    private async Task ApplyAsync(LiveEvent happened, CancellationToken cancel)
    {
        var (now, first) = (time.GetUtcNow(), !estate.Began);
        if (estate.Apply(happened, now) || first)
        {
            _lastChange = now;
        }

        if (first)
        {
            Began();
        }

        if (first && tellInitial)
        {
            var matrix = estate.ToMatrix();
            var all = matrix.Rows.Select((row, i) => new RowChange(new RowState(row, [.. matrix.Via(i)]), Came: true, now));
            await sink.TellAsync(ChangeBatch.Of(all, estate.Vocabulary) with { IsInitial = true }, estate, cancel);
        }
        else
        {
            await sink.TellAsync(null, estate, cancel);
        }
    }

    private async Task TellSettledAsync(DateTimeOffset now, bool all, CancellationToken cancel)
    {
        if (estate.Changes.Take(now, all) is { Count: > 0 } settled)
        {
            await sink.TellAsync(ChangeBatch.Of(settled, estate.Vocabulary), estate, cancel);
        }
    }

    private bool Ends(DateTimeOffset now) =>
        (end.After is { } after && now >= _began + after)
        || (end.WhenStable is { } stable && estate.Began && estate.Changes.Count == 0 && now >= _lastChange + stable);

    /// <returns>Whether something came before it was time to look anyway.</returns>
    private async Task<bool> WaitAsync(ChannelReader<LiveEvent> events, DateTimeOffset now, CancellationToken cancel)
    {
        DateTimeOffset?[] moments = [estate.Changes.Due, _began + end.After, estate.Began ? _lastChange + end.WhenStable : null];
        return await LiveFeed.WaitAsync(events, moments.Min() - now, cancel);
    }
}
