using Microsoft.Extensions.Time.Testing;

namespace FlowMatrix.Testing;

/// <summary>
/// A clock that stands still until a test lets time pass. It knows what the code under test waits for, so that a test can
/// first wait for that wait to begin: no test depends on how fast the machine is.
/// </summary>
internal sealed class FakeClock : FakeTimeProvider
{
    /// <summary>The tool adds some milliseconds to its waits, since real timers may be early.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(5);

    /// <summary>For tests that hang: how long to wait, in real time, for the code under test to begin a wait.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly HashSet<Wait> _waits = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FakeClock()
        : base(new DateTimeOffset(2025, 1, 31, 9, 15, 20, TimeSpan.Zero)) { }

    /// <summary>Waits until something waits for this long, and lets that time pass.</summary>
    public async Task PassAsync(TimeSpan span) => Advance(await UntilWaitedForAsync(span));

    public Task PassAsync(double seconds) => PassAsync(TimeSpan.FromSeconds(seconds));

    /// <summary>Waits until something waits for this long from now on.</summary>
    /// <returns>How long exactly.</returns>
    public async Task<TimeSpan> UntilWaitedForAsync(TimeSpan span)
    {
        while (true)
        {
            Task changed;
            List<TimeSpan> left;
            lock (_lock)
            {
                changed = _changed.Task;
                left = [.. _waits.Select(wait => wait.Due - GetUtcNow())];
            }

            if (left.Find(wait => wait >= span && wait <= span + Tolerance) is var found && found > TimeSpan.Zero)
            {
                return found;
            }

            try
            {
                await changed.WaitAsync(Patience);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"nothing waits for {span}, only for {string.Join(", ", left)}");
            }
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var due = GetUtcNow() + (dueTime > TimeSpan.Zero ? dueTime : TimeSpan.Zero);
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime <= TimeSpan.Zero || period > TimeSpan.Zero)
        {
            // Over at once, never, or again and again: no wait that a test would wait for.
            return timer;
        }

        var wait = new Wait(timer, due, this);
        lock (_lock)
        {
            _waits.Add(wait);
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return wait;
    }

    private sealed class Wait(ITimer timer, DateTimeOffset due, FakeClock clock) : ITimer
    {
        public DateTimeOffset Due => due;

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
