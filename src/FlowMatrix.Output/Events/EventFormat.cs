using System.Text;
using System.Text.Json;
using FlowMatrix.Core.Events;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Time;
using FlowMatrix.Output.Tables;

namespace FlowMatrix.Output.Events;

/// <summary>
/// A format of <c>flowmatrix watch</c>: one line per live event. Each format is one class and one entry of
/// <see cref="All"/>.
/// </summary>
internal abstract class EventFormat
{
    /// <summary>All formats of live events. The help text, the validation and the choice read this list.</summary>
    public static readonly IReadOnlyList<EventFormat> All =
    [
        new EventTableFormat(),
        new EventCsvFormat(),
        new EventNdjsonFormat(),
    ];

    public abstract string Name { get; }

    /// <summary>File name extensions of <c>--output</c> that select this format, with the dot.</summary>
    public virtual IReadOnlyList<string> Extensions => [$".{Name}"];

    /// <summary>
    /// Whether a file with this first line has this format. Events are appended to such a file; any other is refused.
    /// </summary>
    public abstract bool Begins(string firstLine, FormatOptions options);

    /// <summary>The header line, without its line end; null if there is none.</summary>
    public virtual string? Header(FormatOptions options) => null;

    /// <summary>The lines of these events, without line ends.</summary>
    public abstract IEnumerable<string> Lines(EventBatch batch, FormatOptions options);

    protected static string Event(RowEvent rowEvent) => rowEvent.Appeared ? "+" : "-";

    protected static string Time(RowEvent rowEvent) => UtcTime.Text(rowEvent.Time);
}

/// <summary>For people: the event, the service and its client.</summary>
internal sealed class EventTableFormat : EventFormat
{
    public override string Name => "table";

    public override IReadOnlyList<string> Extensions => [".txt", ".log"];

    public override bool Begins(string firstLine, FormatOptions options) => firstLine is ['+' or '-', ' ', '2', ..];

    public override IEnumerable<string> Lines(EventBatch batch, FormatOptions options)
    {
        var texts = new RowTexts(batch.Matrix, Printable.Escape);
        for (var i = 0; i < batch.Events.Count; i++)
        {
            var row = batch.Matrix.Rows[i];
            var service = string.Join(
                ' ',
                EndNames.Host(texts, row.ServiceHost),
                texts.Address(row.ServiceAddress),
                texts.Port(row.ServicePort),
                EndNames.Process(texts, row.ServiceProcess)
            );
            var client = string.Join(
                ' ',
                EndNames.Host(texts, row.ClientHost),
                texts.Address(row.ClientAddress),
                EndNames.Process(texts, row.ClientProcess)
            );
            yield return $"{Event(batch.Events[i])} {Time(batch.Events[i])}  {row.Protocol.Name().PadRight(4)} "
                + $"{service}  from  {client}";
        }
    }
}

/// <summary>The event and its time, followed by the fields of the csv format.</summary>
internal sealed class EventCsvFormat : EventFormat
{
    public override string Name => "csv";

    public override bool Begins(string firstLine, FormatOptions options) =>
        firstLine == Header(options with { Header = true }) || firstLine.TrimStart('\'') is ['+' or '-', ',', ..];

    public override string? Header(FormatOptions options) =>
        options.Header ? $"event,time,{string.Join(',', options.Columns.Select(column => column.Name))}" : null;

    public override IEnumerable<string> Lines(EventBatch batch, FormatOptions options)
    {
        var texts = new RowTexts(batch.Matrix, text => CsvFormat.Safe(text, options));
        for (var i = 0; i < batch.Events.Count; i++)
        {
            // A spreadsheet would read "+" or "-" as the start of a formula.
            var kind = options.SpreadsheetSafe ? $"'{Event(batch.Events[i])}" : Event(batch.Events[i]);
            var cells = options.Columns.Select(column => column.Text(texts, i));
            yield return $"{kind},{Time(batch.Events[i])},{string.Join(',', cells)}";
        }
    }
}

/// <summary>The objects of the ndjson format, with the event and its time as the first fields.</summary>
internal sealed class EventNdjsonFormat : EventFormat
{
    public override string Name => "ndjson";

    public override IReadOnlyList<string> Extensions => [".ndjson", ".jsonl"];

    public override bool Begins(string firstLine, FormatOptions options) =>
        firstLine.StartsWith("{\"event\":", StringComparison.Ordinal);

    public override IEnumerable<string> Lines(EventBatch batch, FormatOptions options)
    {
        using var line = new MemoryStream();
        using var json = new Utf8JsonWriter(line, RowJson.Options);
        var rows = new RowJson(batch.Matrix, options);
        for (var i = 0; i < batch.Events.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("event"u8, Event(batch.Events[i]));
            json.WriteString("time"u8, Time(batch.Events[i]));
            rows.WriteFields(json, i);
            json.WriteEndObject();
            json.Flush();
            yield return Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length);
            line.SetLength(0);
            json.Reset();
        }
    }
}
