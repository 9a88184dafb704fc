namespace FlowMatrix.Core.Recordings;

/// <summary>What the first line of a recording says of it.</summary>
/// <param name="From">When its first scan was taken. UTC, to the second, as all times of it.</param>
/// <param name="To">When its last scan was taken.</param>
/// <param name="Every">How far its scans are apart, as users write spans of time: "30s".</param>
/// <param name="Scans">How many were taken.</param>
/// <param name="Missed">How many were due while there was no connection to the analyzer.</param>
/// <param name="Rows">How many rows follow: a file that has fewer is truncated.</param>
internal sealed record RecordingHead(
    DateTimeOffset From,
    DateTimeOffset To,
    string Every,
    int Scans,
    int Missed,
    int Rows
)
{
    /// <summary>The filters of what was recorded, as they would stand on a command line; empty for all rows.</summary>
    public string Filter { get; init; } = "";

    /// <summary>How many of the scans were incomplete, taken while known hosts were missing.</summary>
    public int Incomplete { get; init; }

    /// <summary>The one key of the line, by which a recording is told from everything else.</summary>
    public static ReadOnlySpan<byte> Key => "recording"u8;

    /// <summary>Says of a line which of the two it is, between which the rows are; files of earlier versions have no last one.</summary>
    public const string Mark = "mark";
    public const string First = "first";
    public const string Last = "last";
}
