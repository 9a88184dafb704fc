using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Time;

namespace FlowMatrix.Output.Tables;

/// <summary>Writes rows of a matrix as JSON objects whose properties have the names of the columns.</summary>
internal sealed class RowJson(Matrix matrix, FormatOptions options)
{
    /// <summary>Escapes control characters, as JSON requires, but leaves letters of every language readable.</summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly JsonWriterOptions Indented = Options with { Indented = true, NewLine = "\n" };

    /// <summary>Requested columns that are not fields of every row, such as the explanation.</summary>
    private readonly Column[] _more =
    [
        .. options.AllExtraColumns.Where(column => !RowFields.All.Contains(column.Name)),
    ];
    private RowTexts? _texts;

    /// <summary>Writes the fields of a row into an object that the caller has started.</summary>
    public void WriteFields(Utf8JsonWriter json, int index)
    {
        ref readonly var row = ref matrix.Rows[index];
        var (hosts, addresses, processes) = (
            matrix.IdTables.Hosts,
            matrix.IdTables.Addresses,
            matrix.IdTables.Processes
        );
        json.WriteString("protocol"u8, row.Protocol.Name());
        WriteText(json, "service_host"u8, hosts.Utf8(row.ServiceHost));
        json.WriteString("service_address"u8, addresses.Text(row.ServiceAddress));
        json.WriteNumber("service_port"u8, row.ServicePort);
        WriteText(json, "service_path"u8, processes.PathUtf8(row.ServiceProcess));
        WriteText(json, "service_name"u8, processes.NameUtf8(row.ServiceProcess));
        WriteText(json, "client_host"u8, hosts.Utf8(row.ClientHost));
        json.WriteString("client_address"u8, addresses.Text(row.ClientAddress));
        WriteText(json, "client_path"u8, processes.PathUtf8(row.ClientProcess));
        WriteText(json, "client_name"u8, processes.NameUtf8(row.ClientProcess));
        json.WriteNumber("connections"u8, row.Connections);
        json.WriteString("match"u8, RowFields.Text(row.Match));
        json.WriteString("direction"u8, RowFields.Text(row.Direction));
        json.WriteStartArray("via"u8);
        foreach (var address in matrix.Via(index))
        {
            json.WriteStringValue(addresses.Text(address));
        }

        json.WriteEndArray();
        if (matrix.SeenRange(index) is { IsKnown: true } seen)
        {
            json.WriteString("first_seen"u8, UtcTime.Text(seen.First));
            json.WriteString("last_seen"u8, UtcTime.Text(seen.Last));
            json.WriteNumber("scans"u8, seen.Scans);
        }

        foreach (var column in _more)
        {
            if (column.Number is { } number)
            {
                json.WritePropertyName(column.Name);
                WriteNumber(json, number(matrix, index));
            }
            else
            {
                WriteText(
                    json,
                    Encoding.UTF8.GetBytes(column.Name),
                    Encoding.UTF8.GetBytes(column.Text(_texts ??= new RowTexts(matrix, text => text), index))
                );
            }
        }
    }

    /// <summary>Writes the fields of an entry into an object that the caller has started.</summary>
    public static void WriteFields(Utf8JsonWriter json, Listing listing, int row)
    {
        foreach (var field in listing.Fields)
        {
            if (field.Text is not null)
            {
                WriteText(json, Encoding.UTF8.GetBytes(field.Name), Encoding.UTF8.GetBytes(field.Text(row)));
            }
            else if (field.Number is not null)
            {
                json.WritePropertyName(field.Name);
                WriteNumber(json, field.Number(row));
            }
            else
            {
                json.WriteStartArray(field.Name);
                foreach (var item in field.List!(row))
                {
                    WriteText(json, Encoding.UTF8.GetBytes(item));
                }

                json.WriteEndArray();
            }
        }
    }

    /// <summary>
    /// Writes the reported end of an unmatched connection into an object that the caller has started.
    /// </summary>
    public static void WriteFields(Utf8JsonWriter json, IdTables ids, in UnmatchedConnection end)
    {
        json.WriteString("protocol"u8, end.Protocol.Name());
        WriteText(json, "host"u8, ids.Hosts.Utf8(end.Host));
        json.WriteString("address"u8, ids.Addresses.Text(end.Address));
        json.WriteNumber("port"u8, end.Port);
        WriteText(json, "path"u8, ids.Processes.PathUtf8(end.Process));
        WriteText(json, "name"u8, ids.Processes.NameUtf8(end.Process));
        json.WriteNumber("pid"u8, end.Pid);
        WriteText(json, "peer_host"u8, ids.Hosts.Utf8(end.PeerHost));
        json.WriteString("peer_address"u8, ids.Addresses.Text(end.PeerAddress));
        json.WriteNumber("peer_port"u8, end.PeerPort);
    }

    /// <summary>
    /// Writes a text from the network. Formatting characters (bidirectional, zero-width) are legal in JSON, but are
    /// escaped here because terminals interpret them.
    /// </summary>
    public static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> utf8)
    {
        json.WritePropertyName(name);
        WriteText(json, utf8);
    }

    private static void WriteNumber(Utf8JsonWriter json, long? number)
    {
        if (number is { } known)
        {
            json.WriteNumberValue(known);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> utf8)
    {
        if (Ascii.IsValid(utf8))
        {
            json.WriteStringValue(utf8);
            return;
        }

        var text = new StringBuilder("\"");
        foreach (var c in Options.Encoder!.Encode(Encoding.UTF8.GetString(utf8)))
        {
            if (char.GetUnicodeCategory(c) == UnicodeCategory.Format)
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                text.Append(c);
            }
        }

        json.WriteRawValue(text.Append('"').ToString(), skipInputValidation: true);
    }
}
