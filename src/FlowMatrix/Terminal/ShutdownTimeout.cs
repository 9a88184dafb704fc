namespace FlowMatrix.Terminal;

/// <summary>How long an interrupted command is waited for. A second interrupt ends it at once, whatever is said here.</summary>
internal sealed class ShutdownTimeout
{
    /// <summary>Whoever waits for a pipe or a disk doesn't hear a token: after a moment the process ends all the same.</summary>
    public TimeSpan Most { get; set; } = TimeSpan.FromMilliseconds(500);
}
