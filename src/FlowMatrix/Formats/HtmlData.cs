using System.Reflection;
using System.Text.Json;
using FlowMatrix.Matrices;
using FlowMatrix.Tables;

namespace FlowMatrix.Formats;

/// <summary>
/// The matrix as the page reads it (Web/app/data.js): tables of distinct texts, then for each field of a row an array
/// of numbers into them; 20,000 rows are about 700 KB. The JSON writer escapes all but harmless ASCII, angle brackets
/// and ampersands too, so that no name ends the script element that this stands in.
/// </summary>
internal sealed class HtmlData
{
    private static readonly Protocol[] Protocols = Enum.GetValues<Protocol>();
    private readonly Matrix _matrix;
    private readonly Utf8JsonWriter _json;
    private readonly CancellationToken _cancel;

    private HtmlData(Matrix matrix, Utf8JsonWriter json, CancellationToken cancel) =>
        (_matrix, _json, _cancel) = (matrix, json, cancel);

    public static void Write(Matrix matrix, Stream output, CancellationToken cancel)
    {
        using var json = new Utf8JsonWriter(output);
        new HtmlData(matrix, json, cancel).Write();
    }

    private void Write()
    {
        var texts = new RowTexts(_matrix, Printable.Escape);
        _json.WriteStartObject();
        var version = typeof(HtmlData).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        _json.WriteString("generator"u8, $"flowmatrix {version}");
        _json.WriteNumber("rows"u8, _matrix.Rows.Length);
        WriteCounts();

        var hosts = WriteNumbers("serviceHost", "clientHost", row => row.ServiceHost, row => row.ClientHost);
        WriteTable("hosts", hosts, texts.Host);
        var addresses = WriteNumbers("serviceAddress", "clientAddress", row => row.ServiceAddress, row => row.ClientAddress);
        WriteTable("addresses", addresses, texts.Address);
        var processes = WriteNumbers("serviceProcess", "clientProcess", row => row.ServiceProcess, row => row.ClientProcess);
        WriteTable("names", processes, texts.Name);
        WriteTable("paths", processes, texts.Path);

        WriteArray("servicePort", row => row.ServicePort);
        WriteArray("connections", row => row.Connections);
        WriteArray("protocol", row => Array.IndexOf(Protocols, row.Protocol));
        WriteTable("protocols", Protocols, protocol => protocol.Name());
        WriteTable("matches", WriteDistinct("match", row => row.Match), Column.MatchText);
        WriteTable("directions", WriteDistinct("direction", row => row.Direction), Column.DirectionText);
        WriteVia(texts);
        _json.WriteEndObject();
    }

    private void WriteCounts()
    {
        var census = _matrix.Census;
        _json.WriteStartObject("counts"u8);
        _json.WriteNumber("hosts"u8, census.Hosts.Count);
        _json.WriteNumber("sockets"u8, census.Sockets);
        _json.WriteNumber("services"u8, census.Services);
        _json.WriteNumber("connections"u8, census.Connections);
        _json.WriteNumber("paired"u8, census.Paired);
        _json.WriteEndObject();
    }

    /// <summary>Two fields with one table: what the rows use of it, 0 first.</summary>
    private List<int> WriteNumbers(string service, string client, Func<Row, int> ofService, Func<Row, int> ofClient)
    {
        var used = new List<int> { 0 };
        var numbers = new Dictionary<int, int> { [0] = 0 };
        WriteArray(service, row => Number(used, numbers, ofService(row)));
        WriteArray(client, row => Number(used, numbers, ofClient(row)));
        return used;
    }

    private List<T> WriteDistinct<T>(string field, Func<Row, T> value)
        where T : struct, Enum
    {
        var used = new List<T>();
        var numbers = new Dictionary<T, int>();
        WriteArray(field, row => Number(used, numbers, value(row)));
        return used;
    }

    private static int Number<T>(List<T> used, Dictionary<T, int> numbers, T value)
        where T : notnull
    {
        if (!numbers.TryGetValue(value, out var number))
        {
            numbers[value] = number = used.Count;
            used.Add(value);
        }

        return number;
    }

    private void WriteArray(string name, Func<Row, int> number)
    {
        _cancel.ThrowIfCancellationRequested();
        _json.WriteStartArray(name);
        foreach (var row in _matrix.Rows)
        {
            _json.WriteNumberValue(number(row));
        }

        _json.WriteEndArray();
        _json.Flush();
    }

    private void WriteTable<T>(string name, IEnumerable<T> used, Func<T, string> text)
    {
        _json.WriteStartArray(name);
        foreach (var value in used)
        {
            _json.WriteStringValue(text(value));
        }

        _json.WriteEndArray();
        _json.Flush();
    }

    private void WriteVia(RowTexts texts)
    {
        _json.WriteStartObject("via"u8);
        for (var row = 0; row < _matrix.Rows.Length; row++)
        {
            if (_matrix.Via(row) is { Count: > 0 } addresses)
            {
                _json.WriteString(row.ToString(System.Globalization.CultureInfo.InvariantCulture), string.Join(' ', addresses.Select(texts.Address)));
            }
        }

        _json.WriteEndObject();
    }
}
