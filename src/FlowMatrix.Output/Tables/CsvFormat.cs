using System.Buffers;
using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Text;

namespace FlowMatrix.Output.Tables;

/// <summary>
/// CSV as in RFC 4180, except that lines end with a line feed, as shell scripts expect. <see cref="Printable"/> escapes
/// control characters, so each record is one line.
/// </summary>
internal sealed class CsvFormat : ListingFormat
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"");
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public override string Name => "csv";

    public override string Description => "for scripts, RFC 4180";

    public override void Write(Matrix matrix, Stream output, FormatOptions options, CancellationToken cancel)
    {
        // Each distinct text is escaped and quoted once, however many rows repeat it.
        var texts = new RowTexts(matrix, text => Safe(text, options));
        var columns = options.Columns;
        Write(
            [.. columns.Select(column => column.Name)],
            matrix.Rows.Length,
            (row, column) => columns[column].Text(texts, row),
            output,
            options,
            cancel
        );
    }

    protected override void Write(Listing listing, Stream output, FormatOptions options, CancellationToken cancel) =>
        Write(
            [.. listing.Fields.Select(field => field.Name)],
            listing.Count,
            (row, field) => Safe(listing.Fields[field].Cell(row), options),
            output,
            options,
            cancel
        );

    /// <param name="cell">The text for a row and a column, escaped and quoted.</param>
    private static void Write(
        string[] names,
        int rows,
        Func<int, int, string> cell,
        Stream output,
        FormatOptions options,
        CancellationToken cancel
    )
    {
        using var lines = new StreamWriter(output, Utf8, bufferSize: 64 * 1024, leaveOpen: true);
        using var csv = new CsvWriter(
            lines,
            new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" },
            leaveOpen: true
        );
        if (options.Header)
        {
            foreach (var name in names)
            {
                csv.WriteField(name, shouldQuote: false);
            }

            csv.NextRecord();
        }

        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < names.Length; column++)
            {
                csv.WriteField(cell(row, column), shouldQuote: false);
            }

            csv.NextRecord();
            if ((row & 0xFFF) == 0)
            {
                cancel.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>Escapes and quotes a text from the network as a field.</summary>
    public static string Safe(string text, FormatOptions options) =>
        Quote(options.SpreadsheetSafe ? Defuse(Printable.Escape(text)) : Printable.Escape(text));

    private static string Quote(string field) =>
        field.AsSpan().ContainsAny(Quoted) || field.StartsWith(' ') || field.EndsWith(' ')
            ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : field;

    /// <summary>
    /// Puts an apostrophe before a field that a spreadsheet would run as a formula. A field that begins with an
    /// apostrophe gets a second one, so that the original text can be recovered. Source: OWASP, CSV Injection.
    /// </summary>
    private static string Defuse(string field) =>
        field.Length > 0 && "=+-@＝＋－＠'".Contains(field[0], StringComparison.Ordinal) ? $"'{field}" : field;
}
