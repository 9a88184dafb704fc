namespace FlowMatrix.Core.Time;

/// <summary>Timers wait less than 2^31 milliseconds (about 24 days), but users may ask for longer waits.</summary>
internal static class TimerLimit
{
    private static readonly TimeSpan Max = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>Returns the duration limited to what a timer can wait; zero if it is negative.</summary>
    public static TimeSpan ForTimer(this TimeSpan span) =>
        span < TimeSpan.Zero ? TimeSpan.Zero
        : span < Max ? span
        : Max;
}
