using System.Threading.Channels;
using FlowMatrix.Core.Time;
using FlowMatrix.Sources.Skydive.Subscribing;

namespace FlowMatrix.Live;

/// <summary>
/// What a subscriber tells, received while it is looked at. Whoever reads the events hears why there are no more.
/// </summary>
internal sealed class LiveFeed : IAsyncDisposable
{
    /// <summary>Messages that are read before they are looked at: then the analyzer has to wait.</summary>
    private const int ReadAhead = 16;

    private readonly Channel<SubscriberEvent> _events = Channel.CreateBounded<SubscriberEvent>(ReadAhead);
    private readonly CancellationTokenSource _stop;
    private readonly Task _receiving;

    public LiveFeed(Subscriber subscriber, CancellationToken cancel)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _receiving = ReceiveAsync(subscriber);
    }

    public ChannelReader<SubscriberEvent> Events => _events.Reader;

    /// <param name="time">The clock of the wait.</param>
    /// <param name="most">How long to wait; null for ever.</param>
    /// <returns>Whether something came within that time.</returns>
    public static async Task<bool> WaitAsync(
        ChannelReader<SubscriberEvent> events,
        TimeProvider time,
        TimeSpan? most,
        CancellationToken cancel
    )
    {
        // Timers may be early by some of their own ticks.
        using var limit = new TimeLimit(most + TimeSpan.FromMilliseconds(2), time, cancel);
        try
        {
            return await events.WaitToReadAsync(limit.Token)
                ? true
                : throw new OperationCanceledException("the subscriber ended");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested && limit.IsOver)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _receiving;
        _stop.Dispose();
    }

    private async Task ReceiveAsync(Subscriber subscriber)
    {
        try
        {
            await Task.Run(() => subscriber.RunAsync(_events.Writer, _stop.Token), CancellationToken.None);
        }
        catch (Exception e)
        {
            _events.Writer.TryComplete(e);
        }
    }
}
