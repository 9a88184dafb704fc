using System.Globalization;
using System.Text;
using System.Text.Json;
using FlowMatrix.Core;
using FlowMatrix.Core.Recordings;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Time;
using FlowMatrix.Sources.Json;

namespace FlowMatrix.Sources.Rows;

/// <summary>
/// Reads a recording: a first line about the recording, then one JSON object per row, then a last line. Source:
/// docs/live.md, "The file".
/// </summary>
internal sealed class RecordingReader(string name)
{
    /// <summary>
    /// Limit of the counters: a century of scans every three seconds. It keeps their sums from overflowing.
    /// </summary>
    private const int MaxCount = 1_000_000_000;

    public SavedRecording Read(Stream stream, CancellationToken cancel) =>
        RowObjects.WithReadErrors(
            name,
            () =>
            {
                var json = new JsonStream(stream, cancel);
                var (head, hasEnd) = ReadHead(ref json);
                var rows = new MatrixRows { RecordedScans = head.Scans };
                var objects = new RowObjects(name, rows);
                var ended = false;
                while (json.Read())
                {
                    if (ended)
                    {
                        throw RowObjects.Wrong(name, json, "unexpected data after the last line of the recording");
                    }

                    ended = !objects.Read(ref json, RecordingHead.Key);
                    if (ended)
                    {
                        ReadEnd(ref json);
                    }
                }

                if (hasEnd && !ended)
                {
                    throw new Failure(
                        FailureKind.Input,
                        $"{name}: is truncated: the last line of the recording is missing"
                    );
                }

                return rows.Count == head.Rows
                    ? new SavedRecording(head, rows.Build())
                    : throw new Failure(
                        FailureKind.Input,
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{name}: has {Counted.Text(rows.Count, "row")}, but {head.Rows:N0} according to its first "
                                + $"line: is the file truncated? (Without the first line it can be read as ndjson)"
                        )
                    );
            }
        );

    /// <summary>Reads the first line, whose key "recording" was detected already.</summary>
    /// <returns>The first line, and whether a last line must follow: older recordings have none.</returns>
    private (RecordingHead Head, bool HasEnd) ReadHead(ref JsonStream json)
    {
        json.Read();
        json.Read();
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw RowObjects.Wrong(name, json, "\"recording\" must be an object");
        }

        (DateTimeOffset? from, DateTimeOffset? to, string? every) = (null, null, null);
        (int? scans, int? missed, int? rows) = (null, null, null);
        var (filter, incomplete, hasEnd) = ("", 0, false);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var field = json.GetString();
            json.Read();
            switch (field)
            {
                case "from":
                    from = Time(json, field);
                    break;
                case "to":
                    to = Time(json, field);
                    break;
                case "every":
                    every = Span(json, field);
                    break;
                case "scans":
                    scans = Number(json, field, min: 1);
                    break;
                case "missed":
                    missed = Number(json, field, min: 0);
                    break;
                case "incomplete":
                    incomplete = Number(json, field, min: 0);
                    break;
                case "rows":
                    rows = Number(json, field, min: 0);
                    break;
                case RecordingHead.Mark:
                    hasEnd = Text(json) == RecordingHead.First;
                    break;
                case "filter":
                    filter = Text(json);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        var head = new RecordingHead(
            from ?? throw Missing(json, "from"),
            to ?? throw Missing(json, "to"),
            every ?? throw Missing(json, "every"),
            scans ?? throw Missing(json, "scans"),
            missed ?? throw Missing(json, "missed"),
            rows ?? throw Missing(json, "rows")
        )
        {
            Filter = filter,
            Incomplete = incomplete,
        };
        json.Read();
        return json.TokenType == JsonTokenType.EndObject
            ? (head, hasEnd)
            : throw RowObjects.Wrong(name, json, "the first line must have no key but \"recording\"");
    }

    /// <summary>Reads the last line, from its key "recording" on.</summary>
    private void ReadEnd(ref JsonStream json)
    {
        json.Read();
        var isLast = false;
        while (json.TokenType != JsonTokenType.EndObject && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isMark = json.NameIs("mark"u8);
            json.Read();
            isLast |= isMark && json.TokenType == JsonTokenType.String && json.GetString() == RecordingHead.Last;
            json.Skip();
        }

        json.Read();
        if (!isLast || json.TokenType != JsonTokenType.EndObject)
        {
            throw RowObjects.Wrong(name, json, "a second recording begins: a file can hold only one");
        }
    }

    private Failure Missing(in JsonStream json, string field) =>
        RowObjects.Wrong(name, json, $"the recording's {field} is missing");

    private string Span(in JsonStream json, string field) =>
        Text(json) is var text && GoDuration.TryParse(text, out _, out var problem)
            ? text
            : throw RowObjects.Wrong(name, json, $"{field} \"{text}\" is not a duration like 30s");

    private DateTimeOffset Time(in JsonStream json, string field) =>
        Text(json) is var text && UtcTime.TryParse(text, out var time)
            ? time
            : throw RowObjects.Wrong(name, json, $"{field} \"{text}\" is not a time like 2025-01-31T09:15:20Z");

    private int Number(in JsonStream json, string field, int min) =>
        Text(json) is var text
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= min
        && number <= MaxCount
            ? number
            : throw RowObjects.Wrong(
                name,
                json,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{field} \"{text}\" is not a number from {min} to {MaxCount}"
                )
            );

    private static string Text(in JsonStream json) =>
        json.TokenType == JsonTokenType.String ? json.GetString() : Encoding.UTF8.GetString(json.RawValue);
}
