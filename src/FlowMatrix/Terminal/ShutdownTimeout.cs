namespace FlowMatrix.Terminal;

/// <summary>How long an interrupted command may take to end. A second interrupt ends it at once.</summary>
internal sealed class ShutdownTimeout
{
    /// <summary>
    /// A thread that waits for a pipe or a disk does not notice cancellation, so the process ends after this time.
    /// </summary>
    public TimeSpan Limit { get; set; } = TimeSpan.FromMilliseconds(500);
}
