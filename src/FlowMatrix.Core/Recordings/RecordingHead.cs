namespace FlowMatrix.Core.Recordings;

/// <summary>The first line of a recording. Source: docs/live.md, "The file".</summary>
/// <param name="From">Time of the first scan, in UTC, to the second.</param>
/// <param name="To">Time of the last scan, in UTC, to the second.</param>
/// <param name="Every">The interval between scans, as users write durations: "30s".</param>
/// <param name="Scans">Number of scans that were taken.</param>
/// <param name="Missed">Number of scans that were due while the analyzer was not connected.</param>
/// <param name="Rows">Number of rows that follow. A file with fewer rows is truncated.</param>
internal sealed record RecordingHead(
    DateTimeOffset From,
    DateTimeOffset To,
    string Every,
    int Scans,
    int Missed,
    int Rows
)
{
    /// <summary>The filters of the recorded rows, as on a command line; empty for all rows.</summary>
    public string Filter { get; init; } = "";

    /// <summary>Number of scans that were taken while known hosts were missing.</summary>
    public int Incomplete { get; init; }

    /// <summary>The only key of the line's object. It identifies a file as a recording.</summary>
    public static ReadOnlySpan<byte> Key => "recording"u8;

    /// <summary>Key that marks the first and the last line. Files of earlier versions have no last line.</summary>
    public const string Mark = "mark";
    public const string First = "first";
    public const string Last = "last";
}
