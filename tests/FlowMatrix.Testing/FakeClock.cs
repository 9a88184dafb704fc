using Microsoft.Extensions.Time.Testing;

namespace FlowMatrix.Testing;

/// <summary>
/// A clock that stands still until a test lets time pass. It knows what the code under test waits for, so that a test
/// can first wait for that wait to begin: no test depends on how fast the machine is.
/// </summary>
internal sealed class FakeClock : FakeTimeProvider
{
    /// <summary>The tool adds 2 ms to its waits, since real timers may be early: they add up.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(5);

    /// <summary>For tests that hang: how long to wait, in real time, for the code under test to begin a wait.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly HashSet<Wait> _waits = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FakeClock()
        : base(new DateTimeOffset(2025, 1, 31, 9, 15, 20, TimeSpan.Zero)) { }

    /// <summary>How far the time of day is off. How much time passes does not depend on it.</summary>
    public TimeSpan Wrong { get; set; }

    private TimeSpan Passed => GetElapsedTime(0);

    /// <summary>Waits until something waits for this long from now on, and lets that time pass.</summary>
    /// <param name="others">What has to be waited for besides: who waits later has seen the time pass already.</param>
    public Task PassAsync(TimeSpan span, params TimeSpan[] others) => WaitAsync([span, .. others], Advance);

    public Task PassAsync(double seconds) => PassAsync(TimeSpan.FromSeconds(seconds));

    /// <summary>Waits until something waits for this long from now on.</summary>
    public Task UntilWaitedForAsync(TimeSpan span) => WaitAsync([span], _ => { });

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Wrong;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime <= TimeSpan.Zero || period > TimeSpan.Zero)
        {
            // Over at once, never, or again and again: not a wait that a test would wait for.
            return base.CreateTimer(callback, state, dueTime, period);
        }

        lock (_lock)
        {
            var wait = new Wait(base.CreateTimer(callback, state, dueTime, period), Passed + dueTime, this);
            _waits.Add(wait);
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return wait;
        }
    }

    /// <param name="found">Called with what the first wait has left; no wait begins or ends meanwhile.</param>
    private async Task WaitAsync(TimeSpan[] spans, Action<TimeSpan> found)
    {
        while (true)
        {
            Task changed;
            List<TimeSpan> left;
            lock (_lock)
            {
                changed = _changed.Task;
                left = [.. _waits.Select(wait => wait.Due - Passed).Where(wait => wait > TimeSpan.Zero)];
                var all = spans.Select(span => left.Find(wait => (wait - span).Duration() <= Tolerance)).ToList();
                if (!all.Contains(TimeSpan.Zero))
                {
                    found(all[0]);
                    return;
                }
            }

            try
            {
                await changed.WaitAsync(Patience);
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
            Forget();
            return timer.Change(dueTime, period);
        }

        public void Dispose()
        {
            Forget();
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Forget();
            return timer.DisposeAsync();
        }

        private void Forget()
        {
            lock (clock._lock)
            {
                clock._waits.Remove(this);
            }
        }
    }
}
