using System.Text;
using System.Text.Json;
using FlowMatrix.Core.Events;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Time;
using FlowMatrix.Output.Tables;

namespace FlowMatrix.Output.Events;

/// <summary>A way to write rows that come and go: a line each.</summary>
internal abstract class EventFormat
{
    /// <summary>The one list of them: help, validation and choice all read it.</summary>
    public static readonly IReadOnlyList<EventFormat> All =
    [
        new EventTableFormat(),
        new EventCsvFormat(),
        new EventNdjsonFormat(),
    ];

    public abstract string Name { get; }

    /// <summary>Endings of file names that mean this format.</summary>
    public virtual IReadOnlyList<string> Extensions => [$".{Name}"];

    /// <summary>Whether a file whose first line begins so may be one of this format: lines are put at its end.</summary>
    public abstract bool Begins(string firstLine, FormatOptions options);

    /// <summary>The first line; null for none.</summary>
    public virtual string? Header(FormatOptions options) => null;

    /// <summary>Without line ends.</summary>
    public abstract IEnumerable<string> Lines(EventBatch batch, FormatOptions options);

    protected static string Event(RowEvent change) => change.Came ? "+" : "-";

    protected static string Time(RowEvent change) => UtcTime.Text(change.Time);
}

/// <summary>For people: what came and went, who serves whom.</summary>
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
            var service =
                $"{EndNames.Host(texts, row.ServiceHost)} {texts.Address(row.ServiceAddress)} {texts.Port(row.ServicePort)} "
                + EndNames.Process(texts, row.ServiceProcess);
            var client =
                $"{EndNames.Host(texts, row.ClientHost)} {texts.Address(row.ClientAddress)} {EndNames.Process(texts, row.ClientProcess)}";
            yield return $"{Event(batch.Events[i])} {Time(batch.Events[i])}  {row.Protocol.Name().PadRight(4)} {service}  from  {client}";
        }
    }
}

/// <summary>The csv format's fields behind the event and its time.</summary>
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
            // "+" and "-" begin a formula like any other cell that does.
            var happened = options.SpreadsheetSafe ? $"'{Event(batch.Events[i])}" : Event(batch.Events[i]);
            yield return $"{happened},{Time(batch.Events[i])},{string.Join(',', options.Columns.Select(column => column.Text(texts, i)))}";
        }
    }
}

/// <summary>The ndjson format's objects, with the event and its time as their first fields.</summary>
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
