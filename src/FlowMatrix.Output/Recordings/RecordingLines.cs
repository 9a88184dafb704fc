using System.Text.Json;
using FlowMatrix.Core.Recordings;
using FlowMatrix.Core.Time;
using FlowMatrix.Output.Tables;

namespace FlowMatrix.Output.Recordings;

/// <summary>
/// Writes the first and the last line of a recording; the rows between them are NDJSON. Source: docs/live.md, "The
/// file".
/// </summary>
internal static class RecordingLines
{
    public static void WriteHead(Stream output, RecordingHead head) =>
        WriteLine(
            output,
            json =>
            {
                json.WriteString(RecordingHead.Mark, RecordingHead.First);
                json.WriteString("from"u8, UtcTime.Text(head.From));
                json.WriteString("to"u8, UtcTime.Text(head.To));
                json.WriteString("every"u8, head.Every);
                json.WriteNumber("scans"u8, head.Scans);
                json.WriteNumber("missed"u8, head.Missed);
                json.WriteNumber("incomplete"u8, head.Incomplete);
                json.WriteNumber("rows"u8, head.Rows);
                if (head.Filter.Length > 0)
                {
                    json.WriteString("filter"u8, head.Filter);
                }
            }
        );

    /// <summary>Writes the last line. A recording without it is truncated.</summary>
    public static void WriteEnd(Stream output, RecordingHead head) =>
        WriteLine(
            output,
            json =>
            {
                json.WriteString(RecordingHead.Mark, RecordingHead.Last);
                json.WriteNumber("rows"u8, head.Rows);
            }
        );

    private static void WriteLine(Stream output, Action<Utf8JsonWriter> fields)
    {
        using (var json = new Utf8JsonWriter(output, RowJson.Options))
        {
            json.WriteStartObject();
            json.WriteStartObject(RecordingHead.Key);
            fields(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }
}
