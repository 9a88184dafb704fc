using Microsoft.Extensions.Time.Testing;

namespace FlowMatrix.Testing;

/// <summary>
/// A clock that stands still until a test lets time pass. It knows the waits of the code under test, so that a test can
/// first wait until such a wait has begun. So no test depends on the speed of the machine.
/// </summary>
internal sealed class FakeClock : FakeTimeProvider
{
    /// <summary>
    /// The tool adds 2 ms to each wait, since real timers may fire early. Over several waits these add up.
    /// </summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// Limit, in real time, for the code under test to begin a wait. A test that hangs fails after it.
    /// </summary>
    private static readonly TimeSpan RealTimeout = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly HashSet<Wait> _waits = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FakeClock()
        : base(new DateTimeOffset(2025, 1, 31, 9, 15, 20, TimeSpan.Zero)) { }

    /// <summary>Offset of the time of day. It does not affect how much time passes.</summary>
    public TimeSpan ClockOffset { get; set; }

    private TimeSpan Elapsed => GetElapsedTime(0);

    /// <summary>Waits until the code under test waits for this span from now on, and lets that time pass.</summary>
    /// <param name="others">Further waits that must have begun before the time passes.</param>
    public Task AdvanceAsync(TimeSpan span, params TimeSpan[] others) => WaitAsync([span, .. others], Advance);

    public Task AdvanceAsync(double seconds) => AdvanceAsync(TimeSpan.FromSeconds(seconds));

    /// <summary>Waits until the code under test waits for this span from now on.</summary>
    public Task WaitForTimerAsync(TimeSpan span) => WaitAsync([span], _ => { });

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ClockOffset;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime <= TimeSpan.Zero || period > TimeSpan.Zero)
        {
            // A timer that ends at once, never or periodically is not a wait that a test can wait for.
            return base.CreateTimer(callback, state, dueTime, period);
        }

        lock (_lock)
        {
            var wait = new Wait(base.CreateTimer(callback, state, dueTime, period), Elapsed + dueTime, this);
            _waits.Add(wait);
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return wait;
        }
    }

    /// <param name="found">Called with the remaining time of the first wait; no wait begins or ends meanwhile.</param>
    private async Task WaitAsync(TimeSpan[] spans, Action<TimeSpan> found)
    {
        while (true)
        {
            Task changed;
            List<TimeSpan> left;
            lock (_lock)
            {
                changed = _changed.Task;
                left = [.. _waits.Select(wait => wait.Due - Elapsed).Where(wait => wait > TimeSpan.Zero)];
                var all = spans.Select(span => left.Find(wait => (wait - span).Duration() <= Tolerance)).ToList();
                if (!all.Contains(TimeSpan.Zero))
                {
                    found(all[0]);
                    return;
                }
            }

            try
            {
                await changed.WaitAsync(RealTimeout);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"waited for {string.Join(", ", left)}, not {string.Join(", ", spans)}");
            }
        }
    }

    private sealed class Wait(ITimer timer, TimeSpan due, FakeClock clock) : ITimer
    {
        public TimeSpan Due => due;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Unregister();
            return timer.Change(dueTime, period);
        }

        public void Dispose()
        {
            Unregister();
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Unregister();
            return timer.DisposeAsync();
        }

        private void Unregister()
        {
            lock (clock._lock)
            {
                clock._waits.Remove(this);
            }
        }
    }
}
