namespace FlowMatrix.Core.Time;

/// <summary>A cancellation token that is cancelled with another one, or when a time span has passed.</summary>
internal sealed class TimeLimit : IDisposable
{
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _either;

    /// <param name="span">Of any length; null for no limit.</param>
    public TimeLimit(TimeSpan? span, TimeProvider time, CancellationToken cancel)
    {
        _timer = new CancellationTokenSource(span?.ForTimer() ?? Timeout.InfiniteTimeSpan, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _timer.Token);
    }

    public CancellationToken Token => _either.Token;

    /// <summary>Whether the time is up.</summary>
    public bool IsOver => _timer.IsCancellationRequested;

    public void Dispose()
    {
        _either.Dispose();
        _timer.Dispose();
    }
}
