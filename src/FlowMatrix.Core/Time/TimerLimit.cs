namespace FlowMatrix.Core.Time;

/// <summary>Timers take no longer waits than 2^31 milliseconds, some 24 days, and users may ask for any.</summary>
internal static class TimerLimit
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>The span as a timer can wait for it; none at all where it is over already.</summary>
    public static TimeSpan ForTimer(this TimeSpan span) =>
        span < TimeSpan.Zero ? TimeSpan.Zero
        : span < Longest ? span
        : Longest;
}
