using System.Text;
using System.Text.Json;
using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Output.Tables;

/// <summary>One JSON document: the rows, the hosts, the counts, and the unmatched connections.</summary>
internal sealed class JsonFormat : ListingFormat
{
    private const int FlushAt = 64 * 1024;

    public override string Name => "json";

    public override string Description => "one document, with hosts, counts and unmatched connections";

    public override MatchExtras Needs => MatchExtras.UnmatchedConnections;

    public override void Write(Matrix matrix, Stream output, FormatOptions options, CancellationToken cancel) =>
        WriteDocument(
            output,
            json =>
            {
                var rows = new RowJson(matrix, options);
                WriteRows(json, "rows", matrix.Rows.Length, row => rows.WriteFields(json, row), cancel);
                WriteRest(json, matrix, cancel);
            }
        );

    protected override void Write(
        GroupedMatrix groups,
        Stream output,
        FormatOptions options,
        CancellationToken cancel
    ) =>
        WriteDocument(
            output,
            json =>
            {
                json.WriteString("grouped_by"u8, groups.By.ToString().ToLowerInvariant());
                WriteRows(json, GroupListing.Create(groups, options), cancel);
                WriteRest(json, groups.Matrix, cancel);
            }
        );

    protected override void Write(Listing listing, Stream output, FormatOptions options, CancellationToken cancel) =>
        WriteDocument(output, json => WriteRows(json, listing, cancel));

    private static void WriteDocument(Stream output, Action<Utf8JsonWriter> write)
    {
        using var json = new Utf8JsonWriter(output, RowJson.Indented);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    private static void WriteRest(Utf8JsonWriter json, Matrix matrix, CancellationToken cancel)
    {
        WriteHosts(json, matrix.ScanCounts);
        WriteCounts(json, matrix);
        json.WriteStartArray("unmatched"u8);
        foreach (var end in matrix.UnmatchedConnections)
        {
            json.WriteStartObject();
            RowJson.WriteFields(json, matrix.IdTables, end);
            json.WriteEndObject();
            FlushWhenFull(json, cancel);
        }

        json.WriteEndArray();
    }

    private static void WriteRows(Utf8JsonWriter json, Listing listing, CancellationToken cancel) =>
        WriteRows(json, listing.Name, listing.Count, row => RowJson.WriteFields(json, listing, row), cancel);

    private static void WriteRows(
        Utf8JsonWriter json,
        string name,
        int rows,
        Action<int> writeFields,
        CancellationToken cancel
    )
    {
        json.WriteStartArray(name);
        for (var row = 0; row < rows; row++)
        {
            json.WriteStartObject();
            writeFields(row);
            json.WriteEndObject();
            FlushWhenFull(json, cancel);
        }

        json.WriteEndArray();
    }

    private static void WriteHosts(Utf8JsonWriter json, ScanCounts counts)
    {
        json.WriteStartArray("hosts"u8);
        foreach (var (name, sockets) in counts.Hosts)
        {
            json.WriteStartObject();
            RowJson.WriteText(json, "name"u8, Encoding.UTF8.GetBytes(name));
            json.WriteNumber("sockets"u8, sockets);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteCounts(Utf8JsonWriter json, Matrix matrix)
    {
        var counts = matrix.ScanCounts;
        json.WriteStartObject("counts"u8);
        json.WriteNumber("rows"u8, matrix.Rows.Length);
        json.WriteNumber("hosts"u8, counts.Hosts.Count);
        json.WriteNumber("sockets"u8, counts.Sockets);
        json.WriteNumber("services"u8, counts.Services);
        json.WriteNumber("connections"u8, counts.Connections);
        json.WriteNumber("paired"u8, counts.Paired);
        json.WriteNumber("unmatched"u8, counts.UnmatchedConnections);
        json.WriteEndObject();
    }

    private static void FlushWhenFull(Utf8JsonWriter json, CancellationToken cancel)
    {
        if (json.BytesPending > FlushAt)
        {
            cancel.ThrowIfCancellationRequested();
            json.Flush();
        }
    }
}
