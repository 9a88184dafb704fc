using System.Text.Json;

namespace FlowMatrix.Formats;

/// <summary>What the first line of a recording says of it.</summary>
/// <param name="From">When its first scan was taken. UTC, to the second, as all times of it.</param>
/// <param name="To">When its last scan was taken.</param>
/// <param name="Every">How far its scans are apart, as users write spans of time: "30s".</param>
/// <param name="Scans">How many were taken.</param>
/// <param name="Missed">How many were due while there was no connection to the analyzer.</param>
/// <param name="Rows">How many rows follow: a file that has fewer is cut off.</param>
internal sealed record RecordingHead(
    DateTimeOffset From, DateTimeOffset To, string Every, int Scans, int Missed, int Rows)
{
    /// <summary>The filters of what was recorded, as they would stand on a command line; empty for all rows.</summary>
    public string Filter { get; init; } = "";

    /// <summary>How many of the scans were taken while known hosts were missing.</summary>
    public int Incomplete { get; init; }

    /// <summary>The one key of the line, by which a recording is told from everything else.</summary>
    public static ReadOnlySpan<byte> Key => "recording"u8;

    /// <summary>Says of a line which of the two it is, between which the rows are; files of earlier versions have no last one.</summary>
    public const string Mark = "mark";
    public const string First = "first";
    public const string Last = "last";

    public void Write(Stream output) => WriteLine(output, json =>
    {
        json.WriteString(Mark, First);
        json.WriteString("from"u8, UtcTime.Text(From));
        json.WriteString("to"u8, UtcTime.Text(To));
        json.WriteString("every"u8, Every);
        json.WriteNumber("scans"u8, Scans);
        json.WriteNumber("missed"u8, Missed);
        json.WriteNumber("incomplete"u8, Incomplete);
        json.WriteNumber("rows"u8, Rows);
        if (Filter.Length > 0)
        {
            json.WriteString("filter"u8, Filter);
        }
    });

    /// <summary>The line behind the rows: a file without it is cut off.</summary>
    public void WriteEnd(Stream output) => WriteLine(output, json =>
    {
        json.WriteString(Mark, Last);
        json.WriteNumber("rows"u8, Rows);
    });

    private static void WriteLine(Stream output, Action<Utf8JsonWriter> fields)
    {
        using (var json = new Utf8JsonWriter(output, RowJson.Options))
        {
            json.WriteStartObject();
            json.WriteStartObject(Key);
            fields(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }
}
