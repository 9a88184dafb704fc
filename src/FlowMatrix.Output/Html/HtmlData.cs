using System.Globalization;
using System.Reflection;
using System.Text.Json;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Output.Html;

/// <summary>
/// Writes the matrix as the JSON data that Web/app/data.js reads: tables of distinct texts and, for each field, an
/// array with one index into such a table per row. 20,000 rows take about 700 KB. The JSON writer escapes everything
/// but harmless ASCII, including angle brackets and ampersands, so that no name can end the script element around the
/// data.
/// </summary>
internal sealed class HtmlData
{
    private readonly HtmlContent _content;
    private readonly HtmlRows _rows;
    private readonly Utf8JsonWriter _json;
    private readonly CancellationToken _cancel;

    private HtmlData(HtmlContent content, Utf8JsonWriter json, CancellationToken cancel)
    {
        (_content, _json, _cancel) = (content, json, cancel);
        _rows = content.Rows;
    }

    public static void Write(HtmlContent content, Stream output, CancellationToken cancel)
    {
        using var json = new Utf8JsonWriter(output);
        new HtmlData(content, json, cancel).Write();
    }

    private void Write()
    {
        var (matrix, texts) = (_rows.Matrix, _rows.Texts);
        _json.WriteStartObject();
        var version = typeof(HtmlData)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion;
        _json.WriteString("generator"u8, $"flowmatrix {version}");
        _json.WriteNumber("rows"u8, _rows.Count);
        WriteCounts();
        string[] markColumns = _content.Marks is { } shown ? [shown.Field, shown.NoteField] : [];
        WriteTexts("columns", markColumns.Except(_rows.Columns).Concat(_rows.Columns));
        if (_rows.Groups is { } groups)
        {
            _json.WriteString("grouped"u8, groups.By.ToString().ToLowerInvariant());
            WriteArray("clients", row => groups.Counts[row].Clients);
            WriteArray("clientHosts", row => groups.Counts[row].Hosts);
        }

        var hosts = WriteNumbers(
            "serviceHost",
            "clientHost",
            row => texts.Host(row.ServiceHost),
            row => texts.Host(row.ClientHost)
        );
        WriteTexts("hosts", hosts);
        var networks = matrix.NetworkHosts.Select(texts.Host).ToHashSet();
        WriteTexts("networks", hosts.Where(networks.Contains));
        WriteTexts(
            "addresses",
            WriteNumbers(
                "serviceAddress",
                "clientAddress",
                row => texts.Address(row.ServiceAddress),
                row => texts.Address(row.ClientAddress)
            )
        );
        WriteTexts(
            "names",
            WriteNumbers(
                "serviceName",
                "clientName",
                row => texts.Name(row.ServiceProcess),
                row => texts.Name(row.ClientProcess)
            )
        );
        WriteTexts(
            "paths",
            WriteNumbers(
                "servicePath",
                "clientPath",
                row => texts.Path(row.ServiceProcess),
                row => texts.Path(row.ClientProcess)
            )
        );

        WritePorts();
        WriteArray("connections", _rows.Connections);
        WriteTexts("matches", WriteDistinct("match", row => RowFields.Text(_rows.Match(row))));
        WriteTexts("directions", WriteDistinct("direction", row => RowFields.Text(_rows.Direction(row))));
        WriteNotes("via", _rows.Via);
        if (_content.Marks is { } marks)
        {
            WriteMarks(marks);
        }

        _content.WriteMore(_json);
        _json.WriteEndObject();
    }

    private void WriteCounts()
    {
        var counts = _rows.Matrix.ScanCounts;
        _json.WriteStartObject("counts"u8);
        _json.WriteNumber("hosts"u8, counts.Hosts.Count);
        _json.WriteNumber("sockets"u8, counts.Sockets);
        _json.WriteNumber("services"u8, counts.Services);
        _json.WriteNumber("connections"u8, counts.Connections);
        _json.WriteNumber("paired"u8, counts.Paired);
        _json.WriteEndObject();
    }

    private void WriteMarks(HtmlMarks marks)
    {
        _json.WriteStartObject("marks"u8);
        _json.WriteString("field"u8, marks.Field);
        _json.WriteString("noteField"u8, marks.NoteField);
        _json.WriteString("title"u8, marks.Title);
        _json.WriteString("summary"u8, marks.Summary);
        _json.WriteEndObject();
        WriteTexts("kinds", marks.Kinds);
        WriteArray("mark", marks.Get);
        WriteNotes("notes", marks.Notes);
        if (marks.NotesOfCsv != marks.Notes)
        {
            WriteNotes("notesOfCsv", marks.NotesOfCsv);
        }
    }

    private void WritePorts()
    {
        var used = new List<IReadOnlyList<(Protocol Protocol, ushort Port)>>();
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        WriteArray(
            "ports",
            row =>
            {
                var ports = _rows.Ports(row);
                return Number(used, numbers, ports, string.Join(' ', ports));
            }
        );
        _json.WriteStartArray("portSets"u8);
        foreach (var set in used)
        {
            _json.WriteStartArray();
            foreach (var (protocol, port) in set)
            {
                _json.WriteStringValue(protocol.Name());
                _json.WriteNumberValue(port);
            }

            _json.WriteEndArray();
        }

        _json.WriteEndArray();
    }

    /// <summary>Writes two fields that share one table of texts.</summary>
    /// <returns>The table: the texts that the rows use, the empty text first.</returns>
    private List<string> WriteNumbers(
        string service,
        string client,
        Func<Row, string> serviceText,
        Func<Row, string> clientText
    )
    {
        var used = new List<string> { "" };
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal) { [""] = 0 };
        WriteArray(service, row => Number(used, numbers, _rows.Text(row, serviceText)));
        WriteArray(client, row => Number(used, numbers, _rows.Text(row, clientText)));
        return used;
    }

    private List<string> WriteDistinct(string field, Func<int, string> text)
    {
        var used = new List<string>();
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        WriteArray(field, row => Number(used, numbers, text(row)));
        return used;
    }

    private static int Number(List<string> used, Dictionary<string, int> numbers, string text) =>
        Number(used, numbers, text, text);

    private static int Number<T>(List<T> used, Dictionary<string, int> numbers, T value, string key)
    {
        if (!numbers.TryGetValue(key, out var number))
        {
            numbers[key] = number = used.Count;
            used.Add(value);
        }

        return number;
    }

    private void WriteArray(string name, Func<int, int> number)
    {
        _cancel.ThrowIfCancellationRequested();
        _json.WriteStartArray(name);
        for (var row = 0; row < _rows.Count; row++)
        {
            _json.WriteNumberValue(number(row));
        }

        _json.WriteEndArray();
        _json.Flush();
    }

    private void WriteTexts(string name, IEnumerable<string> texts)
    {
        _json.WriteStartArray(name);
        foreach (var text in texts)
        {
            _json.WriteStringValue(text);
        }

        _json.WriteEndArray();
        _json.Flush();
    }

    /// <summary>Writes an object with the index of each row that has a note, and the note.</summary>
    private void WriteNotes(string name, Func<int, string> note)
    {
        _json.WriteStartObject(name);
        for (var row = 0; row < _rows.Count; row++)
        {
            if (note(row) is { Length: > 0 } text)
            {
                _json.WriteString(row.ToString(CultureInfo.InvariantCulture), text);
            }
        }

        _json.WriteEndObject();
    }
}
