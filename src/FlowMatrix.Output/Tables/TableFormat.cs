using System.Globalization;
using System.Text;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Text;
using Spectre.Console;

namespace FlowMatrix.Output.Tables;

/// <summary>For people at a terminal: as wide as it is, the most telling columns first.</summary>
internal sealed class TableFormat : ListingFormat
{
    private const int LongestIPv4 = 15;

    public override string Name => "table";

    public override string Description => "for people at a terminal";

    public override IReadOnlyList<string> Extensions => [".txt"];

    public override void Write(Matrix matrix, Stream output, FormatOptions options, CancellationToken cancel)
    {
        using var text = new StreamWriter(output, new UTF8Encoding(false), 64 * 1024, leaveOpen: true);
        var texts = new RowTexts(matrix, Printable.Escape);
        var table = NewTable();
        foreach (
            var heading in (string[])
                ["", "service host", "address", "port", "service", "client host", "address", "client"]
        )
        {
            table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))));
        }

        table.Columns[3].RightAligned();
        if (matrix.Rows.All(row => IsShort(row.ServiceAddress) && IsShort(row.ClientAddress)))
        {
            table.Columns[2].NoWrap();
            table.Columns[6].NoWrap();
        }

        var extra = options.AllExtraColumns;
        foreach (var column in extra)
        {
            table.AddColumn(new TableColumn(new Text(column.Name, new Style(decoration: Decoration.Bold))));
        }

        var plain = new Style();
        var service = new Style(foreground: Color.Green);
        var client = new Style(foreground: Color.Aqua);
        for (var i = 0; i < matrix.Rows.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            var row = matrix.Rows[i];
            table.AddRow([
                Cell(row.Protocol.Name(), plain),
                Cell(EndNames.Host(texts, row.ServiceHost), plain),
                Cell(texts.Address(row.ServiceAddress), plain),
                Cell(texts.Port(row.ServicePort), plain),
                Cell(EndNames.Process(texts, row.ServiceProcess), service),
                Cell(EndNames.Host(texts, row.ClientHost), plain),
                Cell(texts.Address(row.ClientAddress), plain),
                Cell(EndNames.Process(texts, row.ClientProcess), client),
                .. extra.Select(column => Cell(column.Text(texts, i), plain)),
            ]);
        }

        PlainConsole.Over(text, options).Write(table);
        text.WriteLine(MatrixSummary.Text(matrix));

        // IPv6 may fill a terminal by itself.
        bool IsShort(int address) => texts.Address(address).Length <= LongestIPv4;
    }

    protected override Listing Fields(MatrixDiff diff, FormatOptions options) => DiffListing.InWords(diff, options);

    protected override void Write(Listing listing, Stream output, FormatOptions options, CancellationToken cancel)
    {
        using var text = new StreamWriter(output, new UTF8Encoding(false), 64 * 1024, leaveOpen: true);
        var table = NewTable();
        foreach (var field in listing.Fields)
        {
            var column = new TableColumn(
                new Text(field.Name.Replace('_', ' '), new Style(decoration: Decoration.Bold))
            );
            table.AddColumn(field.Number is null ? column : column.RightAligned());
        }

        for (var row = 0; row < listing.Count; row++)
        {
            cancel.ThrowIfCancellationRequested();
            table.AddRow([.. listing.Fields.Select(field => Cell(Shown(field, row), new Style()))]);
        }

        PlainConsole.Over(text, options).Write(table);
        text.WriteLine(listing.Summary);
    }

    private static Table NewTable() =>
        new()
        {
            Border = TableBorder.Rounded,
            UseSafeBorder = false,
            ShowRowSeparators = false,
        };

    /// <summary>Of a list only its beginning: the other formats have all of it.</summary>
    private static string Shown(ListingField field, int row)
    {
        const int MostItems = 4;
        if (field.List is not null && field.List(row) is { Count: > MostItems } list)
        {
            return Printable.Escape(string.Join(' ', list.Take(MostItems)))
                + string.Create(CultureInfo.InvariantCulture, $" +{list.Count - MostItems}");
        }

        return field.Cell(row) is { Length: > 0 } cell ? Printable.Escape(cell) : field.WhenEmpty;
    }

    private static Text Cell(string text, Style style) => new(text, style) { Overflow = Overflow.Fold };
}
