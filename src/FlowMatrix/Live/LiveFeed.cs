using System.Threading.Channels;
using FlowMatrix.Core.Time;
using FlowMatrix.Sources.Skydive.Subscribing;

namespace FlowMatrix.Live;

/// <summary>
/// Runs a subscriber in the background and buffers its events. If the subscriber fails, the reader of the events gets
/// its exception.
/// </summary>
internal sealed class LiveFeed : IAsyncDisposable
{
    /// <summary>The number of buffered events; when the buffer is full, receiving pauses.</summary>
    private const int BufferSize = 16;

    private readonly Channel<SubscriberEvent> _events = Channel.CreateBounded<SubscriberEvent>(BufferSize);
    private readonly CancellationTokenSource _stop;
    private readonly Task _receiving;

    public LiveFeed(Subscriber subscriber, CancellationToken cancel)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _receiving = ReceiveAsync(subscriber);
    }

    public ChannelReader<SubscriberEvent> Events => _events.Reader;

    /// <summary>Waits for an event.</summary>
    /// <param name="time">The clock for the wait.</param>
    /// <param name="timeout">How long to wait; null for no limit.</param>
    /// <returns>Whether there is an event; false after the timeout.</returns>
    public static async Task<bool> WaitAsync(
        ChannelReader<SubscriberEvent> events,
        TimeProvider time,
        TimeSpan? timeout,
        CancellationToken cancel
    )
    {
        // Timers may fire slightly early.
        using var limit = new TimeLimit(timeout + TimeSpan.FromMilliseconds(2), time, cancel);
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
