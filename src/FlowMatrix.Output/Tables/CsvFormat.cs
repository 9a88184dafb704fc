using System.Buffers;
using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Text;

namespace FlowMatrix.Output.Tables;

/// <summary>
/// RFC 4180, but for the line ends: one line feed, as the scripts expect that this is for. Control characters are
/// written as <see cref="Printable"/> says, so that a record is always one line.
/// </summary>
internal sealed class CsvFormat : ListingFormat
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"");
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public override string Name => "csv";

    public override string Description => "for scripts, RFC 4180";

    public override void Write(Matrix matrix, Stream output, FormatOptions options, CancellationToken cancel)
    {
        // Each distinct text is made safe and quoted once; the rows only repeat it.
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

    /// <param name="cell">The text of a row's column, safe and quoted.</param>
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

    /// <summary>A text from the wire as a field.</summary>
    public static string Safe(string text, FormatOptions options) =>
        Quote(options.SpreadsheetSafe ? Defuse(Printable.Escape(text)) : Printable.Escape(text));

    private static string Quote(string field) =>
        field.AsSpan().ContainsAny(Quoted) || field.StartsWith(' ') || field.EndsWith(' ')
            ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : field;

    /// <summary>
    /// A spreadsheet runs a cell that begins like a formula; an apostrophe before it makes it text. One that was there
    /// gets another, so that the text can be told back. Source: OWASP, CSV Injection.
    /// </summary>
    private static string Defuse(string field) =>
        field.Length > 0 && "=+-@＝＋－＠'".Contains(field[0], StringComparison.Ordinal) ? $"'{field}" : field;
}
