using System.Buffers;
using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using FlowMatrix.Matrices;

namespace FlowMatrix.Formats;

/// <summary>
/// RFC 4180, but for the line ends: one line feed, as the scripts expect that this is for. Control characters are
/// written as <see cref="Printable"/> says, so that a record is always one line.
/// </summary>
internal sealed class CsvFormat : Format
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"");
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public override string Name => "csv";

    public override string Description => "for scripts, RFC 4180";

    protected internal override void Write(
        Matrix matrix, Stream output, FormatOptions options, CancellationToken cancel)
    {
        using var lines = new StreamWriter(output, Utf8, bufferSize: 64 * 1024, leaveOpen: true);
        using var csv = new CsvWriter(
            lines, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" }, leaveOpen: true);
        if (options.Header)
        {
            foreach (var column in options.Columns)
            {
                csv.WriteField(column.Name, shouldQuote: false);
            }

            csv.NextRecord();
        }

        // Each distinct text is made safe and quoted once; the rows only repeat it.
        var texts = new RowTexts(
            matrix, text => Quote(options.SpreadsheetSafe ? Defuse(Printable.Escape(text)) : Printable.Escape(text)));
        var columns = options.Columns;
        for (var row = 0; row < matrix.Rows.Length; row++)
        {
            foreach (var column in columns)
            {
                csv.WriteField(column.Text(texts, row), shouldQuote: false);
            }

            csv.NextRecord();
            if ((row & 0xFFF) == 0)
            {
                cancel.ThrowIfCancellationRequested();
            }
        }
    }

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
