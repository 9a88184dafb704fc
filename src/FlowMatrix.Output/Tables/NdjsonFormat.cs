using System.Buffers;
using System.Text.Json;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Output.Tables;

/// <summary>One JSON object per row, one row per line.</summary>
internal sealed class NdjsonFormat : ListingFormat
{
    private const int FlushAt = 64 * 1024;

    public override string Name => "ndjson";

    public override string Description => "one JSON object per line, for jq";

    public override IReadOnlyList<string> Extensions => [".ndjson", ".jsonl"];

    public override void Write(Matrix matrix, Stream output, FormatOptions options, CancellationToken cancel)
    {
        Write(matrix.Rows.Length, new RowJson(matrix, options).WriteFields, output, cancel);
    }

    protected override void Write(Listing listing, Stream output, FormatOptions options, CancellationToken cancel) =>
        Write(listing.Count, (json, row) => RowJson.WriteFields(json, listing, row), output, cancel);

    private static void Write(
        int rows,
        Action<Utf8JsonWriter, int> writeFields,
        Stream output,
        CancellationToken cancel
    )
    {
        var buffer = new ArrayBufferWriter<byte>(FlushAt + 4096);
        using var json = new Utf8JsonWriter(buffer, RowJson.Options);
        for (var row = 0; row < rows; row++)
        {
            json.WriteStartObject();
            writeFields(json, row);
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            buffer.Write("\n"u8);
            if (buffer.WrittenCount > FlushAt || row == rows - 1)
            {
                cancel.ThrowIfCancellationRequested();
                output.Write(buffer.WrittenSpan);
                buffer.ResetWrittenCount();
            }
        }
    }
}
